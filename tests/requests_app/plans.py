"""Deletions with a plan, without a machine that writes one: what a worker would report is written here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from requests_app.casefile import changes, write
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Obligation, PlanStep
from requests_app.selectors import today
from requests_app.vault import CaseVault
from tests.factories import approved, gather, holder, opened, prove

STEPS: tuple[dict[str, Any], ...] = (
    {"source_key": "crm", "source_name": "Customer relations", "collection": "crm.people", "action": "delete"},
    {"source_key": "crm", "source_name": "Customer relations", "collection": "crm.calls", "action": "null"},
    {
        "source_key": "billing",
        "source_name": "Billing",
        "collection": "billing.invoices",
        "action": "keep",
        "reason": "LEG-06",
    },
)


def planned(steps: tuple[dict[str, Any], ...] = STEPS) -> Case:
    """A deletion in review, with these steps of two rows each."""
    case = gather(prove(opened(Right.DELETE)))
    vault = CaseVault.of(case.id)
    for position, given in enumerate(steps):
        step = PlanStep(case=case, rows=2, position=position, keys_digest="d" * 64)
        for name, value in given.items():
            setattr(step, name, value)
        step.keys_sealed = vault.seal_json([{"id": 1}, {"id": 2}], place=f"planstep.keys|{step.id}")
        step.save()
    by = holder(case)
    Case.objects.filter(pk=case.pk).update(plan_reported=True, stage_fence=by.fence)
    write.stage_finished(by)
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    return case


def released(steps: tuple[dict[str, Any], ...] = STEPS) -> Case:
    """Approved by two officers: its cooling-off has begun."""
    return approved(planned(steps))


def begun() -> Case:
    """Approved and carried out: one group is gone, one could not be reached, one is kept."""
    case = released()
    changes.begin_changes(holder(case))
    now = timezone.now()
    results = {"crm.people": "deleted", "crm.calls": "deferred", "billing.invoices": "kept"}
    for step in case.steps.all():
        step.result, step.restricted_at = results[step.collection], now
        if step.result == "deleted":
            step.rows_done, step.rows_left, step.asked_again_at = 2, 0, now
        elif step.result == "deferred":
            step.reason, step.error, step.attempts = "TEC-05", "The system does not answer; ask its owner.", 3
        step.save()
    late = case.steps.get(result="deferred")
    for kind, day in (("retry", -1), ("recheck", 7)):
        Obligation.objects.create(
            case=case,
            step=late if kind == "retry" else None,
            kind=kind,
            source_key="crm",
            source_name="Customer relations",
            reason="TEC-05" if kind == "retry" else "",
            owner="crm-owner@example.org",
            due_on=today() + timedelta(days=day),
            key=kind,
            opened_at=now,
        )
    return case
