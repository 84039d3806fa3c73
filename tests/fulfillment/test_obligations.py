"""A closed case's debts, paid at real sources: asked again, tried again, handed to people when a machine must not."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from fulfillment import models, tasks
from fulfillment.connectors.base import Erased
from fulfillment.connectors.sql import Sql
from fulfillment.models import JobState
from requests_app.casefile import obligations as seam
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, EventKind, Notice, Obligation, PlanStep
from requests_app.permissions import Role, staff
from requests_app.selectors import today
from requests_app.services import holds, notices, owed, review
from tests import factories
from tests.characters import user
from tests.fulfillment.deletions import MAIL, planned
from tests.fulfillment.estate import EMAIL, ID, NAME, Estate, hurry, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
HERS, BENS = {"id": 5, "email": MAIL, "name": "Ada Quillfeather"}, {"id": 6, "email": "ben@example.org", "name": "Ben"}
KIND = Obligation.Kind


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    made = Estate(tmp_path)
    made.fill("blog", {"posts": [HERS, BENS]})
    made.connect("blog", {"posts": {"id": ID, "email": EMAIL, "name": NAME}}, recheck=(0, 7, 30))
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"], UMBS_COOLING_OFF_HOURS=0):
        yield made


@pytest.fixture
def cleo(estate: Estate) -> object:
    return staff(user(Role.OFFICER))


def ended(case: Case, *, tries: int = 1) -> Case:
    """Approved, carried out as far as it went, closed."""
    factories.approved(case)
    for _ in range(tries):
        work("fulfil")
        hurry("fulfil")
    case.refresh_from_db()
    assert case.state == State.RECORDING, (case.state, case.attention)
    return factories.closed(case)


def owes(case: Case, kind: str) -> Obligation:
    return case.obligations.filter(kind=kind).exclude(step__reason="LEG-11").order_by("due_on").first()


def falls_due(row: Obligation) -> None:
    """Its day has come, and the sweep of the day runs."""
    Obligation.objects.filter(pk=row.pk).update(due_on=today())
    call_command("settle_obligations")
    work("retry", "recheck")
    row.refresh_from_db()


def people(estate: Estate) -> list[int]:
    with contextlib.closing(sqlite3.connect(estate.folder / "blog.sqlite3")) as connection:
        return [number for (number,) in connection.execute("SELECT id FROM posts ORDER BY id")]


def change(estate: Estate, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(estate.folder / "blog.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


@contextlib.contextmanager
def away(estate: Estate) -> Iterator[None]:
    file = estate.folder / "blog.sqlite3"
    file.rename(file.with_suffix(".away"))
    yield
    file.with_suffix(".away").rename(file)


def mails(case: Case, kind: Notice.Kind = Notice.Kind.FOLLOW_UP) -> list[dict[str, object]]:
    return [notices.content(row)["parameters"] for row in case.notices.filter(kind=kind).order_by("ordered_at")]


def unreached(estate: Estate) -> Case:
    """The source was away when the deletion was to be carried out."""
    case = planned()
    factories.approved(case)
    with away(estate):
        for _ in range(3):
            work("fulfil")
            hurry("fulfil")
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.PARTLY)
    return factories.closed(case)


# --- asked again -------------------------------------------------------------------------------------------------


def test_it_asks_a_source_again_and_is_done_when_nothing_is_there(estate: Estate) -> None:
    case = ended(planned())
    rows = list(case.obligations.filter(kind=KIND.RECHECK).order_by("due_on"))
    assert [(row.due_on - today()).days for row in rows] == [7, 30]
    falls_due(rows[0])
    assert (rows[0].state, rows[0].rows_left) == (Obligation.State.DONE, 0)
    assert mails(case) == []
    assert case.events.filter(kind=EventKind.STEP_CHECKED).count() == 1
    case.refresh_from_db()
    assert (case.state, list(chain.verify(case))) == (State.CLOSED, [])


def test_rows_that_are_back_are_deleted_by_a_case_of_their_own(estate: Estate) -> None:
    case = ended(planned())
    change(estate, f"INSERT INTO posts VALUES (5, '{MAIL}', 'Ada Quillfeather')")
    change(estate, f"INSERT INTO posts VALUES (9, '{MAIL}', 'Ada Quillfeather')")
    row = owes(case, KIND.RECHECK)
    falls_due(row)
    assert (row.state, row.outcome, row.rows_left) == (Obligation.State.ESCALATED, "came_back", 2)
    assert people(estate) == [5, 6, 9], "something was erased that nobody had approved"
    again = case.links.get().other
    assert [one["opened"] for one in mails(case)] == [again.reference]
    work("gather", "search", "plan")
    again.refresh_from_db()
    assert again.state == State.IN_REVIEW
    factories.approved(again)
    work("fulfil")
    assert people(estate) == [6]
    falls_due(row)
    assert row.state == Obligation.State.DONE


def test_a_source_that_lies_is_found_out_at_the_recheck(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that nothing is left when it is asked right after the deletion, and the rows are there a week later."""
    with monkeypatch.context() as lying:
        lying.setattr(Sql, "erase", lambda _self, erasures: [Erased(len(one.keys), 0) for one in erasures])
        lying.setattr(Sql, "remaining", lambda _self, erasures: [0 for _ in erasures])
        case = ended(planned())
    assert case.outcome == Outcome.FULFILLED
    row = owes(case, KIND.RECHECK)
    falls_due(row)
    assert (row.outcome, row.rows_left, people(estate)) == ("came_back", 1, [5, 6])
    assert case.steps.get(collection="blog.posts").rows_left == 1


def test_a_source_that_does_not_answer_is_asked_tomorrow_and_then_needs_somebody(estate: Estate) -> None:
    case = ended(planned())
    row = owes(case, KIND.RECHECK)
    with away(estate):
        for _ in range(3):
            falls_due(row)
    assert (row.state, row.outcome, row.attempts) == (Obligation.State.ESCALATED, "unanswered", 3)
    assert (row.due_on - today()).days == 1
    assert [one["back"] for one in mails(case, Notice.Kind.OWNER_OWED)] == [False]
    assert mails(case) == [], "the person was told of something that did not happen"


# --- tried again -------------------------------------------------------------------------------------------------


def test_it_deletes_after_all_and_tells_the_person_once(estate: Estate) -> None:
    case = unreached(estate)
    row = owes(case, KIND.RETRY)
    assert (row.reason, people(estate)) == ("TEC-05", [5, 6])
    falls_due(row)
    assert (row.state, row.outcome, people(estate)) == (Obligation.State.DONE, "deleted", [6])
    step = case.steps.get(collection="blog.posts")
    assert (step.result, step.rows_done, step.rows_left) == ("deleted", 1, 0)
    assert [one["settled"] for one in mails(case)] == [True]
    looks = list(case.obligations.filter(kind=KIND.RECHECK).order_by("due_on"))
    assert [(look.due_on - today()).days for look in looks] == [7, 30], "what was deleted late is asked for again"
    falls_due(looks[0])
    assert looks[0].state == Obligation.State.DONE
    case.refresh_from_db()
    assert (case.state, list(chain.verify(case))) == (State.CLOSED, [])


def test_it_goes_on_trying_and_says_so_when_it_takes_long(estate: Estate) -> None:
    case = unreached(estate)
    row = owes(case, KIND.RETRY)
    Obligation.objects.filter(pk=row.pk).update(opened_at=case.received_at.replace(year=case.received_at.year - 1))
    with away(estate):
        for _ in range(2):
            falls_due(row)
    assert (row.state, row.attempts, row.due_on > today()) == (Obligation.State.ESCALATED, 2, True)
    assert [(one["settled"], one["next_on"]) for one in mails(case)] == [(False, row.due_on.isoformat())]
    assert len(mails(case, Notice.Kind.OWNER_OWED)) == 1
    falls_due(row)
    assert (row.state, people(estate)) == (Obligation.State.DONE, [6])
    assert [one["settled"] for one in mails(case)] == [False, True]


def test_killed_half_way_and_run_twice_it_does_nothing_twice(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are gone when the worker dies; the next one finds them gone, and tells it once."""
    case = unreached(estate)
    row = owes(case, KIND.RETRY)
    with monkeypatch.context() as dying:
        dying.setattr(seam, "retried", lambda *_a, **_k: (_ for _ in ()).throw(MemoryError))
        falls_due(row)
    assert (row.attempts, people(estate)) == (0, [6])
    change(estate, f"INSERT INTO posts VALUES (5, '{MAIL}', 'Ada Quillfeather')")
    hurry("retry")
    work("retry")
    row.refresh_from_db()
    assert people(estate) == [5, 6], "an erasure that had happened was begun again"
    assert (row.state, row.outcome) == (Obligation.State.OPEN, "deferred")
    job = models.Job.objects.get(kind="retry", state=JobState.DONE)
    models.Job.objects.filter(pk=job.pk).update(state=JobState.READY)
    tasks.run(job.pk)
    row.refresh_from_db()
    assert (row.attempts, case.events.filter(kind=EventKind.OBLIGATION_TRIED).count()) == (1, 1)


def test_two_orders_of_one_attempt_are_one(estate: Estate, cleo: object) -> None:
    case = unreached(estate)
    row = owes(case, KIND.RETRY)
    Obligation.objects.filter(pk=row.pk).update(due_on=today())
    owed.try_now(obligation_id=row.id, by=cleo)  # type: ignore[arg-type]
    call_command("settle_obligations")
    call_command("settle_obligations")
    assert models.Job.objects.filter(kind="retry").count() == 1


def test_what_waited_for_a_hold_is_deleted_when_it_is_lifted(estate: Estate, cleo: object) -> None:
    hold = holds.place_on_source(by=cleo, source_key="blog", ground="Matter 26-114", sure=True)  # type: ignore[arg-type]
    case = ended(planned())
    row = owes(case, KIND.RETRY)
    assert (row.reason, (row.due_on - today()).days > 300, people(estate)) == ("LEG-08", True, [5, 6])
    holds.lift_from_source(by=cleo, hold_id=hold.id)  # type: ignore[arg-type]
    work("retry")
    row.refresh_from_db()
    assert (row.state, people(estate)) == (Obligation.State.DONE, [6])
    assert [one["settled"] for one in mails(case)] == [True]


@pytest.mark.parametrize("on", ["case", "source"])
def test_a_hold_that_came_later_stops_a_retry_and_blames_nobody(estate: Estate, cleo: object, on: str) -> None:
    case = unreached(estate)
    row = owes(case, KIND.RETRY)
    if on == "case":
        hold_id = holds.place(case_id=case.id, by=cleo, ground="A subpoena.").id  # type: ignore[arg-type]
    else:
        hold_id = holds.place_on_source(by=cleo, source_key="blog", ground="Matter 26-114").id  # type: ignore[arg-type]
    falls_due(row)
    assert (row.state, row.outcome, row.reason) == (Obligation.State.OPEN, "held", "LEG-08")
    assert (people(estate), mails(case)) == ([5, 6], [])
    if on == "case":
        holds.lift(case_id=case.id, by=cleo, hold_id=hold_id)  # type: ignore[arg-type]
    else:
        holds.lift_from_source(by=cleo, hold_id=hold_id)  # type: ignore[arg-type]
    work("retry")
    assert people(estate) == [6]


def never_searched(estate: Estate) -> Case:
    """The source could not be searched at all, and people approved the rest."""
    with away(estate):
        case = planned(tries=3)
        return ended(case)


def test_a_source_that_could_not_be_searched_is_searched_again(estate: Estate) -> None:
    case = never_searched(estate)
    change(estate, "DELETE FROM posts WHERE id = 5")
    row = owes(case, KIND.RETRY)
    assert (row.step.collection if row.step else None, row.reason) == ("", "TEC-05")
    falls_due(row)
    assert (row.state, row.outcome) == (Obligation.State.DONE, "not_found")
    assert [one["settled"] for one in mails(case)] == [True]


def test_what_is_found_there_then_needs_approvals_of_its_own(estate: Estate) -> None:
    case = never_searched(estate)
    row = owes(case, KIND.RETRY)
    falls_due(row)
    assert (row.state, row.outcome, people(estate)) == (Obligation.State.ESCALATED, "came_back", [5, 6])
    assert case.links.get().other.state == State.GATHERING


def test_rows_that_came_after_the_plan_need_approvals_of_their_own(estate: Estate) -> None:
    case = planned()
    change(estate, f"INSERT INTO posts VALUES (9, '{MAIL}', 'Ada Quillfeather')")
    case = ended(case)
    row = owes(case, KIND.RETRY)
    assert (row.reason, people(estate)) == ("TEC-09", [6, 9])
    falls_due(row)
    assert (row.state, row.outcome, people(estate)) == (Obligation.State.ESCALATED, "came_back", [6, 9])
    again = case.links.get().other
    work("gather", "search", "plan")
    factories.approved(again)
    work("fulfil")
    falls_due(row)
    assert (row.state, people(estate)) == (Obligation.State.DONE, [6])


def kept(case: Case, until: date | None, action: str = "keep", reason: str = "LEG-06") -> Obligation:
    """As if the plan had said so of her posts, and the case had ended with it."""
    step = case.steps.get(collection="blog.posts")
    step.action, step.reason, step.keep_until, step.result = action, reason, until, ""
    step.save()
    with transaction.atomic():
        review.refresh_digest(case)
    ended(case)
    return owes(case, KIND.RETRY)


def test_what_the_law_keeps_today_is_kept_until_the_day_after(estate: Estate) -> None:
    row = kept(planned(), today())
    falls_due(row)
    assert (row.state, row.outcome, row.due_on - today()) == (Obligation.State.OPEN, "kept", timedelta(days=1))
    assert people(estate) == [5, 6]


def test_what_the_law_kept_is_deleted_when_its_time_is_over(estate: Estate) -> None:
    row = kept(planned(), today() - timedelta(days=1))
    falls_due(row)
    assert (row.state, row.outcome, people(estate)) == (Obligation.State.DONE, "deleted", [6])
    assert mails(row.case) == [], "the person was told that it is kept, not that it is late"


@pytest.mark.parametrize(("action", "reason", "late"), [("keep", "LEG-06", False), ("defer", "OPS-04", True)])
def test_what_only_a_person_can_decide_is_asked_of_the_owner(
    estate: Estate, action: str, reason: str, *, late: bool
) -> None:
    row = kept(planned(), None, action, reason)
    falls_due(row)
    assert (row.state, row.outcome, people(estate)) == (Obligation.State.ESCALATED, "by_hand", [5, 6])
    assert [one["kept"] for one in mails(row.case, Notice.Kind.OWNER_OWED)] == [not late]
    assert bool(mails(row.case)) == late


def test_rows_that_are_not_those_approved_are_nobodys_to_erase(estate: Estate) -> None:
    case = unreached(estate)
    row = owes(case, KIND.RETRY)
    PlanStep.objects.filter(pk=row.step_id).update(keys_digest="0" * 64)
    falls_due(row)
    assert (row.state, row.outcome, people(estate)) == (Obligation.State.ESCALATED, "by_hand", [5, 6])


def test_a_person_who_withdrew_is_owed_nothing(estate: Estate) -> None:
    case = factories.withdrawn(planned())
    assert not case.obligations.exists()
    call_command("settle_obligations")
    assert not models.Job.objects.filter(kind__in=["retry", "recheck"]).exists()
    assert people(estate) == [5, 6]
