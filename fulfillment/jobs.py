"""The leased job table: enqueue, claim, fence, finish, reap. The truth behind Celery (ADR: the database is the truth).

A job row is written in the transaction that causes it. A worker claims it for a lease, extends the lease by a
heartbeat, and writes under a fence that grows with every claim; a holder whose lease ran out finds the fence moved and
leaves. So work is never lost, may run twice, and must be safe to run twice; what must not happen twice goes through
`effects`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.dispatch import Signal

from fulfillment import models
from fulfillment.bell import bell
from fulfillment.heartbeat import heartbeat
from fulfillment.models import JobState
from requests_app.casefile import Superseded
from requests_app.casefile.types import Holder

ATTEMPTS = 5
BACKOFF_SECONDS = (5, 30, 120, 600)
WORKER_LOST = "WorkerLost"
AN_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")

# job: Job, error: str. Sent in the transaction that gives a job up after its last attempt.
job_given_up = Signal()

log = structlog.get_logger(__name__)


class Postpone(Exception):
    """Raised by a handler whose work must wait: the job is ready again after `seconds`, and no attempt is counted.

    `reason` is the name of the error, if there was one, for the row.
    """

    def __init__(self, seconds: int, *, reason: str = "") -> None:
        super().__init__(seconds)
        self.seconds, self.reason = seconds, reason


@dataclass(frozen=True)
class Job:
    """What a handler gets: the job as claimed. `models.Job` is the row."""

    id: int
    kind: str
    key: str
    case: UUID | None
    payload: Mapping[str, str | int]
    fence: int
    attempt: int

    @property
    def case_id(self) -> UUID:
        if self.case is None:
            message = f"A job of kind {self.kind} has no case."
            raise LookupError(message)
        return self.case

    @property
    def holder(self) -> Holder:
        """As whom this job writes to the case file; only jobs of a state have one (their payload says which entry)."""
        return Holder(self.case_id, int(self.payload["entry"]), self.fence)

    def check(self) -> None:
        """Raise Superseded if the job has passed to another holder; call it before anything that is felt outside."""
        if not self.held().exists():
            raise Superseded

    def held(self) -> QuerySet[models.Job]:
        """The row, as long as it is ours."""
        return models.Job.objects.filter(pk=self.id, fence=self.fence)


def enqueue(
    kind: str,
    *,
    key: str,
    case_id: UUID | None = None,
    payload: Mapping[str, str | int] | None = None,
    not_before: datetime | None = None,
) -> models.Job:
    """Write a job in the caller's transaction and ring once it is committed; the same key gives the same row."""
    ids = dict(payload or {})
    for value in ids.values():
        if not AN_ID.fullmatch(str(value)):
            raise ValueError("A job's payload holds ids only: a person's data stays in the case file.")
    row, written = models.Job.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "case_id": case_id, "payload": ids, "not_before": not_before or Now()},
    )
    if written and not_before is None:
        transaction.on_commit(partial(bell.ring, row.pk), robust=True)
    return row


@contextmanager
def claim(job_id: int) -> Iterator[Job | None]:
    """Hold the job for the length of the block; None when it is not ready, not due, or somebody else's.

    The block's end settles the row: done, put off, ready again after a pause, or given up after the last attempt. This
    is the task boundary: whatever a handler raises ends here, as the name of its class on the row and in the log.
    """
    job = _take(job_id)
    if job is None:
        yield None
        return
    try:
        with heartbeat(job.id, job.fence):
            yield job
    except Superseded:
        log.info("superseded", job_id=job.id, kind=job.kind, fence=job.fence)
    except Postpone as wait:
        uncounted = F("attempts") - 1
        _settle(job, state=JobState.READY, attempts=uncounted, last_error=wait.reason, not_before=_in(wait.seconds))
    except Exception as error:
        log.exception("a job failed", job_id=job.id, kind=job.kind, attempt=job.attempt, fence=job.fence)
        _fail(job, type(error).__name__)
    else:
        _settle(job, state=JobState.DONE, finished_at=Now(), last_error="")


def _take(job_id: int) -> Job | None:
    """PostgreSQL locks the row and skips one that is being claimed; SQLite's BEGIN IMMEDIATE admits one writer."""
    with transaction.atomic(durable=True):
        due = models.Job.objects.filter(pk=job_id, state=JobState.READY, not_before__lte=Now())
        row = due.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.fence = models.Attempt.objects.create(job=row).pk
        row.attempts += 1
        models.Job.objects.filter(pk=row.pk).update(
            state=JobState.RUNNING,
            fence=row.fence,
            attempts=row.attempts,
            lease_until=_in(settings.UMBS_JOB_LEASE_SECONDS),
        )
    return _handle(row)


def _handle(row: models.Job) -> Job:
    return Job(row.pk, row.kind, row.key, row.case_id, row.payload, row.fence, row.attempts)


def _in(seconds: int) -> object:
    return Now() + timedelta(seconds=seconds)


def _settle(job: Job, **changes: object) -> None:
    """Write the end of an attempt, unless the job has passed to another holder."""
    if not job.held().update(lease_until=None, **changes):
        log.info("superseded", job_id=job.id, kind=job.kind, fence=job.fence)


def _fail(job: Job, error: str) -> None:
    if job.attempt >= ATTEMPTS:
        _give_up(job, job.held(), error)
    else:
        _settle(job, state=JobState.READY, last_error=error, not_before=_in(BACKOFF_SECONDS[job.attempt - 1]))


def _give_up(job: Job, held: QuerySet[models.Job], error: str) -> None:
    """The dead letter: the row stays, and whoever listens tells the case file in the same transaction."""
    with transaction.atomic():
        if held.update(state=JobState.FAILED, lease_until=None, last_error=error, finished_at=Now()):
            log.error("a job was given up", job_id=job.id, kind=job.kind, attempt=job.attempt, error_class=error)
            job_given_up.send(sender=models.Job, job=job, error=error)


def reap() -> list[int]:
    """Make jobs whose lease ran out ready again (their worker is dead or stopped), and say which."""
    expired = models.Job.objects.filter(state=JobState.RUNNING, lease_until__lt=Now())
    rescued = []
    for row in expired.order_by("pk"):
        held = expired.filter(pk=row.pk, fence=row.fence)
        log.warning("a lease ran out", job_id=row.pk, kind=row.kind, attempt=row.attempts, fence=row.fence)
        if row.attempts >= ATTEMPTS:
            _give_up(_handle(row), held, WORKER_LOST)
        elif held.update(state=JobState.READY, lease_until=None, not_before=Now(), last_error=WORKER_LOST):
            rescued.append(row.pk)
    return rescued


def revive(job_id: int) -> bool:
    """Give a job that was given up its five attempts again: somebody has mended the cause."""
    dead = models.Job.objects.filter(pk=job_id, state=JobState.FAILED)
    if not dead.update(state=JobState.READY, attempts=0, not_before=Now(), finished_at=None):
        return False
    transaction.on_commit(partial(bell.ring, job_id), robust=True)
    return True


def ready(*, since_seconds: int = 0, limit: int, kinds: Collection[str] = ()) -> list[int]:
    """Ids of jobs (of these kinds, or of any) that have been ready for at least so long; the oldest first, also after
    a failure.
    """
    due = models.Job.objects.filter(state=JobState.READY, not_before__lte=Now() - timedelta(seconds=since_seconds))
    if kinds:
        due = due.filter(kind__in=kinds)
    return list(due.order_by("pk").values_list("pk", flat=True)[:limit])
