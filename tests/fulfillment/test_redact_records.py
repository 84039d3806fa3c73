from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from fulfillment.datamap.graph import Field
from fulfillment.redact.apply import burn, tells
from fulfillment.redact.columns import Columns, Treatment
from fulfillment.redact.labels import Label
from fulfillment.redact.names import Known
from fulfillment.redact.pointer import LONGEST, pointer
from fulfillment.redact.profile import Subject
from fulfillment.redact.propose import people, propose, reached_at

ADA = Subject(names=("Ada Quillfeather",), emails=("ada@example.org",), account_numbers=("PA-104482",))
NOBODY_KNOWN = Known((), ADA.names)
COLUMNS = Columns(
    [
        Field("ssn_last4", never_disclose=True),
        Field("member", data_categories=("user.health_and_medical.insurance_beneficiary_id",)),
        Field("license", data_categories=("user.government_id.drivers_license_number",)),
        Field("contact.name", data_categories=("user.name",), person_of="other"),
        Field("contact.relation", person_of="other"),
        Field("contact.email", data_categories=("user.contact.email",), person_of="other"),
        Field("phone", data_categories=("user.contact.phone_number",)),
        Field("street", data_categories=("user.contact.address.street",)),
        Field("city", data_categories=("user.contact.address.city",)),
        Field("payer_name", data_categories=("user.name",), person_of="other"),
        Field("author", data_categories=("user.name",), person_of="staff"),
        Field("email", data_categories=("user.contact.email",)),
        Field("account_number", data_categories=("user.account",)),
        Field("note", free_text=True),
        Field("cells", free_text=True),
        Field("amount_cents", data_categories=("user.payment",)),
        Field("policy_id", data_type="integer"),
    ]
)


@dataclass(frozen=True)
class Place:
    path: str
    start: int
    end: int
    label: str = "OTHER"
    role: str = "OTHER"


def places(values: Mapping[str, object], known: Known = NOBODY_KNOWN) -> list[tuple[str, int, int, str, str]]:
    return [(p.path, p.start, p.end, str(p.label), str(p.role)) for p in propose(values, COLUMNS, ADA, known)]


@pytest.mark.parametrize(
    ("field", "label"), [("ssn_last4", "SSN"), ("member", "HEALTH_PLAN_ID"), ("license", "DRIVER_LICENSE")]
)
def test_it_withholds_a_field_whole_that_the_map_never_discloses(field: str, label: str) -> None:
    assert places({field: "X1"}) == [(f"/{field}", 0, 0, label, "NEVER")]
    assert places({field: 4471}) == [(f"/{field}", 0, 0, label, "NEVER")]
    assert places({field: None}) == []


def test_it_withholds_other_peoples_columns_unless_they_hold_the_requester() -> None:
    values = {
        "contact": {"name": "Bo Ibarra", "relation": "uncle"},
        "payer_name": "Quillfeather, Ada",
        "author": "Petra L",
    }

    assert places(values) == [
        ("/contact/name", 0, 0, "PERSON", "OTHER"),
        ("/contact/relation", 0, 0, "OTHER", "OTHER"),
        ("/author", 0, 0, "PERSON", "OTHER"),
    ]


def test_it_points_into_free_text_at_any_depth() -> None:
    values = {"note": "SSN 521-44-9382", "cells": {"a/b": ["x", "spoke with Maribel Banuelos"]}}

    assert places(values) == [
        ("/note", 4, 15, "SSN", "NEVER"),
        ("/cells/a~1b/1", 11, 27, "PERSON", "OTHER"),
    ]


def test_it_lets_a_heading_say_what_a_bare_number_is() -> None:
    assert places({"cells": {"SSN": "521449382", "Status": "open"}}) == [("/cells/SSN", 0, 9, "SSN", "NEVER")]
    assert places({"extra": {"card_number": 4111111111111111}}) == [("/extra/card_number", 0, 0, "CARD", "NEVER")]


def test_it_trusts_the_map_for_plain_columns() -> None:
    values = {"email": "second@example.net", "account_number": "PA-104482", "amount_cents": 120450, "policy_id": 88210}

    assert places(values) == []


def test_it_learns_from_her_own_columns_where_the_requester_can_be_reached() -> None:
    values = {
        "email": "ada@work.example",
        "phone": "(214) 555-0142",
        "street": "12 Orchard Lane",
        "city": "San Juan Capistrano",
        "contact": {"email": "bo@work.example"},
        "note": "write to cy@work.example",
    }

    learned = {(str(label), value) for label, value in reached_at(values, COLUMNS)}

    assert learned == {
        ("EMAIL", "ada@work.example"),
        ("PHONE", "(214) 555-0142"),
        ("ADDRESS", "12 Orchard Lane"),
    }


def test_it_finds_a_never_disclosed_number_in_a_column_that_promises_none() -> None:
    assert places({"email": "521-44-9382"}) == [("/email", 0, 11, "SSN", "NEVER")]


def test_it_carries_a_name_from_one_table_into_the_prose_of_another() -> None:
    named = people({"contact": {"name": "Zelda Xiong"}}, COLUMNS, ADA, NOBODY_KNOWN)

    assert named == {"Zelda Xiong"}
    assert places({"note": "then zelda paid"}, Known(named, ADA.names)) == [("/note", 5, 10, "PERSON", "OTHER")]


def test_it_learns_names_from_prose_but_not_the_requesters() -> None:
    note = {"note": "Spoke with Ada Quillfeather and with her wife Zelda Xiong"}

    assert people(note, COLUMNS, ADA, NOBODY_KNOWN) == {"Zelda Xiong"}


def test_it_withholds_the_part_around_a_place_too_deep_to_point_at() -> None:
    deep: dict[str, object] = {"note": "SSN 521-44-9382"}
    for _ in range(10):
        deep = {"x" * 40: deep}
    (place,) = places(deep)

    assert len(place[0]) <= LONGEST
    assert place[1:] == (0, 0, "SSN", "NEVER")
    assert burn(deep, [Place(place[0], 0, 0, "SSN", "NEVER")]).whole


def test_it_reads_an_unmapped_record_like_one_with_headings() -> None:
    found = propose({"PIN": "4471", "Name": "Ada Quillfeather"}, Columns(), ADA, NOBODY_KNOWN)

    assert [(p.path, p.label) for p in found] == [("/PIN", Label.PASSWORD)]
    assert Columns().rule(("anything",)).treatment is Treatment.PROSE


def test_it_burns_into_a_copy_and_leaves_the_original() -> None:
    values = {"note": "SSN 521-44-9382 of Bo Ibarra", "ssn": 521449382, "ok": [1, "two"]}
    burned = burn(
        values,
        [Place("/note", 4, 15, "SSN", "NEVER"), Place("/note", 19, 28, "PERSON"), Place("/ssn", 0, 0, "SSN", "NEVER")],
    )

    assert burned.values == {
        "note": "SSN [withheld: Social Security number] of [withheld: another person's name]",
        "ssn": "[withheld: Social Security number]",
        "ok": [1, "two"],
    }
    assert values["note"] == "SSN 521-44-9382 of Bo Ibarra"
    assert dict(burned.kinds) == {Label.SSN: 2, Label.PERSON: 1}
    assert burned.taken == {"521-44-9382", "521449382", "Bo Ibarra"}
    assert not burned.whole


def test_it_burns_in_the_readers_language() -> None:
    assert burn({"a": "x"}, [Place("/a", 0, 0, "SSN", "NEVER")], "es").values == {
        "a": "[retenido: número de Seguro Social]"
    }


def test_it_merges_overlapping_places_and_names_what_is_never_disclosed() -> None:
    burned = burn({"a": "call 521-44-9382 now"}, [Place("/a", 0, 16), Place("/a", 5, 16, "SSN", "NEVER")])

    assert burned.values["a"] == (
        "[withheld: information that may not be disclosed][withheld: Social Security number] now"
    )


@pytest.mark.parametrize("place", [Place("/gone", 0, 0), Place("/a", 2, 99), Place("/a/b", 0, 1), Place("/l/7", 0, 0)])
def test_it_withholds_the_whole_record_when_a_place_is_not_there(place: Place) -> None:
    burned = burn({"a": "text", "l": [1]}, [place])

    assert burned.whole
    assert burned.values == {}


def test_it_says_when_nothing_of_a_record_is_left() -> None:
    assert burn({"a": "x", "b": ""}, [Place("/a", 0, 0)]).whole
    assert not burn({"a": "x", "b": "y"}, [Place("/a", 0, 0)]).whole


@pytest.mark.parametrize(
    ("value", "label", "expected"),
    [
        ("bo@postbox.test", Label.EMAIL, True),
        ("Bo Ibarra", Label.PERSON, True),
        ("Bo", Label.PERSON, False),
        ("uncle", Label.OTHER, False),
        ("Dallas", Label.ADDRESS, False),
        ("12 Elm Street", Label.ADDRESS, True),
        ("4471", Label.SSN, False),
        ("521449382", Label.SSN, True),
        ("1966-03-23", Label.DATE_OF_BIRTH, False),
    ],
)
def test_it_searches_the_package_only_for_what_points_at_a_person(value: str, label: Label, expected: bool) -> None:
    assert tells(value, label) is expected


def test_it_writes_json_pointers() -> None:
    assert pointer(("a/b", "m~n", "0")) == "/a~1b/m~0n/0"
