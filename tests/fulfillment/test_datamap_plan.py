from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fulfillment.datamap.graph import SourceMap, build
from fulfillment.datamap.plan import Edge, Place, plan


def source(key: str, **collections: dict[str, Any]) -> SourceMap:
    """`source("a", t={"id": None, "email": {"identity": "email"}})`: one dataset, named as the source."""
    raws = [
        {"name": name, "fields": [{"name": field, "fides_meta": meta or {}} for field, meta in fields.items()]}
        for name, fields in collections.items()
    ]
    block: dict[str, Any] = {"key": key, "name": key, "owner": "x", "role": "controller", "connector": "sql"}
    block |= {"recheck_after_days": [], "origin": [], "purposes": [], "recipients": []}
    return build({"source": block, "datasets": [{"fides_key": key, "collections": raws}]})


def refers(to: str, direction: str | None = None) -> dict[str, Any]:
    dataset, _, field = to.partition(".")
    return {"references": [{"dataset": dataset, "field": field, "direction": direction}]}


def edge(origin: str, target: str) -> Edge:
    def place(text: str) -> Place:
        key, collection, field = text.split(".")
        return Place(key, f"{key}.{collection}", field)

    return Edge(place(origin), place(target))


def waves(maps: Iterable[SourceMap], *kinds: str) -> list[set[str]]:
    return [{address for _, address in wave} for wave in plan(list(maps), kinds).waves]


SHOP = source(
    "shop",
    people={"id": None, "email": {"identity": "email"}, "phone": {"identity": "phone_number"}},
    orders={"id": None, "person_id": refers("shop.people.id", "from")},
    lines={"order_id": refers("shop.orders.id"), "product_id": None},
    products={"id": refers("shop.lines.product_id", "from")},
    devices={"ga": {"identity": "ga_client_id"}},
    stock={"place": None},
)


def test_it_goes_out_in_waves_from_the_seeds() -> None:
    assert waves([SHOP], "email") == [{"shop.people"}, {"shop.orders"}, {"shop.lines"}, {"shop.products"}]


def test_it_starts_from_several_kinds_of_facts_at_once() -> None:
    assert plan([SHOP], ["email", "phone"]).seeds == (
        ("email", Place("shop", "shop.people", "email")),
        ("phone", Place("shop", "shop.people", "phone")),
    )


def test_it_names_every_collection_that_it_cannot_reach_and_why() -> None:
    reasons = {item.collection: item.reason for item in plan([SHOP], ["email"]).unreachable}
    assert reasons == {
        "shop.devices": "found only by ga_client_id, which names no person on its own",
        "shop.stock": "the data map names no identity and no reference for it",
    }
    without = {item.collection: item.reason for item in plan([SHOP], []).unreachable}
    assert without["shop.people"] == "found only by email, phone, which the request does not give"
    assert without["shop.orders"] == "its references lead to no collection that the request reaches"


def test_it_follows_a_reference_into_another_source() -> None:
    other = source("crm", contacts={"account": refers("shop.people.id", "from")})
    found = plan([other, SHOP], ["email"])
    assert set(found.waves[1]) == {("shop", "shop.orders"), ("crm", "crm.contacts")}
    assert edge("shop.people.id", "crm.contacts.account") in found.edges_from("shop")


def test_it_never_walks_a_loose_reference_back_towards_the_person() -> None:
    """Visits share a doctor; from the doctor back to all visits would be other people's."""
    maps = [
        source(
            "clinic",
            patients={"id": None, "email": {"identity": "email"}},
            visits={"patient_id": refers("clinic.patients.id"), "doctor_id": refers("clinic.doctors.id")},
            doctors={"id": None},
        ),
    ]
    assert plan(maps, ["email"]).edges == (
        edge("clinic.patients.id", "clinic.visits.patient_id"),
        edge("clinic.visits.doctor_id", "clinic.doctors.id"),
    )


def test_it_reads_a_loose_reference_inside_one_wave_from_the_column_referred_to() -> None:
    maps = [
        source(
            "shop",
            people={"id": None, "email": {"identity": "email"}},
            orders={"person_id": refers("shop.people.id"), "billing_email": {"identity": "email"}},
        ),
    ]
    assert plan(maps, ["email"]).edges == (edge("shop.people.id", "shop.orders.person_id"),)


def test_it_turns_a_reference_whose_direction_is_to() -> None:
    maps = [
        source("a", people={"email": {"identity": "email"}, "file_id": refers("a.files.id", "to")}, files={"id": None})
    ]
    assert plan(maps, ["email"]).edges == (edge("a.people.file_id", "a.files.id"),)


def test_it_ends_on_a_cycle() -> None:
    maps = [
        source(
            "a",
            x={"id": refers("a.z.x_id", "from"), "email": {"identity": "email"}},
            y={"x_id": refers("a.x.id", "from"), "id": None},
            z={"y_id": refers("a.y.id", "from"), "x_id": None},
        ),
    ]
    assert waves(maps, "email") == [{"a.x"}, {"a.y"}, {"a.z"}]
    assert len(plan(maps, ["email"]).edges) == 3


def test_it_does_not_use_a_name_or_a_birthday_alone_as_a_key() -> None:
    """Two people of one name are two people; in free text the connector asks for a second fact."""
    maps = [source("a", people={"name": {"identity": "name"}})]
    assert plan(maps, ["name", "email"]).waves == ()
    assert "name" in plan(maps, ["name"]).unreachable[0].reason


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([None, "from", "to"])), max_size=24))
def test_it_ends_and_accounts_for_every_collection_of_any_map(references: list[tuple[int, int, str | None]]) -> None:
    fields: dict[str, dict[str, Any]] = {f"t{number}": {"id": {}} for number in range(8)}
    fields["t0"]["email"] = {"identity": "email"}
    for number, (here, there, direction) in enumerate(references):
        fields[f"t{here}"][f"r{number}"] = refers(f"a.t{there}.id", direction)
    found = plan([source("a", **fields)], ["email"])
    reached = [address for wave in found.waves for _, address in wave]
    assert sorted([*reached, *(item.collection for item in found.unreachable)]) == sorted(
        f"a.{name}" for name in fields
    )
    assert all(
        (one.origin.source, one.origin.collection) in {n for wave in found.waves for n in wave} for one in found.edges
    )
