"""Papers that only a person can destroy: the owner is asked after the decision, and owed until the owner says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from fulfillment import owners
from fulfillment.models import ManualTask
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, EventKind, Message, Notice, Obligation
from requests_app.services import clock, intake, messages, notices
from requests_app.services.intake import Asked
from tests import factories
from tests.characters import ADA
from tests.fulfillment import cabinet
from tests.fulfillment.deletions import carried_out
from tests.fulfillment.estate import work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
DONE = {"outcome": "done", "papers": "0", "remark": "Shredded in the room, Iris watched."}


@pytest.fixture
def case(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Case]:
    """Ada's deletion, carried out where a machine can; one paper of hers lies in the cabinet."""
    cabinet.connect(tmp_path)
    with override_settings(UMBS_COOLING_OFF_HOURS=0):
        made = intake.open_case(Asked(Right.DELETE, ADA, residence="US-CA"))
        with transaction.atomic():
            factories.prove(made, signed=False)
        work("gather", "search")
        cabinet.post(made, outcome="found", papers="2", paper_1="Payment plan")
        work("search", "plan")
        made.refresh_from_db()
        yield carried_out(made)


def asked(case: Case) -> ManualTask:
    task: ManualTask = ManualTask.objects.get(case_id=case.id, kind=ManualTask.Kind.ERASE)
    return task


def post(case: Case, **said: Any) -> HttpResponse:
    return Client().post(f"/tasks/{asked(case).id}/", {"key": cabinet.key(cabinet.mails(case)[-1]), **said})


def owed(case: Case) -> Obligation:
    found: Obligation = case.obligations.get(source_key="cabinet", kind=Obligation.Kind.RETRY)
    return found


def test_it_asks_the_owner_to_destroy_what_no_machine_can(case: Case) -> None:
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.PARTLY)
    assert (owed(case).state, owed(case).reason) == (Obligation.State.OPEN, "OPS-04")
    page = post(case).content.decode()
    assert "Please destroy this person" in page
    mail = notices.render(case.notices.filter(kind=Notice.Kind.OWNER_TASK).latest("ordered_at"))
    assert mail.subject == f"Please destroy a person's papers: {case.reference}"
    assert "whose papers are to be destroyed" in mail.text
    assert "On which day it was done" in page


def test_it_is_settled_when_the_owner_says_when_it_was_done(case: Case) -> None:
    today = clock.today()
    assert post(case, **DONE, on=today.isoformat()).status_code == 200
    work("retry")
    step = case.steps.get(source_key="cabinet")
    assert (step.result, step.rows_done, step.rows_left) == ("deleted", 1, 0)
    assert owed(case).state == Obligation.State.DONE
    assert case.notices.filter(kind=Notice.Kind.FOLLOW_UP).count() == 1, "the person is told that it is done after all"
    assert case.events.filter(kind=EventKind.OWNER_ANSWERED).last().payload["on"] == today.isoformat()
    notes = messages.read(case, notes=True)
    assert (notes[-1][0].direction, notes[-1][1]) == (Message.Direction.NOTE, DONE["remark"])
    assert "answer" in post(case).content.decode(), "a second answer is refused kindly"


@pytest.mark.parametrize("day", ["", "2999-01-01", "0001-01-01", "yesterday"])
def test_it_takes_no_yes_without_a_day_that_has_been(case: Case, day: str) -> None:
    page = post(case, **DONE, on=day).content.decode()
    assert DONE["remark"] in page, "nothing typed is lost"
    assert asked(case).answered_at is None


def test_nothing_there_settles_it_too(case: Case) -> None:
    post(case, outcome="nothing", papers="0")
    work("retry")
    assert case.steps.get(source_key="cabinet").result == "not_found"
    assert owed(case).state == Obligation.State.DONE


def test_it_stays_owed_when_the_owner_cannot(case: Case) -> None:
    post(case, outcome="cannot", papers="0", remark="The box is at the off-site store until January.")
    work("retry")
    assert owed(case).state == Obligation.State.ESCALATED
    assert case.steps.get(source_key="cabinet").result == "deferred"


def test_it_goes_on_asking_when_the_case_has_ended_and_then_tells_somebody(case: Case) -> None:
    task = asked(case)
    begun = timezone.now()
    for days in (9, 15, 19):
        with time_machine.travel(begun + timedelta(days=days), tick=False):
            assert owners.chase_all() == 1, days
    task.refresh_from_db()
    assert (task.chases, task.escalated_at is not None) == (3, True)
    assert owed(case).state == Obligation.State.ESCALATED
    assert asked(case).due_on == clock.today() + timedelta(days=14)
    with time_machine.travel(begun + timedelta(days=20), tick=False):
        assert post(case, **DONE, on=begun.date().isoformat()).status_code == 200
        work("retry")
    assert owed(case).state == Obligation.State.DONE


def test_it_asks_no_more_when_nothing_is_owed(case: Case) -> None:
    row = owed(case)
    row.state = Obligation.State.STOPPED
    row.save(update_fields=["state"])
    assert "no longer" in post(case, **DONE, on="2026-01-01").content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        owners.chase_all()
    assert asked(case).revoked_at is not None


def test_it_asks_nobody_to_destroy_what_a_hold_keeps(case: Case) -> None:
    Obligation.objects.filter(pk=owed(case).pk).update(reason="LEG-08")
    assert "no longer" in post(case, **DONE, on="2026-01-01").content.decode()
