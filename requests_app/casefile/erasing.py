"""A deletion across the seam: its plan, the rows that an approval lets us erase, what came of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from requests_app.casefile.types import Holder
from requests_app.casefile.write import _hold
from requests_app.exceptions import Superseded
from requests_app.models import Case, PlanStep
from requests_app.services import erasure, holds, restrictions
from requests_app.services.erasure import Planned, SourceFact
from requests_app.vault import CaseVault

__all__ = ["Ordered", "Planned", "SourceFact"]


@dataclass(frozen=True)
class Ordered:
    """One approved step that changes something: which rows (of rows that stay, which columns), whether it was done.

    `is_begun`: its source was told, and nobody has seen what came of it.
    """

    id: UUID
    source_key: str
    collection: str
    action: str
    without: tuple[str, ...]
    keys: tuple[Mapping[str, Any], ...]
    is_done: bool
    is_begun: bool = False


def is_held(source_key: str, collection: str) -> bool:
    """A legal hold stands on this source or this collection of it."""
    return holds.on_source(source_key, collection) is not None


@transaction.atomic
def planned(holder: Holder, steps: Sequence[Planned]) -> None:
    """Every step of every source; with it the plan of this entry is written."""
    case = _hold(holder)
    erasure.write_plan(case, steps)
    case.plan_reported = True
    case.save(update_fields=["plan_reported"])


def ordered(case_id: UUID) -> list[Ordered]:
    """What an approval lets us erase, source by source, in the order in which it has to be done."""
    vault = CaseVault.of(case_id)
    steps = PlanStep.objects.filter(case_id=case_id, action__in=erasure.ACTS).order_by(
        "source_key", "position", "action", "reason"
    )
    return [
        Ordered(
            id=step.id,
            source_key=step.source_key,
            collection=step.collection,
            action=step.action,
            without=tuple(step.without),
            keys=erasure.keys_of(step, vault),
            is_done=bool(step.result) and step.result != PlanStep.Result.DEFERRED,
            is_begun=step.is_begun,
        )
        for step in steps
    ]


def can_be_restricted(kind: str, value: str) -> bool:
    """Something like it can stand on the list of whom not to write to."""
    return bool(restrictions.token(kind, value))


def all_keys(case_id: UUID, source_key: str) -> dict[str, list[Mapping[str, Any]]]:
    """Collection -> the keys of every row that the plan speaks of, whatever becomes of it."""
    vault, found = CaseVault.of(case_id), dict[str, list[Mapping[str, Any]]]()
    for step in PlanStep.objects.filter(case_id=case_id, source_key=source_key):
        found.setdefault(step.collection, []).extend(erasure.keys_of(step, vault))
    return found


def begin(step_ids: Collection[UUID]) -> None:
    """Written down before the source is told anything; under a hold the database refuses it, whatever was believed."""
    PlanStep.objects.filter(pk__in=step_ids).update(begun_at=timezone.now())


@transaction.atomic
def step_done(
    holder: Holder,
    *,
    step_id: UUID,
    result: str,
    rows_done: int,
    rows_left: int | None,
    reason: str = "",
    error_kind: str = "",
    error: str = "",
) -> None:
    """`rows_left` have still something to erase; None when the source could not be asked. `reason` is a reason code."""
    erasure.step_done(
        _step(holder, step_id),
        result=result,
        reason=reason,
        rows_done=rows_done,
        rows_left=rows_left,
        error_kind=error_kind[:32],
        error=error[:400],
        fence=holder.fence,
    )


@transaction.atomic
def step_tried(holder: Holder, *, step_id: UUID, error_kind: str, error: str) -> None:
    """It failed for now and is tried again with the job."""
    step = _step(holder, step_id)
    erasure.step_tried(step, error_kind=error_kind[:32], error=error[:400], fence=holder.fence)


@transaction.atomic
def came_later(holder: Holder, *, source_key: str, collection: str, rows: int, reason: str) -> None:
    """Rows that no plan speaks of are there: told as not done, and owed; told again, counted anew."""
    case = _hold(holder)
    erasure.came_later(case, source_key=source_key, collection=collection, rows=rows, reason=reason)


def _step(holder: Holder, step_id: UUID) -> PlanStep:
    _hold(holder)
    step: PlanStep = PlanStep.objects.select_for_update().get(pk=step_id)
    if step.fence > holder.fence:
        raise Superseded
    return step


@transaction.atomic
def settle(holder: Holder, sources: Mapping[str, SourceFact]) -> tuple[str, str]:
    """Whatever is left undone, what is owed, and the letter; returns how the request ended: (outcome, ground)."""
    return erasure.settle(_hold(holder), sources)


def may_begin_at(case_id: UUID) -> datetime | None:
    """The end of the time in which an approved deletion can still be taken back; None when it may begin."""
    return erasure.may_begin_at(Case.objects.get(pk=case_id))


def waits_for_a_copy(case_id: UUID) -> bool:
    """A copy that was asked for in the same visit is still to be made."""
    return erasure.waits_for_a_copy(Case.objects.get(pk=case_id))
