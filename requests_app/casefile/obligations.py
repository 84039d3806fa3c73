"""What is still owed across the seam: what an order asks for, and what a try came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from requests_app.casefile import erasing
from requests_app.casefile.types import Holder
from requests_app.exceptions import GateClosed, WrongState
from requests_app.ledger import chain
from requests_app.models import Case, EventKind, Obligation, PlanStep
from requests_app.permissions import SYSTEM
from requests_app.services import clock, erasure, obligations, reappearance
from requests_app.services.transition import locked
from requests_app.vault import CaseVault

ACT = {"deleted": "delete", "nulled": "null", "pseudonymised": "pseudonymise", "trimmed": "trim"}
HELD, KEPT, BY_HAND, UNANSWERED = "held", "kept", "by_hand", "unanswered"


@dataclass(frozen=True)
class Waiting:
    """One step that is tried again. `action` is what was planned: `defer` and `keep` had to wait for something."""

    obligation: UUID
    attempt: int
    step_id: UUID
    source_key: str
    collection: str
    action: str
    reason: str
    keep_until: date | None
    without: tuple[str, ...]
    keys: tuple[Mapping[str, Any], ...]
    is_begun: bool

    @property
    def must_be_kept(self) -> bool:
        """The time for which the law keeps it is not over."""
        return self.action == PlanStep.Action.KEEP and self.keep_until is not None and self.keep_until >= clock.today()

    @property
    def is_whole_source(self) -> bool:
        """The source could not be searched, so nobody knows what it holds."""
        return not self.collection


@dataclass(frozen=True)
class Look:
    """One source to be asked again, about the steps that it carried out."""

    obligation: UUID
    attempt: int
    source_key: str
    steps: tuple[erasing.Ordered, ...]


def holder(case_id: UUID, fence: int) -> Holder:
    """Who works on a case that has ended writes as the holder of its last entry."""
    return Holder(case_id, Case.objects.values_list("entry", flat=True).get(pk=case_id), fence)


def to_retry(order_id: str) -> list[Waiting]:
    """The step that was ordered, with all others of its source that are due: a source is erased as a whole.

    Nothing when this attempt was told already, or nothing is owed any more.
    """
    row = _ordered(order_id)
    if row is None or row.step is None:
        return []
    due = obligations.standing().filter(
        case_id=row.case_id, source_key=row.source_key, kind=Obligation.Kind.RETRY, due_on__lte=clock.today()
    )
    rows = due.exclude(step=None).select_related("step").order_by("step__position", "step__action", "step__reason")
    vault = CaseVault.of(row.case_id)
    return [_waiting(one, one.step, vault) for one in rows if one.step is not None]


def _waiting(row: Obligation, step: PlanStep, vault: CaseVault) -> Waiting:
    """Rows that are not those which were approved are nobody's to erase: then it has no keys."""
    try:
        keys = erasure.keys_of(step, vault)
    except (GateClosed, WrongState):
        keys = ()
    return Waiting(
        obligation=row.id,
        attempt=row.attempts,
        step_id=step.id,
        source_key=step.source_key,
        collection=step.collection,
        action=step.action,
        reason=step.reason,
        keep_until=step.keep_until,
        without=tuple(step.without),
        keys=keys,
        is_begun=step.is_begun,
    )


def to_recheck(order_id: str) -> Look | None:
    """The source that was ordered to be asked again; None when this attempt was told already."""
    row = _ordered(order_id)
    if row is None:
        return None
    steps = PlanStep.objects.filter(case_id=row.case_id, source_key=row.source_key, result__in=erasure.DONE)
    vault = CaseVault.of(row.case_id)
    done = tuple(_as_done(step, vault) for step in steps.order_by("position", "action", "reason"))
    return Look(row.id, row.attempts, row.source_key, done)


def _as_done(step: PlanStep, vault: CaseVault) -> erasing.Ordered:
    """What was done in the end, also where it had been planned to wait."""
    keys = erasure.keys_of(step, vault)
    return erasing.Ordered(
        id=step.id,
        source_key=step.source_key,
        collection=step.collection,
        action=ACT[step.result],
        without=tuple(step.without),
        keys=keys,
        is_done=True,
    )


def _ordered(order_id: str) -> Obligation | None:
    obligation_id, _, attempt = order_id.partition(":")
    rows = obligations.standing().filter(pk=obligation_id, attempts=int(attempt))
    return rows.select_related("step").first()


@dataclass(frozen=True)
class Came:
    """What a try came to, as `erasing.step_done` takes it."""

    result: str
    rows_done: int = 0
    rows_left: int | None = None
    reason: str = ""
    error_kind: str = ""
    error: str = ""


@transaction.atomic
def retried(by: Holder, one: Waiting, came: Came, *, outcome: str = "", owner: str = "") -> None:
    """The step's result, and with it that of what was owed; together, so that neither is told without the other.

    `outcome` says what a result cannot: `held`, `by_hand`. `owner`: where a mail reaches who must act.
    """
    told = replace(came, reason=_reason(one, came.reason))
    erasing.step_done(by, step_id=one.step_id, **asdict(told))
    obligations.tried(
        one.obligation,
        attempt=one.attempt,
        outcome=outcome or came.result,
        rows_left=came.rows_left,
        reason=came.reason,
        owner=owner,
    )


@transaction.atomic
def look_again(one: Waiting, source: erasing.SourceFact) -> None:
    """What was deleted late is asked for again as late as what was deleted at once."""
    case = Case.objects.get(obligations=one.obligation)
    erasure.owe_another_look(case, one.source_key, source, after=f":{one.obligation}")


def _reason(one: Waiting, came: str) -> str:
    """What was planned to wait keeps its ground, also when it is done; so does a group beside one of that ground."""
    case_id = PlanStep.objects.values_list("case_id", flat=True).get(pk=one.step_id)
    group = {"case_id": case_id, "source_key": one.source_key, "collection": one.collection, "action": one.action}
    alike = PlanStep.objects.filter(**group, reason=came, keep_until=one.keep_until)
    is_taken = alike.exclude(pk=one.step_id).exists()
    return one.reason if is_taken or (not came and one.action not in erasure.ACTS) else came


@transaction.atomic
def left_waiting(one: Waiting, *, outcome: str, reason: str = "", owner: str = "") -> None:
    """Nothing was tried: a hold stands, its time is not over, or only a person can do it."""
    obligations.tried(one.obligation, attempt=one.attempt, outcome=outcome, reason=reason, owner=owner)


@transaction.atomic
def found_again(one: Waiting, *, rows: int, owner: str) -> None:
    """Rows that nobody approved to erase: a linked case plans them anew, and people decide."""
    row = obligations.tried(one.obligation, attempt=one.attempt, outcome="came_back", rows_left=rows, owner=owner)
    reappearance.reopen(row)


@transaction.atomic
def rechecked(look: Look, *, left: Sequence[int], owner: str) -> None:
    """How many rows of each step are there, in the order of the steps: with none it is over, else a case begins."""
    for step, rows in zip(look.steps, left, strict=True):
        found = PlanStep.objects.select_for_update().get(pk=step.id)
        found.rows_left, found.asked_again_at = rows, timezone.now()
        found.save(update_fields=["rows_left", "asked_again_at"])
        payload = {"step": found.id, "source": found.source_key, "left": rows}
        chain.append(found.case_id, EventKind.STEP_CHECKED, by=SYSTEM, payload=payload)
    outcome, back = ("came_back", sum(left)) if any(left) else ("not_found", 0)
    row = obligations.tried(look.obligation, attempt=look.attempt, outcome=outcome, rows_left=back, owner=owner)
    if back:
        reappearance.reopen(row)


@transaction.atomic
def unanswered(look: Look, *, owner: str) -> None:
    """The source could not be asked; it is asked again tomorrow."""
    obligations.tried(look.obligation, attempt=look.attempt, outcome=UNANSWERED, owner=owner)


# --- sources that only a person can look into --------------------------------------------------------------------


def is_owed(case_id: UUID, source_key: str) -> bool:
    """Something of this source still waits to be done by hand; what a hold keeps must stay."""
    return _by_hand(case_id, source_key).exists()


@transaction.atomic
def owner_has_answered(case_id: UUID, source_key: str) -> None:
    """What waited for the owner of the source is looked at now, not on its date."""
    locked(case_id)
    rows = list(_by_hand(case_id, source_key).select_for_update())
    for row in rows:
        row.due_on = clock.today()
        row.save(update_fields=["due_on"])
    for row in rows if rows and rows[0].step_id is None else rows[:1]:  # each correction, or the deletion as a whole
        obligations.order(row)


@transaction.atomic
def owner_is_silent(case_id: UUID, source_key: str) -> None:
    """Asked again and again without an answer: somebody has to see to it."""
    locked(case_id)
    for row in _by_hand(case_id, source_key).select_for_update():
        row.state = Obligation.State.ESCALATED
        row.save(update_fields=["state"])


def _by_hand(case_id: UUID, source_key: str) -> QuerySet[Obligation]:
    rows = obligations.standing().filter(case_id=case_id, source_key=source_key).exclude(reason=obligations.HELD)
    waiting = PlanStep.objects.filter(case_id=case_id, action=PlanStep.Action.DEFER)
    return rows.filter(Q(step=None) | Q(step__in=waiting), kind=Obligation.Kind.RETRY)
