"""Append to and verify the hash chain of a case's events."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, EventKind
from requests_app.permissions import Actor

OPENED = (State.RECEIVED, 1)
TOKEN = re.compile(r"[A-Za-z0-9_.:+\-]{0,128}")


class NotLedgerable(ValueError):
    """The payload holds something other than ids, counts, digests and names of rules."""


def _checked(value: Any) -> Any:
    """Only what survives an erasure as it is: no free text, so no spaces and no @."""
    match value:
        case None | bool() | int():
            return value
        case UUID():
            return str(value)
        case str() if TOKEN.fullmatch(value):
            return str(value)
        case list() | tuple():
            return [_checked(item) for item in value]
        case _:
            message = "An event holds ids, counts, digests and names of rules only."
            raise NotLedgerable(message)


def _canonical(event: CaseEvent) -> bytes:
    fields = {
        "case": str(event.case_id),
        "sequence": event.sequence,
        "kind": str(event.kind),
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "role": str(event.role),
        "by": event.by_id,
        "payload": event.payload,
        "previous": event.previous,
    }
    return canonical(fields)


def canonical(fields: Mapping[str, Any]) -> bytes:
    """The one form in which an event is hashed."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def append(case_id: UUID, kind: EventKind, *, by: Actor, payload: Mapping[str, Any] | None = None) -> CaseEvent:
    """Write one event behind the last one. The case's row is locked, so that two writers cannot fork the chain."""
    if not connection.in_atomic_block:
        message = "An event is written in the transaction of the change it tells of."
        raise RuntimeError(message)
    Case.objects.select_for_update().only("id").get(pk=case_id)
    last = CaseEvent.objects.filter(case_id=case_id).order_by("-sequence").values_list("sequence", "hash").first()
    sequence, previous = (last[0] + 1, last[1]) if last else (1, "")
    event = CaseEvent(
        case_id=case_id,
        sequence=sequence,
        kind=kind,
        at=timezone.now(),
        role=by.role.value,
        by_id=by.user_id,
        payload={key: _checked(value) for key, value in (payload or {}).items()},
        previous=previous,
    )
    event.hash = hashlib.sha256(_canonical(event)).hexdigest()
    event.save(force_insert=True)
    return event


@dataclass(frozen=True)
class Fault:
    reference: str
    sequence: int
    problem: str


def verify(case: Case) -> Iterator[Fault]:
    """Every place where the chain of this case does not hold: a changed, missing, moved or foreign event.

    A chain that was cut short holds in itself: its end is compared with what the case's own rows say has happened. Who
    rewrites both, or puts a whole older database back, is found only by a copy that was kept elsewhere.
    """
    expected, previous = 1, ""
    for event in CaseEvent.objects.filter(case=case).order_by("sequence").iterator():
        if event.sequence != expected:
            yield Fault(case.reference, event.sequence, f"event {expected} is missing")
        if event.previous != previous:
            yield Fault(case.reference, event.sequence, "does not follow the event before it")
        if hashlib.sha256(_canonical(event)).hexdigest() != event.hash:
            yield Fault(case.reference, event.sequence, "was changed after it was written")
        expected, previous = event.sequence + 1, event.hash
    if expected == 1:
        yield Fault(case.reference, 0, "has no events")
    for problem in _untold(case):
        yield Fault(case.reference, expected, problem)


def _untold(case: Case) -> Iterator[str]:
    """What the case's rows say and no event tells of."""
    events = CaseEvent.objects.filter(case=case)
    place = Case.objects.values_list("state", "entry").get(pk=case.pk)
    moved = events.filter(kind=EventKind.CASE_MOVED).order_by("-sequence").values_list("payload", flat=True).first()
    told = (moved["to"], moved["entry"]) if moved else OPENED
    if told != place:
        yield "does not tell how the case came to its place"
    ended = set(events.filter(kind=EventKind.CLOCK_ENDED).values_list("payload__clock", flat=True))
    if set(case.clocks.exclude(ended="").values_list("kind", flat=True)) - ended:
        yield "does not tell of the end of a clock"
    if case.approvals.count() > events.filter(kind=EventKind.APPROVAL_GIVEN).count():
        yield "does not tell of an approval"
