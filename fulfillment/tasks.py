"""The doorbell's other end: what a Celery worker does when it rings."""

from __future__ import annotations

import structlog
from celery import shared_task

from fulfillment import jobs
from fulfillment.bell import RING
from fulfillment.dispatch import handler
from fulfillment.models import Job

BIGGEST_ID = 2**63 - 1
CONTENDERS = 4  # another worker may be taking the very oldest

log = structlog.get_logger(__name__)

# The kinds of jobs that this worker does; empty: any. Set once, before the worker starts.
only: set[str] = set()


@shared_task(name=RING, acks_late=True, ignore_result=True)
def ring(*args: object, **kwargs: object) -> None:
    """A message carries one id and no authority: whatever else arrives is ignored, and the row decides."""
    match args:
        case (int(job_id),) if not kwargs and not isinstance(job_id, bool) and 0 < job_id <= BIGGEST_ID:
            answer(job_id)
        case _:
            log.warning("a doorbell without a job id was ignored", count=len(args) + len(kwargs))


def answer(job_id: int) -> None:
    """Do the oldest ready job, whichever the bell was rung for: each ready job has its ring, so all are done.

    A job that was rescued from a dead worker thus does not queue up again behind the younger ones.
    """
    if not Job.objects.filter(pk=job_id).exists():
        log.warning("a doorbell for an unknown job was ignored", job_id=job_id)
        return
    for candidate in (*jobs.ready(limit=CONTENDERS, kinds=only), *(() if only else (job_id,))):
        if run(candidate):
            return


def run(job_id: int) -> bool:
    """Do the job if it is ready and nobody else has it; whether it was."""
    with jobs.claim(job_id) as job:
        if job is not None:
            handler(job.kind)(job)
    return job is not None
