"""Plan what is to be changed in the sources, for people to read and approve: one module per right that changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.utils.module_loading import import_string

from fulfillment.jobs import Job
from requests_app.casefile import read, write
from requests_app.casefile.types import CaseSnapshot
from requests_app.lifecycle import State

RIGHTS: dict[str, str] = {
    "correct": "fulfillment.planning.corrections.plan",
    "delete": "fulfillment.planning.deletion.plan",
}

Plan = Callable[[Job, CaseSnapshot], None]


def handle(job: Job) -> None:
    """One call; safe to run twice, since the same plan replaces itself."""
    case = read.snapshot(job.case_id)
    if case.state != State.PLANNING or case.entry != job.payload["entry"]:
        return
    cast("Plan", import_string(RIGHTS[case.right]))(job, case)
    write.stage_finished(job.holder)
