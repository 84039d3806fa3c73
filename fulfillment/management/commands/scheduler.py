"""`manage.py scheduler`: sweeps the job table until it is told to stop."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from fulfillment.scheduler import Scheduler


class Command(BaseCommand):
    help = "Sweep the job table: reap, ring, and do what nobody has taken. Any number of these may run."

    def handle(self, *_args: Any, **_options: Any) -> None:
        scheduler = Scheduler()

        def end(_signal: int, _frame: FrameType | None) -> None:
            scheduler.stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        scheduler.run()
