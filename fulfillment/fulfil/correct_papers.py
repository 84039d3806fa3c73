"""A correction on paper: its owner is asked by mail, and what the owner says is what came of it."""

from __future__ import annotations

from fulfillment import owners, sources
from fulfillment.jobs import Job
from fulfillment.models import DataSource, ManualTask
from fulfillment.reasons import BY_HAND, HELD
from requests_app.casefile import GateClosed, changes, correcting, erasing, obligations
from requests_app.casefile.correcting import Waiting
from requests_app.casefile.types import Holder

Kind, Outcome = ManualTask.Kind, ManualTask.Outcome


def ask(job: Job) -> None:
    """Every owner of papers that were approved to be corrected and are still owed."""
    for source in filter(sources.is_asked_by_mail, sources.enabled()):
        if obligations.is_owed(job.case_id, source.key):
            owners.ask(job, source, Kind.CORRECT)


def heard(by: Holder, waiting: Waiting, source: DataSource) -> None:
    """What the owner said about the papers; without a yes they are still owed."""
    task = owners.newest(by.case_id, source.key, Kind.CORRECT)
    said = task.outcome if task is not None else ""
    if task is not None and said == Outcome.DONE:
        if not _may_be_changed(by, waiting):
            correcting.left_waiting(waiting, outcome=obligations.HELD, reason=HELD, owner=source.owner)
            return
        _settle(by, waiting, "corrected", rows=task.rows or len(waiting.place.rows))
    elif said == Outcome.NOTHING:
        _settle(by, waiting, "not_found", rows=0)
    else:
        is_asked = task is not None and task.is_open
        owner = "" if is_asked else source.owner
        correcting.left_waiting(waiting, outcome=obligations.BY_HAND, reason=BY_HAND, owner=owner)


def _may_be_changed(by: Holder, waiting: Waiting) -> bool:
    """What the owner did under a hold is not told as done before somebody has looked at it."""
    if erasing.is_held(waiting.place.source_key, waiting.place.collection):
        return False
    try:
        changes.begin_changes(by)
    except GateClosed:
        return False
    return True


def _settle(by: Holder, waiting: Waiting, result: str, *, rows: int) -> None:
    correcting.place_done(by, place_id=waiting.place.id, result=result, rows_done=rows, rows_left=0)
    correcting.tried(waiting, outcome=result, owner="")
