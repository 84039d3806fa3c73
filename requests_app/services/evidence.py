"""Proofs of identity and of permission are destroyed once what they proved is decided.

11 CCR 7060(d): what was collected to verify somebody is deleted as soon as practical after the request was processed.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from requests_app.ledger import chain
from requests_app.lifecycle import BEFORE_DECISION
from requests_app.models import CorrectionItem, EventKind, Evidence, Hold
from requests_app.permissions import SYSTEM, Actor
from requests_app.services.transition import locked
from requests_app.vault import blobs

PROOFS = (Evidence.Purpose.IDENTITY, Evidence.Purpose.AUTHORITY)


def _due() -> QuerySet[Evidence]:
    """Decided or ended, under no hold, and not also the proof of a correction, which is kept with the case."""
    held = Hold.objects.filter(lifted_at=None).values("case")
    shown = CorrectionItem.objects.exclude(evidence=None).values("evidence")
    proofs = Evidence.objects.filter(purpose__in=PROOFS, destroyed_at=None)
    undecided = proofs.filter(case__state__in=BEFORE_DECISION)
    return proofs.exclude(pk__in=undecided).exclude(case__in=held).exclude(pk__in=shown)


def destroy(row: Evidence, *, by: Actor) -> None:
    """The bytes first: whoever is interrupted finds the row again, and destroys what is gone already once more."""
    blobs.remove(row.blob)
    row.name_sealed, row.destroyed_at = b"", timezone.now()
    row.save(update_fields=["name_sealed", "destroyed_at"])
    payload = {"evidence": row.id, "purpose": row.purpose, "digest": row.digest_index}
    chain.append(row.case_id, EventKind.EVIDENCE_DESTROYED, by=by, payload=payload)


@transaction.atomic
def _destroy_if_due(evidence_id: UUID, case_id: UUID) -> bool:
    locked(case_id)
    row = _due().filter(pk=evidence_id).first()
    if row is None:
        return False
    destroy(row, by=SYSTEM)
    return True


def sweep(*, dry_run: bool = False) -> int:
    """Destroy every proof that is due; how many there were. Nothing is changed by a dry run."""
    due = list(_due().order_by("received_at").values_list("pk", "case_id"))
    return len(due) if dry_run else sum(_destroy_if_due(pk, case_id) for pk, case_id in due)
