"""In English and in Spanish, on the web: what leaves the house, as files, as kinds of data, and as a list of names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from requests_app.lifecycle import Outcome, Right
from tests.stories.cases import closed, in_review, released
from tests.stories.consumer import Consumer
from tests.stories.house import House
from tests.stories.papers import agrees_with_its_manifest, everything_in, has_it_in_hand
from tests.stories.people import LANGUAGES, player
from umbs_privacy.demo import billing
from umbs_privacy.demo.characters import ADA, NORA, never_disclosed
from umbs_privacy.demo.people import Person

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.parametrize("house", ["embedded"], indirect=True),
    pytest.mark.parametrize("language", LANGUAGES),
]
ANSWER = "Download our answer"


def test_somebody_takes_their_information_elsewhere(house: House, language: str, tmp_path: Path) -> None:
    person = player("elsewhere", language)
    one = house.consumer(person, language)
    reference = is_answered(house, one, Right.PORTABILITY)
    with one.collects_the_copy(tmp_path) as copy:
        agrees_with_its_manifest(copy)
        assert any(name.endswith(".csv") for name in copy.namelist())
        told = everything_in(copy)
    invoices = house.rows("billing", billing.invoices, account_number=person.account_number)
    assert invoices
    for invoice in invoices:
        assert invoice["invoice_number"] in told
    tells_no_secret(told, person)
    has_it_in_hand(one, closed(reference), tmp_path)


def test_somebody_learns_which_kinds_are_held(house: House, language: str, tmp_path: Path) -> None:
    person = player("categories", language)
    one = house.consumer(person, language)
    reference = is_answered(house, one, Right.KNOW_CATEGORIES)
    with one.collects_the_copy(tmp_path, ANSWER) as answer:
        kinds = {row["category"]: row for row in json.loads(answer.read("categories.json"))["categories"]}
        told = everything_in(answer)
    assert "CRM and marketing leads" in kinds["identifiers"]["systems"]
    assert "Direct-pay billing" in kinds["identifiers"]["systems"]
    assert kinds["identifiers"]["sources"]
    assert kinds["geolocation"]["kinds"] == [], "nobody knows where this person has been"
    tells_no_secret(told, person)
    for fact in (person.account_number, person.email, person.phone):
        assert fact not in told, "the kinds were asked for, not the records"
    has_it_in_hand(one, closed(reference), tmp_path)


def test_somebody_learns_who_got_it(house: House, language: str, tmp_path: Path) -> None:
    person = player("recipients", language)
    one = house.consumer(person, language)
    reference = is_answered(house, one, Right.THIRD_PARTY_LIST)
    with one.collects_the_copy(tmp_path, ANSWER) as answer:
        got = {row["name"]: row for row in json.loads(answer.read("third_parties.json"))["third_parties"]}
        told = everything_in(answer)
    assert got["Bright Audience"]["sold_or_shared"] is True
    assert got["Tally Street Payments"]["sold_or_shared"] is False
    assert person.account_number not in told
    tells_no_secret(told, person)
    has_it_in_hand(one, closed(reference), tmp_path)


def is_answered(house: House, one: Consumer, right: Right) -> str:
    """Asked, proven, read by two people and ready: the status page offers it."""
    reference = one.asks_for(right, residence="US-TX")
    one.opens_the_status_page(reference)
    in_review(reference)
    anna = house.desk("anna")
    if right is Right.PORTABILITY:
        anna.withholds_whatever_is_proposed(reference)
    anna.approves(reference)
    assert not released(reference), "one person alone has released it"
    house.desk("omar").approves(reference)
    assert closed(reference).outcome == Outcome.FULFILLED
    one.sees("Your documents")
    return reference


def tells_no_secret(told: str, person: Person) -> None:
    for secret in (*never_disclosed(person), ADA.email, ADA.account_number, NORA.email):
        assert secret not in told
