"""An appeal: a linked case with its own clock, decided by somebody who had no part in the first decision."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Clock, Notice
from requests_app.permissions import Role, consumer, staff
from requests_app.services import appeal, notices, review
from requests_app.services import person as people
from tests import factories
from tests.characters import user

pytestmark = pytest.mark.django_db
WHY = "You hold my records; the account number was on your own bill."
UPHELD = "The file that you named belongs to the provider; we hold nothing else."


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


def officer(name: str) -> Any:
    return staff(user(Role.OFFICER, name))


def refused(right: str = "access") -> Case:
    """Refused by cleo, once the content was on the table."""
    case = factories.case_in(State.IN_REVIEW, right)
    ground = "legal_duty_to_keep" if right == "delete" else "exempt_information"
    return review.deny(case_id=case.id, by=officer("cleo"), ground=ground, explanation="We may not tell you these.")


def appealed(case: Case) -> Case:
    return appeal.open_appeal(case_id=case.id, by=consumer(case.id), text=WHY)


def test_it_opens_a_linked_case_with_its_own_clock_alone() -> None:
    first = refused()
    second = appealed(first)
    assert (second.state, second.right, second.appeal_of_id) == (State.IN_REVIEW, first.right, first.pk)
    assert [clock.kind for clock in second.clocks.all()] == [Clock.Kind.APPEAL]
    assert second.next_due_on == second.clocks.get().due_on
    assert people.read(second) == people.read(first)
    assert first.links.get().other_id == second.pk
    assert second.notices.filter(kind=Notice.Kind.ACKNOWLEDGEMENT).exists()


def test_it_carries_the_proven_identity_over_with_its_evidence() -> None:
    first = refused()
    second = appealed(first)
    assert second.identity_level == first.identity_level
    assert second.identity_checks.count() == first.identity_checks.count()
    assert "identity" not in second.gate_refusals()


@pytest.mark.parametrize("decide", ["deny", "send_back", "approve"])
def test_it_is_not_decided_by_whoever_decided_the_first(decide: str) -> None:
    second = appealed(refused())
    acts = {
        "deny": lambda by: review.deny(case_id=second.id, by=by, ground="exempt_information", explanation=UPHELD),
        "send_back": lambda by: review.send_back(case_id=second.id, by=by, note="Search again."),
        "approve": lambda by: review.approve(case_id=second.id, by=by, digest="f" * 64),
    }
    with pytest.raises(NotAllowed, match="part in the first decision"):
        acts[decide](officer("cleo"))
    assert second.preparers.filter(user=user(Role.OFFICER, "cleo")).exists(), "the gate must agree"


def test_it_says_on_the_page_why_whoever_decided_the_first_may_not(client: Client, settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    second = appealed(refused())
    client.force_login(user(Role.OFFICER, "cleo"))
    answer = client.post(f"/staff/cases/{second.reference}/act/send_back/", {"send_back-text": "Search again."})
    assert answer.status_code == 403
    assert "an appeal is decided by somebody who had none" in answer.content.decode()
    second.refresh_from_db()
    assert second.state == State.IN_REVIEW


def test_it_upholds_the_first_decision_with_reasons_and_meets_its_clock() -> None:
    second = appealed(refused())
    ended = review.deny(case_id=second.id, by=officer("cato"), ground="exempt_information", explanation=UPHELD)
    assert (ended.state, ended.outcome) == (State.RECORDING, Outcome.REFUSED)
    notice = second.notices.get(kind=Notice.Kind.APPEAL_UPHELD)
    assert not second.notices.filter(kind=Notice.Kind.DENIAL).exists()
    notices.sent(notice.id)
    assert second.clocks.get().ended == Clock.Ended.MET
    assert notices.explanation(ended) == UPHELD


def test_it_does_the_work_again_when_it_is_granted() -> None:
    second = appealed(refused())
    assert review.send_back(case_id=second.id, by=officer("cato"), note="Search again.").state == State.GATHERING


def test_it_asks_for_proof_first_when_the_first_case_was_never_proven() -> None:
    first = factories.opened()
    review.deny(case_id=first.id, by=officer("cleo"), ground="identity_unproven", explanation="Nothing agreed at all.")
    second = appealed(first)
    assert review.send_back(case_id=second.id, by=officer("cato"), note="Ask again.").state == State.VERIFYING


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_it_wants_to_know_what_is_wrong(text: str) -> None:
    first = refused()
    with pytest.raises(NotValid):
        appeal.open_appeal(case_id=first.id, by=consumer(first.id), text=text)
    assert not first.appeals.exists()


def test_it_is_opened_once_in_time_and_only_against_a_decision() -> None:
    first = refused()
    until = appeal.last_day(first)
    with time_machine.travel(timezone.now() + timedelta(days=(until - first.received_on).days + 2), tick=False):
        assert "ended" in appeal.refusal(first)
    second = appealed(first)
    with pytest.raises(WrongState, match=second.reference):
        appealed(first)
    with pytest.raises(WrongState, match="no decision"):
        appealed(second)
    with pytest.raises(WrongState, match="no decision"):
        appealed(factories.opened())


def test_it_is_nobody_elses_to_open() -> None:
    first = refused()
    with pytest.raises(NotAllowed):
        appeal.open_appeal(case_id=first.id, by=consumer(factories.opened().id), text=WHY)
