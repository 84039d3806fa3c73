"""`manage.py worker`: a Celery worker with the options that this system needs."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import structlog
from celery import current_app
from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment import tasks
from fulfillment.bell import bell
from fulfillment.dispatch import HANDLERS

# Gossip, mingling and heartbeats are conversations between workers: ours only listen for the bell. A child is replaced
# after some tasks, so that what a library leaks stays small.
OPTIONS: dict[str, Any] = {
    "pool": "prefork",
    "without_gossip": True,
    "without_mingle": True,
    "without_heartbeat": True,
    "max_tasks_per_child": 200,
    "quiet": True,
}
SECONDS_TO_BREATHE = 2

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Answer the doorbell: run jobs as they become ready."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="Processes that work at the same time.")
        parser.add_argument(
            "--only",
            metavar="KINDS",
            default="",
            help=f"Do jobs of these kinds alone, others beside it do the rest: {','.join(HANDLERS)}.",
        )

    def handle(self, *_args: Any, concurrency: int, only: str, **_options: Any) -> None:
        """Celery ends on a message that it cannot take apart: throw every ring away and begin again.

        No work is lost by it, since a message is only a doorbell; left in the queue, it would come back.
        """
        kinds = set(filter(None, only.split(",")))
        if strange := sorted(kinds - set(HANDLERS)):
            raise CommandError(f"--only: no job is of the kind {strange[0]!r}.")
        tasks.only.update(kinds)
        worker = current_app.Worker(concurrency=concurrency, **OPTIONS)
        worker.start()
        if worker.exitcode:
            log.error("the worker fell over a message; it throws the rings away and begins again")
            bell.forget()
            time.sleep(SECONDS_TO_BREATHE)
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 (our own command line)
