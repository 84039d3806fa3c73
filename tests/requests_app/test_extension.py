from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import OPT_OUTS, Right, State
from requests_app.models import Case, Clock, EventKind, Notice
from requests_app.permissions import SYSTEM, Actor, Role, consumer, staff
from requests_app.services import extension, notices
from tests import factories
from tests.characters import NOBODY_ONLINE, user

pytestmark = pytest.mark.django_db

CHICAGO = ZoneInfo("America/Chicago")
REASON = "Two of our systems were being moved to a new host when you asked."


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 1, 30, 23, 30, tzinfo=CHICAGO), tick=False) as travelled:
        yield travelled


@pytest.fixture
def case(today: time_machine.Traveller) -> Case:
    return factories.opened(Right.ACCESS)


def officer() -> Actor:
    return staff(user(Role.OFFICER))


def extend(case: Case, reason: str = REASON, by: Actor | None = None) -> Clock:
    return extension.extend(case_id=case.id, by=by or officer(), reason=reason)


def answer(case: Case) -> Clock:
    return case.clocks.get(kind=Clock.Kind.ANSWER)


def test_it_moves_the_answer_to_90_days_after_receipt(case):
    extend(case)
    row = answer(case)
    assert row.due_on == date(2026, 4, 30)
    assert (row.due_on - row.started_on).days == 90
    assert row.first_due_on == date(2026, 3, 16)
    assert row.extended_at is not None


def test_it_adds_to_the_derivation_how_the_new_date_comes_about(case):
    before = answer(case).derivation
    row = extend(case)
    assert row.derivation[:-1] == before
    assert (
        row.derivation[-1]["text"] == "Extended once on Fri 2026-01-30: due Thu 2026-04-30 instead of Mon 2026-03-16."
    )
    assert row.derivation[-1]["citation"] == before[-1]["citation"]
    assert "1798.130(a)(2)(A)" in row.derivation[-1]["citation"]


def test_it_orders_the_notice_with_the_reason(case):
    extend(case)
    notice = case.notices.get(kind=Notice.Kind.EXTENSION)
    told = notices.content(notice)["parameters"]
    assert told["reason"] == REASON
    assert (told["due_on"], told["extended_from"]) == ("2026-04-30", "2026-03-16")
    assert told["citation"]
    assert told["derivation"][-1].startswith("Extended once")


def test_it_puts_the_notice_into_the_tray_for_whoever_has_no_mail(today):
    case = factories.opened(Right.ACCESS, person=NOBODY_ONLINE)
    extend(case)
    assert case.notices.get(kind=Notice.Kind.EXTENSION).medium == Notice.Medium.POST


def test_it_keeps_the_reason_sealed_and_out_of_the_ledger(case):
    row = extend(case)
    assert extension.reason(row) == REASON
    assert REASON.encode() not in bytes(row.extension_reason_sealed)
    event = case.events.get(kind=EventKind.CLOCK_EXTENDED)
    assert event.payload == {"clock": "answer", "due": "2026-04-30", "before": "2026-03-16"}
    assert list(chain.verify(case)) == []


def test_it_has_no_reason_before_it_is_extended(case):
    assert extension.reason(answer(case)) == ""


def test_it_leaves_the_acknowledgement_where_it_is(case):
    extend(case)
    case.refresh_from_db()
    assert case.clocks.get(kind=Clock.Kind.ACKNOWLEDGE).due_on == date(2026, 2, 13)
    assert case.next_due_on == date(2026, 2, 13)


def test_it_moves_the_next_date_of_the_queue(case):
    notices.sent(case.notices.get(kind=Notice.Kind.ACKNOWLEDGEMENT).id)
    extend(case)
    case.refresh_from_db()
    assert case.next_due_on == date(2026, 4, 30)


def test_it_refuses_a_second_extension(case):
    extend(case)
    with pytest.raises(WrongState, match="extended once, to 2026-04-30; the law allows no second"):
        extend(case)
    assert case.notices.filter(kind=Notice.Kind.EXTENSION).count() == 1
    assert answer(case).due_on == date(2026, 4, 30)


def test_it_allows_it_on_the_last_day_before_day_45(case, today):
    today.move_to(datetime(2026, 3, 15, 23, 59, tzinfo=CHICAGO))
    assert extension.refusal(case) == ""
    assert extend(case).due_on == date(2026, 4, 30)


@pytest.mark.parametrize("day", [date(2026, 3, 16), date(2026, 3, 17), date(2026, 4, 29)])
def test_it_refuses_it_when_the_notice_would_be_late(case, today, day):
    today.move_to(datetime(day.year, day.month, day.day, 0, 0, tzinfo=CHICAGO))
    with pytest.raises(WrongState, match="had to go out by 2026-03-15"):
        extend(case)
    assert answer(case).due_on == date(2026, 3, 16)


@pytest.mark.parametrize("reason", ["", "   ", "too busy", "x" * 2001])
def test_it_refuses_it_without_a_reason_that_can_be_told(case, reason):
    with pytest.raises(NotValid, match="the notice must tell it") as caught:
        extend(case, reason)
    assert caught.value.field == "reason"
    assert answer(case).extended_at is None
    assert not case.notices.filter(kind=Notice.Kind.EXTENSION).exists()


@pytest.mark.parametrize("right", sorted(OPT_OUTS))
def test_it_refuses_it_for_an_opt_out(today, right):
    case = factories.opened(right)
    with pytest.raises(WrongState, match="allows no extension for this right"):
        extend(case)


def test_it_refuses_it_when_the_request_is_answered(today):
    case = factories.case_in(State.CLOSED)
    with pytest.raises(WrongState, match="nothing left to extend"):
        extend(case)


@pytest.mark.parametrize("role", [Role.INTAKE, Role.ANALYST, Role.AUDITOR, Role.ADMIN])
def test_it_refuses_it_to_anybody_but_an_officer(case, role):
    with pytest.raises(NotAllowed):
        extend(case, by=staff(user(role)))


def test_it_refuses_it_to_the_consumer_and_to_the_system(case):
    for by in (consumer(case.id), SYSTEM):
        with pytest.raises(NotAllowed):
            extend(case, by=by)
    assert answer(case).extended_at is None


def test_it_says_why_not_before_anybody_tries(case):
    assert extension.refusal(case) == ""
    extend(case)
    assert "no second extension" in extension.refusal(case)


def test_it_holds_to_the_first_date_when_the_letter_was_posted_too_late(today):
    case = factories.opened(Right.ACCESS, person=NOBODY_ONLINE)
    last_day = extend(case).notice_by
    letter = case.notices.get(kind=Notice.Kind.EXTENSION)
    Notice.objects.filter(pk=letter.pk).update(state=Notice.State.TO_POST)
    today.move_to(datetime.combine(last_day + timedelta(days=2), time(9), tzinfo=CHICAGO))
    notices.posted(notice_id=letter.pk, by=officer(), on=last_day + timedelta(days=1))
    row = answer(case)
    assert (row.due_on, row.first_due_on) == (date(2026, 3, 16), date(2026, 3, 16))
    assert row.derivation[-1]["text"].startswith("The notice of the extension went out on Mon 2026-03-16, after Sun")
    case.refresh_from_db()
    assert case.next_due_on <= date(2026, 3, 16)
    assert case.events.filter(kind=EventKind.EXTENSION_VOID).count() == 1
    assert not row.is_extended, "no page and no paper calls it extended any more"
    assert list(chain.verify(case)) == []


def test_it_keeps_the_later_date_when_the_letter_was_posted_on_the_last_day(today):
    case = factories.opened(Right.ACCESS, person=NOBODY_ONLINE)
    last_day = extend(case).notice_by
    letter = case.notices.get(kind=Notice.Kind.EXTENSION)
    Notice.objects.filter(pk=letter.pk).update(state=Notice.State.TO_POST)
    today.move_to(datetime.combine(last_day + timedelta(days=2), time(9), tzinfo=CHICAGO))
    notices.posted(notice_id=letter.pk, by=officer(), on=last_day)
    assert answer(case).due_on == date(2026, 4, 30)
