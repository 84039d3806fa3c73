"""Deletion: after the time to take it back, source by source as it was approved, and each one asked again."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from operator import attrgetter

from fulfillment import erasing as machine
from fulfillment import owners, sources
from fulfillment.connectors import capabilities
from fulfillment.connectors.base import Capability, ConnectorError
from fulfillment.jobs import Job, Postpone
from fulfillment.models import ManualTask
from fulfillment.reasons import CAME_LATER
from requests_app.casefile import GateClosed, changes, erasing, obligations, write
from requests_app.casefile.erasing import SourceFact
from requests_app.casefile.types import CaseSnapshot

TRIES = 3
LOOK_AGAIN = 60  # seconds between two looks at the copy that the person asked for in the same visit


def carry_out(job: Job, case: CaseSnapshot) -> None:
    """Safe to run twice: what is gone is found gone. What failed for now is tried again with the job."""
    if erasing.waits_for_a_copy(case.id):
        raise Postpone(LOOK_AGAIN)
    try:
        ordered = erasing.ordered(case.id)
        if ordered:
            changes.begin_changes(job.holder)
    except GateClosed as error:
        attention, code = ("hold", "gate_closed") if "hold" in error.reasons else ("stage_failed", "not_as_approved")
        write.stage_failed(job.holder, attention=attention, code=code)
        return
    passing = _look_for_later_rows(job, case, {step.source_key for step in ordered})
    for source_key, group in groupby(ordered, key=attrgetter("source_key")):
        if steps := [step for step in group if not step.is_done]:
            passing += _erase(job, source_key, steps)
    if passing and job.attempt < TRIES:
        raise passing[0]
    outcome, ground = erasing.settle(job.holder, _who_answers())
    for source in filter(sources.is_asked_by_mail, sources.enabled()):
        if obligations.is_owed(case.id, source.key):
            owners.ask(job, source, ManualTask.Kind.ERASE)
    write.fulfilled(job.holder, outcome=outcome, ground=ground)


def _erase(job: Job, source_key: str, steps: list[erasing.Ordered]) -> list[ConnectorError]:
    """One source; its results are written down before the next one is touched."""
    job.check()
    tried = machine.erase(job, source_key, steps, key=f"{job.case_id}:erase:{source_key}:{job.holder.entry}")
    soon = tried.passing is not None and job.attempt < TRIES
    for done in tried.done:
        if soon and done.error_kind:
            erasing.step_tried(job.holder, step_id=done.step.id, error_kind=done.error_kind, error=done.error)
            continue
        erasing.step_done(
            job.holder,
            step_id=done.step.id,
            result=done.result,
            rows_done=done.rows,
            rows_left=done.left,
            reason=done.reason,
            error_kind=done.error_kind,
            error=done.error,
        )
    for collection, rows in tried.later.items():
        erasing.came_later(job.holder, source_key=source_key, collection=collection, rows=rows, reason=CAME_LATER)
    return [tried.passing] if tried.passing else []


def _look_for_later_rows(job: Job, case: CaseSnapshot, acting: Collection[str]) -> list[ConnectorError]:
    """Where nothing is to be erased, something may have come since the search, which no plan speaks of."""
    answered = {search.source_key for search in case.searches if search.state == "answered"}
    passing: list[ConnectorError] = []
    for source in sources.enabled().filter(key__in=answered - set(acting)):
        if sources.is_asked_by_mail(source) or Capability.ERASE not in capabilities(source.connector):
            continue
        try:
            later = machine.unplanned(job, source)
        except ConnectorError as error:
            passing += [] if error.permanent else [error]
            continue
        for collection, rows in later.items():
            erasing.came_later(job.holder, source_key=source.key, collection=collection, rows=rows, reason=CAME_LATER)
    return passing


def _who_answers() -> dict[str, SourceFact]:
    found = (one.source for one in sources.maps())
    return {one.key: SourceFact(one.name, one.owner, one.recheck_after_days) for one in found}
