"""Which work serves which state or order. With `requests_app/lifecycle.py` the only place that shows the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.dispatch import receiver
from django.utils.module_loading import import_string

from fulfillment import jobs
from requests_app.casefile import erasing, write
from requests_app.lifecycle import State
from requests_app.signals import case_entered_state, work_ordered

WORK: dict[State, str] = {
    State.VERIFYING: "match",
    State.GATHERING: "gather",
    State.REDACTING: "redact",
    State.PLANNING: "plan",
    State.FULFILLING: "fulfil",
    State.RECORDING: "record",
}

# Imported on first use, so that a process loads WeasyPrint or SQLAlchemy only when it needs them.
HANDLERS: dict[str, str] = {
    "match": "fulfillment.match.handle",
    "gather": "fulfillment.gather.handle",
    "search": "fulfillment.gather.handle_search",
    "redact": "fulfillment.redact.engine.handle",
    "plan": "fulfillment.planning.handle",
    "fulfil": "fulfillment.fulfil.handle",
    "record": "fulfillment.pdf.record.handle",
    "mail": "fulfillment.mail.handle",
    "letter": "fulfillment.pdf.letter.handle",
    "code": "fulfillment.codes.handle",
    "recheck": "fulfillment.obligations.recheck",
    "retry": "fulfillment.obligations.retry",
    "check": "fulfillment.survey.handle",
    "daily": "fulfillment.daily.handle",
}

NOBODY = UUID(int=0)

Handler = Callable[[jobs.Job], None]


def handler(kind: str) -> Handler:
    return cast("Handler", import_string(HANDLERS[kind]))


@receiver(case_entered_state)
def write_job_for_state(case_id: UUID, state: State, entry: int, **_: object) -> None:
    """Inside the transaction of the move: a case is never in a machine's state without its job.

    An approved deletion can be taken back for some time (UMBS_COOLING_OFF_HOURS), so its job is ready only then.
    """
    if kind := WORK.get(state):
        not_before = erasing.may_begin_at(case_id) if state is State.FULFILLING else None
        key = f"{case_id}:{state}:{entry}"
        jobs.enqueue(kind, key=key, case_id=case_id, payload={"entry": entry}, not_before=not_before)


@receiver(work_ordered)
def write_job_for_order(case_id: UUID, kind: str, order_id: str, **_: object) -> None:
    """Work that does not move the case: one job for each order."""
    jobs.enqueue(kind, key=f"{case_id}:{kind}:{order_id}", case_id=case_id, payload={"order_id": order_id})


@receiver(jobs.job_given_up)
def tell_the_case(job: jobs.Job, error: str, **_: object) -> None:
    """After its last attempt a job's case says that it needs somebody; nothing fails in silence."""
    if job.case is not None and job.case != NOBODY:
        write.work_given_up(job.case, kind=job.kind, error=error)
