"""A hand that the scheduler lends: a process of its own for jobs that nobody has taken.

Any of them may be poison, which takes its process with it or never ends. That costs the hand, not the scheduler: the
lease runs out, and the job is given up after the attempts that every job has.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from fulfillment import jobs
from fulfillment.tasks import run

SECONDS_TO_FINISH = 8

log = structlog.get_logger(__name__)


class Hand:
    """At most one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_lent(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def lend(self, *, patience: int) -> None:
        """For all jobs that have been ready for so many seconds."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "hand", "--patience", str(patience)]
        self._process = subprocess.Popen(command)  # noqa: S603 - a fixed command line, no shell

    def take_back(self) -> None:
        """It may finish the job that it has begun, if that is soon."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_FINISH)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def work(stop: threading.Event, *, patience: int) -> None:
    """Do neglected jobs one after the other until there is none; one that takes too long ends the process."""
    try:
        while not stop.is_set() and (neglected := jobs.ready(since_seconds=patience, limit=1)):
            signal.alarm(settings.UMBS_JOB_LIMIT_SECONDS)
            run(neglected[0])
            signal.alarm(0)
            close_old_connections()
    except (OperationalError, InterfaceError) as error:
        log.warning("the database does not answer", error_class=type(error).__name__)
