"""What a correction says, checked and sealed, and kept out of the proof of identity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from requests_app.casefile import read, write
from requests_app.exceptions import NotValid
from requests_app.lifecycle import Right, State
from requests_app.models import Case, IdentityCheck, Level
from requests_app.services import disputed, intake
from requests_app.services.disputed import DisputedFact
from requests_app.services.intake import Asked
from tests.characters import ADA
from tests.factories import opened, prove
from tests.requests_app.api_client import body, send

pytestmark = pytest.mark.django_db
WRONG_PHONE = DisputedFact("Phone number", "214-555-0199", "214-555-0107")
WRONG_CITY = DisputedFact("City", "Dallas", "Garland")


def asked(*facts: DisputedFact, right: Right = Right.CORRECT) -> Asked:
    return Asked(right, ADA, residence="US-CA", corrections=facts)


def test_it_keeps_each_item_sealed_and_in_its_order() -> None:
    case = intake.open_case(asked(WRONG_PHONE, WRONG_CITY))
    assert b"0199" not in b"".join(bytes(item.sealed) for item in case.corrections.all())
    told = read.corrections(case.id)
    assert [(one.number, one.what, one.stands, one.should_be) for one in told] == [
        (1, "Phone number", "214-555-0199", "214-555-0107"),
        (2, "City", "Dallas", "Garland"),
    ]
    assert [one.ruling for one in read.snapshot(case.id).corrections] == ["open", "open"]
    assert "0199" not in repr(read.snapshot(case.id).corrections)


def test_it_takes_a_correction_that_does_not_know_what_stands_there() -> None:
    assert DisputedFact.of({"what": "Phone", "should_be": "214-555-0107"}).stands == ""


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("phone", "corrections.3"),
        ({"what": "Phone", "is": "1", "should_be": "2", "since": "3"}, "corrections.3"),
        ({"what": " ", "is": "1", "should_be": "2"}, "corrections.3.what"),
        ({"what": "Phone", "is": "1", "should_be": "  "}, "corrections.3.should_be"),
        ({"what": "Phone", "is": "1", "should_be": "1"}, "corrections.3.should_be"),
        ({"what": "Phone", "is": 1, "should_be": "2"}, "corrections.3.is"),
        ({"what": "Phone", "is": "1", "should_be": "2\x00"}, "corrections.3.should_be"),
        ({"what": "x" * 121, "is": "1", "should_be": "2"}, "corrections.3.what"),
        ({"what": "Phone", "is": "1", "should_be": "2" * 501}, "corrections.3.should_be"),
    ],
)
def test_it_names_the_field_that_it_cannot_take(raw: Any, field: str) -> None:
    with pytest.raises(NotValid) as caught:
        DisputedFact.of(raw, 3)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "wrong",
    [
        asked(),
        asked(WRONG_PHONE, right=Right.ACCESS),
        asked(*(replace(WRONG_PHONE, stands=str(number)) for number in range(21))),
    ],
    ids=["nothing to correct", "not a correction", "twenty-one items"],
)
def test_it_opens_no_case_without_one_to_twenty_items(wrong: Asked) -> None:
    with pytest.raises(NotValid) as caught:
        intake.open_case(wrong)
    assert caught.value.field == "corrections"
    assert not Case.objects.exists()


def test_it_takes_a_key_for_other_corrections_as_another_request() -> None:
    intake.open_case(asked(WRONG_PHONE), idempotency_key="the same key")
    assert intake.open_case(asked(WRONG_PHONE), idempotency_key="the same key").corrections.count() == 1
    with pytest.raises(intake.DifferentRequest):
        intake.open_case(asked(WRONG_CITY), idempotency_key="the same key")


def test_it_comes_in_through_the_api_as_the_contract_writes_it() -> None:
    answer = send(body(right="correct", corrections=[{"what": "City", "is": "Dallas", "should_be": "Garland"}]))
    assert answer.status_code == 202, answer.content
    case = Case.objects.get(reference=answer.json()["reference"])
    assert read.corrections(case.id)[0].should_be == "Garland"


@pytest.mark.parametrize(
    ("fact", "kinds"),
    [
        (WRONG_PHONE, {"phone"}),
        (WRONG_CITY, {"postal_address"}),
        (DisputedFact("E-mail", "old@example.org", "new@example.org"), {"email"}),
        (DisputedFact("Birthday", "1966-03-32", "03/23/1966"), {"date_of_birth"}),
        (DisputedFact("Account", "PA-104483", "PA 104482"), {"account"}),
        (DisputedFact("Job title", "Nurse", "Head nurse"), set()),
    ],
)
def test_it_tells_which_points_are_in_dispute(fact: DisputedFact, kinds: set[str]) -> None:
    assert disputed.kinds([fact], ADA) == kinds


def test_it_does_not_count_the_disputed_fact_as_proof() -> None:
    case = prove(opened(Right.CORRECT), kinds=("email", "phone"), signed=False)
    match = case.identity_checks.get(method=IdentityCheck.Method.MATCH)
    assert match.points == 1
    assert (case.identity_level, case.state) == (Level.CHANNEL, State.VERIFYING)


def test_it_lets_the_case_go_on_by_facts_that_nobody_disputes() -> None:
    case = prove(opened(Right.CORRECT), kinds=("email", "phone", "date_of_birth"), signed=False)
    assert (case.identity_level, case.state) == (Level.REASONABLE, State.GATHERING)


def test_it_does_not_trust_an_address_that_is_itself_in_dispute() -> None:
    wrong = DisputedFact("E-mail", ADA.emails[0], "other@example.org")
    case = intake.open_case(asked(wrong))
    write.record_match(case.id, kinds=["email", "phone", "date_of_birth"], on_file=["email:0", "phone:0"])
    match = case.identity_checks.get(method=IdentityCheck.Method.MATCH)
    assert (match.kinds, match.channel_on_file, match.points) == (["phone:0"], False, 2)
