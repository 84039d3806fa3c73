"""Which rows of a source need which, told from the data map alone."""

from __future__ import annotations

from fulfillment.datamap.graph import Collection, Field, Reference, Source, SourceMap
from fulfillment.planning.kin import Tie, in_order, shared, ties

SHOP = Source("shop", "Shop", "x@example.org", "controller", "sql", None, (0,), (), (), ())


def field(path: str, to: str = "", *, key: bool = False, identity: str | None = None) -> Field:
    collection, _, column = to.partition(".")
    references = (Reference("shop", collection, column, "from"),) if to else ()
    return Field(path, references=references, primary_key=key, identity=identity)


def collection(name: str, *fields: Field, erase_after: tuple[str, ...] = ()) -> Collection:
    return Collection("shop", name, fields, erase_after=erase_after)


PEOPLE = collection("people", field("id", key=True), field("email", identity="email"), field("firm"))
ORDERS = collection("orders", field("id", key=True), field("person", "people.id"))
LINES = collection("lines", field("id", key=True), field("order_id", "orders.id"))
FIRMS = collection("firms", field("id", "people.firm", key=True))
UPLOADS = collection("uploads", field("id", key=True), field("email", "people.email", identity="email"))


def shop(*collections: Collection) -> SourceMap:
    return SourceMap(SHOP, collections)


def test_it_tells_a_child_from_its_parent_whichever_of_them_declares_the_reference() -> None:
    assert set(ties(shop(PEOPLE, ORDERS, FIRMS))) == {
        Tie("shop.orders", "person", "shop.people", "id"),
        Tie("shop.people", "firm", "shop.firms", "id"),
    }


def test_it_takes_the_same_address_in_two_collections_for_no_tie() -> None:
    assert ties(shop(PEOPLE, UPLOADS)) == ()


def test_it_puts_children_before_their_parents() -> None:
    source = shop(FIRMS, PEOPLE, ORDERS, LINES)
    order = in_order(source, ties(source))
    assert order == ["shop.lines", "shop.orders", "shop.people", "shop.firms"]


def test_it_erases_after_what_the_map_names() -> None:
    uploads = collection("uploads", *UPLOADS.fields, erase_after=("shop.people", "elsewhere.people"))
    assert in_order(shop(uploads, PEOPLE), ()) == ["shop.people", "shop.uploads"]


def test_it_gives_an_order_even_where_two_need_each_other() -> None:
    one = collection("one", field("id", key=True), field("other", "two.id"))
    two = collection("two", field("id", key=True), field("other", "one.id"))
    source = shop(one, two)
    assert in_order(source, ties(source)) == ["shop.one", "shop.two"]


def test_it_knows_what_is_shared_with_others() -> None:
    regions = collection("regions", field("id", "firms.region", key=True))
    firms = collection("firms", field("id", "people.firm", key=True), field("region"))
    source = shop(PEOPLE, ORDERS, LINES, UPLOADS, firms, regions)
    assert shared(source, ties(source)) == {"shop.firms", "shop.regions"}


def test_it_takes_what_another_system_leads_to_for_the_person_s() -> None:
    led = Field("contact", references=(Reference("crm", "contacts", "id", "from"),))
    visitors = collection("visitors", field("id", key=True), led)
    visits = collection("visits", field("id", key=True), field("visitor", "visitors.id"))
    source = shop(visitors, visits)
    assert shared(source, ties(source)) == frozenset()
