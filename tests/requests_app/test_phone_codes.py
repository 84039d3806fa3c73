"""Proof by phone: only by a channel on file, three tries, and a screen that says match or no match."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from requests_app.casefile import write
from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.lifecycle import State
from requests_app.models import Case, Level, Notice
from requests_app.permissions import Role, staff
from requests_app.services import identity_channel, notices, phone_codes
from tests.characters import ADA, user
from tests.factories import opened
from tests.requests_app.phone_walk import DESK, Operator
from tests.requests_app.portal_walk import CODE, STATUS, Visitor

pytestmark = pytest.mark.django_db
GIVEN = replace(ADA, phones=("972-555-0188", "214-555-0107"))  # the one she calls from, and the one that we hold
ALL = ["email", "phone", "date_of_birth", "account", "postal_address"]


@pytest.fixture
def iris():
    return staff(user(Role.INTAKE))


@pytest.fixture
def case() -> Case:
    """Ada called from a new number; the sources hold her e-mail address, her old number and where she lives."""
    case = opened(person=GIVEN, channel="phone")
    write.record_match(case.id, kinds=ALL, on_file=["email:0", "phone:1", "post:0"])
    return Case.objects.get(pk=case.id)


def mailed(case: Case) -> str:
    notice = case.notices.filter(kind=Notice.Kind.CODE).latest("ordered_at")
    return str(notices.content(notice)["parameters"]["code"])


def places(case: Case) -> list[str]:
    return [way.place for way in phone_codes.standing(case).ways]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_it_offers_only_what_a_source_held_and_never_the_number_just_given(case: Case, iris) -> None:
    assert places(case) == ["email:0", "phone:1", "post:0"]
    assert "972-555-0188" not in [way.address for way in phone_codes.standing(case).ways]
    with pytest.raises(NotValid, match="no source held it"):
        phone_codes.send(case_id=case.id, by=iris, place="phone:0")


def test_it_offers_nothing_before_the_sources_were_asked_or_when_they_hold_nothing(iris) -> None:
    case = opened(person=GIVEN)
    assert (phone_codes.standing(case).compared, places(case)) == (False, [])
    write.record_match(case.id, kinds=[], on_file=[])
    assert (phone_codes.standing(case).compared, places(case)) == (True, [])


def test_it_proves_control_of_a_mailed_channel(case: Case, iris) -> None:
    assert phone_codes.send(case_id=case.id, by=iris, place="email:0") == ""
    assert phone_codes.enter(case_id=case.id, by=iris, code=mailed(case))
    case.refresh_from_db()
    assert case.identity_level == Level.REASONABLE
    assert case.state == State.VERIFYING
    phone_codes.declared_on_paper(case_id=case.id, by=iris, signed_name="Ada Quillfeather")
    case.refresh_from_db()
    assert (case.identity_level, case.state) == (Level.HIGH, State.GATHERING)


def test_it_proves_a_number_on_file_by_a_call_back_and_then_sends_no_link_anywhere(case: Case, iris) -> None:
    said = phone_codes.send(case_id=case.id, by=iris, place="phone:1")
    assert len(said) == 6
    assert not case.notices.filter(kind=Notice.Kind.CODE).exists()
    assert phone_codes.enter(case_id=case.id, by=iris, code=f"{said[:3]} {said[3:]}")
    case.refresh_from_db()
    assert case.identity_level == Level.REASONABLE
    assert identity_channel.collect_place(case) == ""


def test_it_opens_no_status_page_with_a_code_that_was_said_to_whoever_called(case: Case, iris) -> None:
    said = phone_codes.send(case_id=case.id, by=iris, place="phone:1")
    visitor = Visitor()
    visitor.post(STATUS, {"reference": case.reference})
    assert "wrong or no longer valid" in visitor.post(CODE, {"code": said}).content.decode()
    assert not identity_channel.confirmed_addresses(case)


def test_it_ends_the_fast_ways_after_three_wrong_tries_and_writes_a_letter(case: Case, iris) -> None:
    said = phone_codes.send(case_id=case.id, by=iris, place="phone:1")
    assert not phone_codes.enter(case_id=case.id, by=iris, code=wrong(said))
    said = phone_codes.send(case_id=case.id, by=iris, place="phone:1")
    assert phone_codes.standing(case).tries == 2
    for _ in range(2):
        assert not phone_codes.enter(case_id=case.id, by=iris, code=wrong(said))
    assert places(case) == ["post:0"]
    letter = case.notices.get(kind=Notice.Kind.CODE)
    assert letter.medium == Notice.Medium.POST
    with pytest.raises(NotValid):
        phone_codes.send(case_id=case.id, by=iris, place="email:0")
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert phone_codes.enter(case_id=case.id, by=iris, code=mailed(case))
    case.refresh_from_db()
    assert case.identity_level == Level.REASONABLE


def test_it_asks_an_officer_when_there_is_no_address_to_write_to(iris) -> None:
    case = opened(person=GIVEN)
    write.record_match(case.id, kinds=["email", "phone"], on_file=["phone:1"])
    said = phone_codes.send(case_id=case.id, by=iris, place="phone:1")
    for _ in range(phone_codes.TRIES):
        phone_codes.enter(case_id=case.id, by=iris, code=wrong(said))
    case.refresh_from_db()
    assert (case.attention, places(case)) == ("identity", [])
    assert not case.notices.filter(kind=Notice.Kind.CODE).exists()


def test_it_takes_no_code_twice_none_that_is_too_old_and_none_replaced(case: Case, iris) -> None:
    first = phone_codes.send(case_id=case.id, by=iris, place="phone:1")
    second = phone_codes.send(case_id=case.id, by=iris, place="phone:1")
    if first != second:
        assert not phone_codes.enter(case_id=case.id, by=iris, code=first)
    with time_machine.travel(timezone.now() + timedelta(hours=5)), pytest.raises(NotValid, match="Send a code first"):
        phone_codes.enter(case_id=case.id, by=iris, code=second)
    assert phone_codes.enter(case_id=case.id, by=iris, code=second)
    with pytest.raises(NotValid, match="Send a code first"):
        phone_codes.enter(case_id=case.id, by=iris, code=second)


def test_it_keeps_codes_and_numbers_out_of_the_ledger(case: Case, iris) -> None:
    said = phone_codes.send(case_id=case.id, by=iris, place="phone:1")
    phone_codes.enter(case_id=case.id, by=iris, code=wrong(said))
    phone_codes.enter(case_id=case.id, by=iris, code=said)
    payloads = str(list(case.events.values_list("payload", flat=True)))
    told = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}", "", payloads)  # digits of chance
    assert said not in told
    assert "555" not in told
    assert [
        event.payload["result"] for event in case.events.filter(kind="identity:checked", payload__method="code")
    ] == ["refused"]


def test_it_is_for_those_who_take_requests_while_identity_is_open(case: Case, iris) -> None:
    with pytest.raises(NotAllowed):
        phone_codes.send(case_id=case.id, by=staff(user(Role.AUDITOR)), place="email:0")
    opt_out = opened("opt_out_sale_sharing")
    with pytest.raises(WrongState):
        phone_codes.send(case_id=opt_out.id, by=iris, place="email:0")


def test_it_takes_one_declaration_in_the_persons_own_name(case: Case, iris) -> None:
    with pytest.raises(NotValid):
        phone_codes.declared_on_paper(case_id=case.id, by=iris, signed_name="Bo Larkin")
    phone_codes.declared_on_paper(case_id=case.id, by=iris, signed_name="ada quillfeather")
    with pytest.raises(WrongState):
        phone_codes.declared_on_paper(case_id=case.id, by=iris, signed_name="Ada Quillfeather")


def test_it_says_match_or_no_match_on_the_page_and_shows_the_code_once(case: Case, settings) -> None:
    settings.UMBS_STAFF_MFA = False
    iris = Operator()
    page = f"{DESK}verify/{case.reference}/"
    shown = iris.get(page).content.decode()
    assert "Call back at 214-555-0107" in shown
    assert "972-555-0188" not in shown
    answer = iris.post(page, {"place": "phone:1"}).content.decode()
    code = answer.split('class="umbs-code">')[1][:6]
    assert code.isdigit()
    assert code not in iris.get(page).content.decode()
    assert "No match." in iris.post(page, {"code": wrong(code)}, follow=True).content.decode()
    matched = iris.post(page, {"code": code}, follow=True).content.decode()
    assert "Match." in matched
    assert "came back on paper" in matched
