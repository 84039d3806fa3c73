"""The hash chain of what was done about staff accounts: one chain for all of them, hashed as that of a case is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC

from django.utils import timezone

from requests_app.ledger.chain import Fault, canonical
from requests_app.models import StaffEvent, User
from requests_app.permissions import Actor

NAME = "staff accounts"


def _hash(event: StaffEvent) -> str:
    fields = {
        "sequence": event.sequence,
        "user": event.user_id,
        "kind": str(event.kind),
        "by": event.by_id,
        "detail": event.detail,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": event.previous,
    }
    return hashlib.sha256(canonical(fields)).hexdigest()


def append(user: User, kind: StaffEvent.Kind, *, by: Actor, detail: str = "") -> StaffEvent:
    """Write one event behind the last one; of two writers at once the database refuses the second."""
    last = StaffEvent.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, previous = (last[0] + 1, last[1]) if last else (1, "")
    event = StaffEvent(user=user, kind=kind, by_id=by.user_id, detail=detail, at=timezone.now())
    event.sequence, event.previous = sequence, previous
    event.hash = _hash(event)
    event.save(force_insert=True)
    return event


def verify() -> Iterator[Fault]:
    """Every place where the chain does not hold: a changed, missing, moved or foreign event."""
    expected, previous = 1, ""
    for event in StaffEvent.objects.order_by("sequence").iterator():
        if event.sequence != expected:
            yield Fault(NAME, event.sequence, f"event {expected} is missing")
        if event.previous != previous:
            yield Fault(NAME, event.sequence, "does not follow the event before it")
        if _hash(event) != event.hash:
            yield Fault(NAME, event.sequence, "was changed after it was written")
        expected, previous = event.sequence + 1, event.hash
