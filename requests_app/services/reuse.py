"""A file that two requests show: nothing leaves on it until somebody who did not prepare the case has looked (T3).

Scans of other people's papers are passed on and used again. Either request may be the false one, so the gate of both is
shut; whoever takes one for false refuses it, and whoever takes it for true says here why the file may stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.exceptions import NotValid, WrongState
from requests_app.ledger import chain
from requests_app.models import Attention, Case, EventKind, Evidence
from requests_app.permissions import Actor, Verb
from requests_app.services import messages
from requests_app.services.access import require
from requests_app.services.transition import flag, locked
from requests_app.vault import CaseVault

SHORTEST_REASON = 10  # a reason is a sentence


@dataclass(frozen=True)
class Repeated:
    """One file of the case, the other cases that have it, and why it may stand (empty while nobody has said so)."""

    row: Evidence
    name: str
    others: list[Case]
    reason: str
    is_open: bool


def of_case(case: Case) -> list[Repeated]:
    """The files of this case that other requests have too, the newest first."""
    found = set(case.evidence.repeated().values_list("pk", flat=True))
    if not found:
        return []
    waiting = set(case.evidence.uncleared().values_list("pk", flat=True))
    return [
        Repeated(row, name, _others(row), _reason(row), row.pk in waiting)
        for row, name in messages.files(case)
        if row.pk in found
    ]


def _others(row: Evidence) -> list[Case]:
    same = Evidence.objects.filter(digest_index=row.digest_index).exclude(purpose=Evidence.Purpose.OWNER)
    return list(Case.objects.filter(evidence__in=same).exclude(visit=row.case.visit).distinct().order_by("received_at"))


def _reason(row: Evidence) -> str:
    sealed = bytes(row.cleared_reason_sealed)
    return CaseVault.of(row.case_id).open_text(sealed, place=_place(row)) if sealed else ""


def _place(row: Evidence) -> str:
    return f"evidence.cleared_reason|{row.id}"


@transaction.atomic
def clear(*, case_id: UUID, by: Actor, evidence_id: UUID, reason: str) -> None:
    """An officer who did not prepare the case says why the file may stand. What was stopped can be tried again."""
    case = locked(case_id)
    require(case, Verb.CLEAR_EVIDENCE, by)
    row = case.evidence.uncleared().filter(pk=evidence_id).first()
    if row is None:
        message = _("This file waits for nobody any more; look at the case again.")
        raise WrongState(message)
    if case.preparers.filter(user_id=by.person_id).exists():
        message = _("You have prepared this case yourself: another officer has to look at the file.")
        raise NotValid(message, field="reason")
    if len(reason.strip()) < SHORTEST_REASON:
        message = _("Say why the file may stand although another request has it too, in a sentence.")
        raise NotValid(message, field="reason")
    row.cleared_by_id, row.cleared_at = by.person_id, timezone.now()
    row.cleared_reason_sealed = CaseVault.of(case_id).seal_text(reason.strip(), place=_place(row))
    row.save(update_fields=["cleared_by", "cleared_at", "cleared_reason_sealed"])
    chain.append(case_id, EventKind.EVIDENCE_CLEARED, by=by, payload={"evidence": row.id})
    if case.attention == Attention.EVIDENCE and not case.evidence.uncleared().exists():
        flag(case, Attention.AUTHORITY if case.is_undecided and case.authority_is_open() else Attention.NONE, by=by)


def require_cleared(case: Case, by: Actor) -> None:
    """WrongState while a file of the case waits, or was cleared by the very person who now wants to rely on it."""
    if case.evidence.uncleared().exists() or case.evidence.repeated().filter(cleared_by=by.user_id).exists():
        message = _(
            "A file of this case was handed in for another request too: another officer has to look at it first."
        )
        raise WrongState(message)
