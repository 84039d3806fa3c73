"""The process that looks at the job table itself, so that no work depends on a message being delivered.

Every few seconds: leases that ran out are reaped, ready jobs are rung for, and what nobody has taken for a while (or
nobody can be rung for) is done by a hand (`hand.py`) through the same claim as everywhere. Several may run.
"""

from __future__ import annotations

import threading

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from fulfillment import jobs
from fulfillment.bell import bell
from fulfillment.daily import order_daily_sweeps
from fulfillment.hand import Hand

RINGS_WAITING = 100

log = structlog.get_logger(__name__)


class Scheduler:
    def __init__(self) -> None:
        self.stop = threading.Event()
        self._hand = Hand()

    def run(self) -> None:
        """Sweep until told to stop; a database that restarts is waited for."""
        log.info("the scheduler has begun")
        while not self.stop.is_set():
            try:
                self.sweep()
            except (OperationalError, InterfaceError) as error:
                log.warning("the database does not answer", error_class=type(error).__name__)
                connections.close_all()
            self.stop.wait(settings.UMBS_JOB_SWEEP_SECONDS)
        self._hand.take_back()
        log.info("the scheduler has ended")

    def sweep(self) -> None:
        close_old_connections()
        order_daily_sweeps()
        self._ring(jobs.reap())
        ready = jobs.ready(limit=RINGS_WAITING)
        self._ring(ready[: max(0, len(ready) - bell.waiting())])
        self._lend_a_hand()

    def _ring(self, job_ids: list[int]) -> None:
        """No more rings than jobs: what waits in the queue counts, so that one which nobody reads does not grow."""
        for job_id in job_ids:
            if not bell.ring(job_id):
                return

    def _lend_a_hand(self) -> None:
        if not self._hand.is_lent and jobs.ready(since_seconds=self._patience(), limit=1):
            self._hand.lend(patience=self._patience())

    def _patience(self) -> int:
        """Nobody can be rung for while the broker is gone, so there is nobody to wait for."""
        return 0 if bell.broken else settings.UMBS_JOB_STALE_SECONDS
