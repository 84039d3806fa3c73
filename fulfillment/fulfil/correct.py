"""Correction: written where the old value still stands, then each source is asked again, whatever it said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from fulfillment import effects, sources
from fulfillment.connectors.base import Capability, Connector, ConnectorError, Lookup, Record
from fulfillment.fulfil import correct_papers
from fulfillment.fulfil.written import as_written
from fulfillment.jobs import Job
from fulfillment.models import DataSource
from fulfillment.reasons import BY_HAND, HELD, NEVER, NO_EFFECT, reason_for
from requests_app.casefile import GateClosed, changes, correcting, erasing, obligations, write
from requests_app.casefile.correcting import Ordered, Waiting
from requests_app.casefile.types import CaseSnapshot, Holder

TRIES = 3
OUTCOMES: Mapping[str, str] = {BY_HAND: obligations.BY_HAND, HELD: obligations.HELD}


def carry_out(job: Job, case: CaseSnapshot) -> None:
    """Safe to run twice: what was written is found written. What failed for now is tried again with the job."""
    ordered = correcting.ordered(case.id)
    if ordered:
        try:
            changes.begin_changes(job.holder)
        except GateClosed:
            write.stage_failed(job.holder, attention="hold", code="gate_closed")
            return
    by, entry = job.holder, job.holder.entry
    waiting = [place for place in ordered if not place.is_done]
    tried = [_correct(job, by, place, key=f"{case.id}:correct:{place.id}:{entry}") for place in waiting]
    passing = [one.passing for one in tried if one.passing is not None]
    if passing and job.attempt < TRIES:
        raise passing[0]
    outcome, ground = correcting.settle(by, {source.key: source.owner for source in sources.enabled()})
    correct_papers.ask(job)
    write.fulfilled(job.holder, outcome=outcome, ground=ground)


def again(job: Job, waiting: Waiting) -> None:
    """One place that a closed case still owes, on its date; the approval and the gate count as at first."""
    place = waiting.place
    source = DataSource.objects.filter(key=place.source_key).first()
    owner = source.owner if source else ""
    by = obligations.holder(job.case_id, job.fence)
    if source is not None and sources.is_asked_by_mail(source):
        correct_papers.heard(by, waiting, source)
        return
    try:
        changes.begin_changes(by)
    except GateClosed as error:
        held = "hold" in error.reasons
        outcome = obligations.HELD if held else obligations.BY_HAND
        correcting.left_waiting(waiting, outcome=outcome, reason=HELD if held else "", owner=owner)
        return
    came = _correct(job, by, place, key=f"{job.case_id}:correct:{place.id}:retry:{waiting.attempt}")
    correcting.tried(waiting, outcome=OUTCOMES.get(came.reason, came.result), owner=owner)


@dataclass(frozen=True)
class Came:
    """What one try came to; `passing` is what may be over at the next."""

    result: str
    reason: str
    passing: ConnectorError | None = None


def _correct(job: Job, by: Holder, place: Ordered, *, key: str) -> Came:
    """One place; its result is written down before the next one is touched."""
    job.check()
    held, said = erasing.is_held(place.source_key, place.collection), len(place.rows)
    if held and not effects.is_unknown(key):
        return _report(by, place, 0, None, reason=HELD)
    try:
        source = sources.named(place.source_key)
        with sources.connect(source) as connector:
            if cannot := _cannot(connector, place):
                return _report(by, place, 0, len(place.rows), reason=cannot)
            if not held:  # what was begun before the hold is only asked for
                said = _write(job, connector, place, key)
        with sources.connect(source) as connector:
            there, left = _asked_again(connector, place)
    except ConnectorError as error:
        came = _report(by, place, 0, None, reason=reason_for(error.kind), error_kind=str(error.kind), error=str(error))
        return came if error.permanent else replace(came, passing=error)
    still = HELD if held else NO_EFFECT
    return _report(by, place, min(said, there - left), left, reason=still if left else "")


def _cannot(connector: Connector, place: Ordered) -> str:
    """Why nothing is written there at all, as a reason code; empty when it may be tried."""
    if Capability.CORRECT not in connector.capabilities:
        return BY_HAND
    shape = connector.shapes.get(place.collection)
    if "." in place.column and (shape is None or place.column not in shape.columns):
        return BY_HAND  # inside a document that one column holds: nothing writes into a part of it
    return NEVER if shape is not None and place.column in shape.read_only else ""


def _write(job: Job, connector: Connector, place: Ordered, key: str) -> int:
    """How many rows hold the new value, says the source. Begun and not ended, it is begun again: it compares first."""

    def act() -> dict[str, Any]:
        held = 0
        for _, group in groupby(sorted(place.rows, key=_old), key=_old):
            rows = list(group)
            keys = [row["key"] for row in rows]
            old = rows[0]["old"]
            new = as_written(old, place.new, compared_as=_compared_as(connector, place))
            held += connector.correct(place.collection, keys, place.column, old, new)
        return {"rows": held}

    return int(effects.once(job, key, act=act, settled=lambda: None)["rows"])


def _compared_as(connector: Connector, place: Ordered) -> str:
    shape = connector.shapes.get(place.collection)
    return shape.compare.get(place.column, "exact") if shape is not None else "exact"


def _old(row: Mapping[str, Any]) -> str:
    return str(row["old"])


def _asked_again(connector: Connector, place: Ordered) -> tuple[int, int]:
    """How many of the rows are there, and how many of these carry the old value still."""
    wanted = {_signed(row["key"]): row["old"] for row in place.rows}
    first = next(iter(place.rows[0]["key"]))
    values = list(dict.fromkeys(row["key"][first] for row in place.rows))
    there = left = 0
    for found in connector.find(Lookup(place.collection, keys={first: values})):
        if isinstance(found, Record):
            key = _signed({name: found.values.get(name) for name in place.rows[0]["key"]})
            if key in wanted:
                there += 1
                left += found.values.get(place.column) == wanted[key]
    return there, left


def _signed(key: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(key[name]) for name in sorted(key))


def _report(
    by: Holder,
    place: Ordered,
    done: int,
    left: int | None,
    *,
    reason: str,
    error_kind: str = "",
    error: str = "",
) -> Came:
    changed, unchanged = ("corrected", "not_found") if left == 0 else ("partly", "deferred")
    result = changed if done else unchanged
    correcting.place_done(
        by,
        place_id=place.id,
        result=result,
        rows_done=done,
        rows_left=left,
        reason=reason,
        error_kind=error_kind,
        error=error,
    )
    return Came(result, reason)
