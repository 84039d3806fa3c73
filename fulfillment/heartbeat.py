"""Keeps a lease alive while its holder works, from a thread with a database connection of its own.

Not for ever: work that never ends must not hold its job for ever either. Its lease runs out, and the job is given up
after the attempts that every job has.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now

from fulfillment.models import Job, JobState

log = structlog.get_logger(__name__)


@contextmanager
def heartbeat(job_id: int, fence: int) -> Iterator[None]:
    """Extend the lease every few seconds until the block ends or the job has passed to another holder."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(job_id, fence, stop), name=f"heartbeat-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(job_id: int, fence: int, stop: threading.Event) -> None:
    """A database that restarts costs a beat or two; the lease is several beats long."""
    last = time.monotonic() + settings.UMBS_JOB_LIMIT_SECONDS
    try:
        while not stop.wait(settings.UMBS_JOB_HEARTBEAT_SECONDS):
            if time.monotonic() > last:
                log.error("a job takes too long and loses its lease", job_id=job_id, fence=fence)
                return
            try:
                ours = extend_lease(job_id, fence)
            except (OperationalError, InterfaceError) as error:
                log.warning("a heartbeat was missed", job_id=job_id, fence=fence, error_class=type(error).__name__)
                connection.close()
                continue
            if not ours:
                return
    finally:
        connection.close()


def extend_lease(job_id: int, fence: int) -> bool:
    until = Now() + timedelta(seconds=settings.UMBS_JOB_LEASE_SECONDS)
    held = Job.objects.filter(pk=job_id, fence=fence, state=JobState.RUNNING)
    return held.update(lease_until=until) == 1
