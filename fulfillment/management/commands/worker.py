"""`manage.py worker`: a Celery worker with the options that this system needs."""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandParser

# Gossip, mingling and heartbeats are conversations between workers: ours only listen for the bell. A child is replaced
# after some tasks, so that what a library leaks stays small.
OPTIONS = (
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
    "--max-tasks-per-child=200",
    "--loglevel=WARNING",
)


class Command(BaseCommand):
    help = "Answer the doorbell: run jobs as they become ready."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="Processes that work at the same time.")

    def handle(self, *_args: Any, concurrency: int, **_options: Any) -> None:
        current_app.worker_main(["worker", "--pool=prefork", f"--concurrency={concurrency}", *OPTIONS])
