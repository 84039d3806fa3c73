"""The steps of a deletion as plain values: what was planned, what was done, what was left, when it is tried again."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch

from requests_app.casefile.types import StepFact
from requests_app.models import Obligation, PlanStep
from requests_app.services import obligations


def facts(case_id: UUID) -> tuple[StepFact, ...]:
    """In the order in which the sources and their collections are worked through."""
    still_owed = Obligation.objects.filter(state__in=obligations.STANDING, kind=Obligation.Kind.RETRY).order_by(
        "due_on"
    )
    rows = PlanStep.objects.filter(case_id=case_id)
    return tuple(
        _fact(row) for row in rows.prefetch_related(Prefetch("obligations", queryset=still_owed, to_attr="retries"))
    )


def _fact(row: PlanStep) -> StepFact:
    retries: list[Obligation] = row.retries  # type: ignore[attr-defined]
    next_try = retries[0] if retries else None
    return StepFact(
        id=row.id,
        source_key=row.source_key,
        source_name=row.source_name,
        collection=row.collection,
        action=row.action,
        reason=row.reason,
        keep_until=row.keep_until,
        without=tuple(row.without),
        rows=row.rows,
        result=row.result,
        rows_done=row.rows_done,
        rows_left=row.rows_left,
        error_kind=row.error_kind,
        attempts=row.attempts,
        done_at=row.done_at,
        asked_again_at=row.asked_again_at,
        restricted_at=row.restricted_at,
        retry_on=next_try.due_on if next_try else None,
        owner=next_try.owner if next_try else "",
    )
