"""The gate before anything is changed in a source."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from requests_app.casefile.types import Holder
from requests_app.casefile.write import _hold
from requests_app.exceptions import GateClosed
from requests_app.ledger import chain
from requests_app.models import Case, ChangeRelease, EventKind
from requests_app.permissions import SYSTEM
from requests_app.services import review


@transaction.atomic
def begin_changes(holder: Holder) -> None:
    """To be called before the first change: the approved content may be carried out now. GateClosed when it may not.

    Once per entry; the database refuses the release, and every change without one, on its own account.
    """
    case = _hold(holder)
    if refusals := case.gate_refusals() or _altered(case):
        raise GateClosed(refusals)
    now = timezone.now()
    defaults = {"content_digest": case.content_digest, "at": now}
    _, created = ChangeRelease.objects.get_or_create(case=case, entry=case.entry, defaults=defaults)
    if created:
        payload = {"digest": case.content_digest, "entry": case.entry}
        chain.append(case.id, EventKind.CHANGES_RELEASED, by=SYSTEM, payload=payload)
    if case.first_effect_at is None:
        case.first_effect_at = now
        case.save(update_fields=["first_effect_at"])


def _altered(case: Case) -> list[str]:
    """Before anything was begun, what is to be done is exactly what was approved, whoever wrote to the rows since."""
    if case.change_releases.exists() or review.digest(case) == case.content_digest:
        return []
    return ["altered"]
