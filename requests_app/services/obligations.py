"""What is still owed after a case has ended: tried again when it is due, told to the person, handed to somebody.

A closed case stays closed. Each try is an event of its ledger and belongs to one attempt, so that a try which is
reported twice counts once. Who must act is told by mail; who asked is told how it ended, and when it does not end.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from requests_app import reasons
from requests_app.ledger import chain
from requests_app.models import Case, CaseKey, EventKind, Notice, Obligation, PlanStep
from requests_app.permissions import SYSTEM, Actor
from requests_app.services import clock, notices
from requests_app.services.transition import locked
from requests_app.signals import work_ordered
from requests_app.work import WorkKind

Kind, State = Obligation.Kind, Obligation.State
STANDING = (State.OPEN, State.ESCALATED)
WORK = {Kind.RECHECK: WorkKind.RECHECK, Kind.RETRY: WorkKind.RETRY}
HELD = "LEG-08"
NOTHING_LEFT = frozenset({"deleted", "nulled", "pseudonymised", "trimmed", "corrected", "written", "not_found"})
HELD_AGAIN = timedelta(days=30)  # a hold that is lifted makes it due at once; this is for one that nobody lifts
KEPT_AGAIN = timedelta(days=365)
RECHECK_AGAIN = timedelta(days=1)
BACK_AGAIN = timedelta(days=7)  # what came back is deleted by a case of its own meanwhile
ESCALATED_AFTER = timedelta(days=14)  # where the reason does not say
TRIES = 3  # of a recheck that nobody answers


def standing() -> QuerySet[Obligation]:
    """All that is still owed, the next date first."""
    rows: QuerySet[Obligation] = Obligation.objects.filter(state__in=STANDING)
    return rows.order_by("due_on", "opened_at")


def order_due() -> int:
    """Order the work on everything that is due today; how much that was. The same attempt is ordered once."""
    due = standing().filter(due_on__lte=clock.today(), kind__in=WORK)
    return sum(_order_locked(row_id) for row_id in due.values_list("id", flat=True))


@transaction.atomic
def _order_locked(obligation_id: UUID) -> bool:
    locked(Obligation.objects.values_list("case_id", flat=True).get(pk=obligation_id))  # the case first, as everywhere
    row = Obligation.objects.select_for_update().get(pk=obligation_id)
    if row.state not in STANDING:
        return False
    if not CaseKey.objects.filter(case_id=row.case_id, destroyed_at=None).exists():
        _end(row, State.STOPPED, by=SYSTEM)  # nobody can say any more whose records they were
        return False
    order(row)
    return True


def order(row: Obligation) -> None:
    work = WORK[Kind(row.kind)]
    work_ordered.send(sender=Obligation, case_id=row.case_id, kind=work, order_id=f"{row.id}:{row.attempts}")


# --- what a try came to ------------------------------------------------------------------------------------------


@transaction.atomic
def tried(
    obligation_id: UUID,
    *,
    attempt: int,
    outcome: str,
    rows_left: int | None = None,
    reason: str = "",
    owner: str = "",
) -> Obligation:
    """One try's result: a step's result, or `held`, `kept`, `by_hand`, `unanswered`, `came_back`.

    `attempt` is the one that was ordered: told again, nothing happens. `owner` is where a mail reaches whoever must
    act. Without an end, the next date is the reason's own.
    """
    row, case = _of_attempt(obligation_id, attempt)
    if row is None:
        return Obligation.objects.get(pk=obligation_id)
    row.attempts += 1
    row.tried_at, row.rows_left, row.outcome = timezone.now(), rows_left, outcome
    row.reason = reason or row.reason
    if outcome in NOTHING_LEFT:
        _tell_tried(row)
        _end(row, State.DONE, by=SYSTEM)
        _follow_up_when_all_is_done(case, row)
        return row
    row.due_on = _next_on(row, outcome)
    if row.state == State.OPEN and _is_escalated(row, outcome):
        row.state = State.ESCALATED
        if _is_late(row):
            _follow_up(case, key=f"follow-up:late:{clock.today()}", settled=False, next_on=row.due_on)
    row.save()
    _tell_tried(row)
    if outcome in {"by_hand", "came_back"} or row.state == State.ESCALATED:
        ask_owner(row, owner or row.owner, key=f"owed:{row.source_key}:{clock.today()}")
    return row


def _of_attempt(obligation_id: UUID, attempt: int) -> tuple[Obligation | None, Case]:
    """Locked with its case; None when this attempt was told already, or nothing is owed any more."""
    case = locked(Obligation.objects.values_list("case_id", flat=True).get(pk=obligation_id))
    row = Obligation.objects.select_for_update().get(pk=obligation_id)
    return (row if row.state in STANDING and row.attempts == attempt else None), case


def _next_on(row: Obligation, outcome: str) -> date:
    today = clock.today()
    if outcome == "held":
        return today + HELD_AGAIN
    if row.step is not None and row.step.action == PlanStep.Action.KEEP:
        return _after_keeping(row.step, today)
    if row.kind == Kind.RECHECK:
        return today + (BACK_AGAIN if outcome == "came_back" else RECHECK_AGAIN)
    reason = reasons.get(row.reason) if row.reason else None
    return (reason and reason.next_try(today, tries=row.attempts)) or today + HELD_AGAIN


def _after_keeping(step: PlanStep, today: date) -> date:
    """The day after the last on which it must be kept; without one it is looked at once a year."""
    after = step.keep_until + timedelta(days=1) if step.keep_until else today
    return after if after > today else today + KEPT_AGAIN


def _is_escalated(row: Obligation, outcome: str) -> bool:
    """At once where only a person can go on; never for a hold; else after some tries, when it is owed for long."""
    if outcome in {"by_hand", "came_back"}:
        return True
    if row.kind == Kind.RECHECK:
        return row.attempts >= TRIES
    if outcome in {"held", "kept"} or row.attempts == 1:
        return False
    days = reasons.get(row.reason).escalate_after_days if row.reason else None
    patience = timedelta(days=days) if days else ESCALATED_AFTER
    return _next_on(row, outcome) > _opened_on(row) + patience


def _is_late(row: Obligation) -> bool:
    """The person was told that it would be done; what was to be kept was told as kept."""
    return row.kind == Kind.RETRY and (row.step is None or row.step.action != PlanStep.Action.KEEP)


def _opened_on(row: Obligation) -> date:
    return row.opened_at.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()


def _tell_tried(row: Obligation) -> None:
    payload = {
        "obligation": row.id,
        "kind": str(row.kind),
        "source": row.source_key,
        "attempt": row.attempts,
        "outcome": row.outcome,
        "left": row.rows_left,
        "state": str(row.state),
        "next": row.due_on.isoformat(),
    }
    chain.append(row.case_id, EventKind.OBLIGATION_TRIED, by=SYSTEM, payload=payload)


def _end(row: Obligation, how: Obligation.State, *, by: Actor) -> None:
    row.state, row.ended_at = how, timezone.now()
    row.save()
    payload = {"obligation": row.id, "kind": str(row.kind), "source": row.source_key, "state": how.value}
    chain.append(row.case_id, EventKind.OBLIGATION_ENDED, by=by, payload=payload)


def end(row: Obligation, how: Obligation.State, *, by: Actor) -> None:
    """Settled or given up by somebody; the person is told when with it everything is done."""
    _end(row, how, by=by)
    if how == State.DONE:
        _follow_up_when_all_is_done(locked(row.case_id), row)


# --- who is told -------------------------------------------------------------------------------------------------


def _follow_up_when_all_is_done(case: Case, row: Obligation) -> None:
    """One letter when nothing is late any more: what was open is done after all."""
    still = case.obligations.filter(kind=Kind.RETRY, state__in=STANDING).select_related("step")
    if _is_late(row) and not any(_is_late(one) for one in still):
        _follow_up(case, key="follow-up:done", settled=True)


def _follow_up(case: Case, *, key: str, settled: bool, next_on: date | None = None, opened: str = "") -> None:
    parameters = {"settled": settled, "next_on": next_on.isoformat() if next_on else "", "opened": opened}
    notices.order(case, Notice.Kind.FOLLOW_UP, by=SYSTEM, key=key, parameters=parameters)


def tell_reopened(case: Case, *, obligation: Obligation, reference: str) -> None:
    """What was deleted has come back: the person learns it from us, with the reference of the new case."""
    _follow_up(case, key=f"follow-up:{obligation.id}:back", settled=False, opened=reference)


def ask_owner(row: Obligation, owner: str, *, key: str) -> None:
    """By mail, without a name and without a record; where no address is known, only the staff's page says it."""
    if "@" not in owner:
        return
    kept = row.step is not None and row.step.action == PlanStep.Action.KEEP
    parameters = {
        "source": row.source_name,
        "back": row.outcome == "came_back",
        "kept": kept,
        "due_on": row.due_on.isoformat(),
    }
    notices.order(row.case, Notice.Kind.OWNER_OWED, by=SYSTEM, key=key, to=owner, parameters=parameters)


# --- holds -------------------------------------------------------------------------------------------------------


def hold_ended(waiting: QuerySet[Obligation]) -> int:
    """What waited for a hold is due today, and begins now; how many. Under another hold it will wait again."""
    rows = list(waiting.filter(kind=Kind.RETRY, reason=HELD, state__in=STANDING).select_for_update())
    for row in rows:
        row.due_on, row.state = clock.today(), State.OPEN
        row.save(update_fields=["due_on", "state"])
        order(row)
    return len(rows)


def of_source(source_key: str, collection: str) -> QuerySet[Obligation]:
    """What is owed about a source, or one collection of it and whatever concerns the source as a whole."""
    rows = Obligation.objects.filter(source_key=source_key)
    return rows.filter(Q(step__collection__in=["", collection])) if collection else rows
