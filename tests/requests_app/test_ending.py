"""A case that ends without an answer on its merits: taken back, or never proven. Each is told, and its clocks end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from requests_app.exceptions import WrongState
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, Clock, Notice
from requests_app.permissions import consumer
from requests_app.services import ending, messages, notices
from tests.characters import ADA
from tests.factories import case_in, opened, prove

pytestmark = pytest.mark.django_db


def at(case: Case, *, days_before_answer: int) -> time_machine.travel:
    due = case.clocks.get(kind=Clock.Kind.ANSWER).due_on
    days = (due - case.received_on).days - days_before_answer
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def test_it_confirms_what_was_taken_back() -> None:
    case = opened()
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.WITHDRAWN)
    notice = case.notices.get(kind=Notice.Kind.WITHDRAWN)
    mail = notices.render(notice)
    assert mail.to == ADA.emails[0]
    assert "stopped" in mail.text
    assert ADA.family_name not in mail.text


def test_it_cannot_be_taken_back_once_it_was_carried_out_and_orders_no_mail() -> None:
    case = case_in(State.CLOSED)
    with pytest.raises(WrongState):
        ending.withdraw(case_id=case.id, by=consumer(case.id))
    assert not case.notices.filter(kind=Notice.Kind.WITHDRAWN).exists()


def test_it_waits_for_proof_until_shortly_before_the_answer_is_due() -> None:
    case = opened()
    with at(case, days_before_answer=4):
        assert ending.expire_unproven() == 0
    with at(case, days_before_answer=3):
        assert ending.expire_unproven() == 1
        assert ending.expire_unproven() == 0
    case.refresh_from_db()
    assert (case.state, case.outcome, case.ground) == (State.RECORDING, Outcome.UNVERIFIED, "identity_unproven")


def test_it_tells_the_requester_in_time_and_says_how_to_ask_again() -> None:
    case = opened()
    with at(case, days_before_answer=3):
        ending.expire_unproven()
        notice = case.notices.get(kind=Notice.Kind.UNVERIFIED)
        assert "ask again" in notices.render(notice).text
        notices.sent(notice.id)
    assert case.clocks.get(kind=Clock.Kind.ANSWER).ended == Clock.Ended.MET


def test_it_leaves_alone_who_has_proven_it_and_who_needs_not() -> None:
    proven, opt_out = prove(opened()), opened(Right.OPT_OUT_SALE_SHARING)
    with at(proven, days_before_answer=0):
        assert ending.expire_unproven() == 0
    for case in (proven, opt_out):
        case.refresh_from_db()
        assert case.outcome == ""


def test_it_is_a_daily_sweep(capsys: pytest.CaptureFixture[str]) -> None:
    case = opened()
    with at(case, days_before_answer=1):
        call_command("expire_unproven", "--json")
    assert capsys.readouterr().out == '{"ended": 1}\n'


# --- the lesser right --------------------------------------------------------------------------------------------


def half_proven(right: Right = Right.ACCESS) -> Case:
    """Enough to be told the categories, not enough for a copy."""
    return prove(opened(right), kinds=("email", "phone"), signed=False)


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY])
def test_it_answers_the_categories_when_more_is_not_proven_in_time(right: Right) -> None:
    case = half_proven(right)
    assert case.state == State.VERIFYING
    with at(case, days_before_answer=11):
        ending.expire_unproven()
        case.refresh_from_db()
        assert case.state == State.VERIFYING
    with at(case, days_before_answer=10):
        assert ending.expire_unproven() == 0
        ending.expire_unproven()
    case.refresh_from_db()
    assert (case.right, case.state) == (Right.KNOW_CATEGORIES, State.GATHERING)
    told = case.events.get(payload__method="lesser_right")
    assert told.payload["from"] == right
    assert "which kinds of information" in messages.read(case, notes=False)[0][1]
    assert case.notices.filter(kind=Notice.Kind.MESSAGE).count() == 1
    assert case.clocks.get(kind=Clock.Kind.ANSWER).ended == ""


def test_it_tells_nothing_to_whom_not_even_that_is_proven() -> None:
    case = prove(opened(), kinds=("email",), signed=False)
    with at(case, days_before_answer=3):
        assert ending.expire_unproven() == 1
    case.refresh_from_db()
    assert (case.right, case.outcome) == (Right.ACCESS, Outcome.UNVERIFIED)
