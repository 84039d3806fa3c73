"""`manage.py hand`: does what nobody has taken, and ends. The scheduler starts it."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fulfillment.hand import work


class Command(BaseCommand):
    help = "Do every job that has been ready for some time, and end. The scheduler starts this when it is needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patience", type=int, default=0, help="Seconds that a job has been ready.")

    def handle(self, *_args: Any, patience: int, **_options: Any) -> None:
        stop = threading.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        work(stop, patience=patience)
