"""Correction: written where the old value still stands, then each source is asked again, whatever it said."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from fulfillment import effects, sources
from fulfillment.connectors.base import Capability, Connector, ConnectorError, Lookup, Record
from fulfillment.jobs import Job
from fulfillment.reasons import BY_HAND, NEVER, NO_EFFECT, reason_for
from requests_app.casefile import GateClosed, changes, correcting, write
from requests_app.casefile.correcting import Ordered
from requests_app.casefile.types import CaseSnapshot

TRIES = 3


def carry_out(job: Job, case: CaseSnapshot) -> None:
    """Safe to run twice: what was written is found written. What failed for now is tried again with the job."""
    ordered = correcting.ordered(case.id)
    if ordered:
        try:
            changes.begin_changes(job.holder)
        except GateClosed:
            write.stage_failed(job.holder, attention="hold", code="gate_closed")
            return
    passing = [error for place in ordered if not place.is_done for error in _correct(job, place)]
    if passing and job.attempt < TRIES:
        raise passing[0]
    outcome, ground = correcting.settle(job.holder)
    write.fulfilled(job.holder, outcome=outcome, ground=ground)


def _correct(job: Job, place: Ordered) -> list[ConnectorError]:
    """One place; its result is written down before the next one is touched. Returns what may pass by itself."""
    job.check()
    try:
        source = sources.named(place.source_key)
        with sources.connect(source) as connector:
            if cannot := _cannot(connector, place):
                _report(job, place, 0, len(place.rows), reason=cannot)
                return []
            said = _write(job, connector, place)
        with sources.connect(source) as connector:
            there, left = _asked_again(connector, place)
    except ConnectorError as error:
        reason = reason_for(error.kind)
        _report(job, place, 0, None, reason=reason, error_kind=str(error.kind), error=str(error))
        return [] if error.permanent else [error]
    _report(job, place, min(said, there - left), left, reason=NO_EFFECT if left else "")
    return []


def _cannot(connector: Connector, place: Ordered) -> str:
    """Why nothing is written there at all, as a reason code; empty when it may be tried."""
    if Capability.CORRECT not in connector.capabilities:
        return BY_HAND
    shape = connector.shapes.get(place.collection)
    return NEVER if shape is not None and place.column in shape.read_only else ""


def _write(job: Job, connector: Connector, place: Ordered) -> int:
    """How many rows hold the new value, says the source. Begun and not ended, it is begun again: it compares first."""

    def act() -> dict[str, Any]:
        held = 0
        for _, group in groupby(sorted(place.rows, key=_old), key=_old):
            rows = list(group)
            keys = [row["key"] for row in rows]
            held += connector.correct(place.collection, keys, place.column, rows[0]["old"], place.new)
        return {"rows": held}

    key = f"{job.case_id}:correct:{place.id}:{job.holder.entry}"
    return int(effects.once(job, key, act=act, settled=lambda: None)["rows"])


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
    job: Job,
    place: Ordered,
    done: int,
    left: int | None,
    *,
    reason: str,
    error_kind: str = "",
    error: str = "",
) -> None:
    changed, unchanged = ("corrected", "not_found") if left == 0 else ("partly", "deferred")
    correcting.place_done(
        job.holder,
        place_id=place.id,
        result=changed if done else unchanged,
        rows_done=done,
        rows_left=left,
        reason=reason,
        error_kind=error_kind,
        error=error,
    )
