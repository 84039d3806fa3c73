"""The handler: some work, one effect, some more work; all of it may be killed at any moment. Or poison, when told."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from fulfillment import effects, jobs
from tests.fulfillment.tally.ledger import Ledger


def for_ever() -> None:
    while True:
        time.sleep(0.01)


def all_memory() -> None:
    """A library that goes on although it gets no memory any more, and takes the process with it."""
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    try:
        bytearray(2**31)
    except MemoryError:
        os._exit(137)


POISONS: dict[str, Callable[[], None]] = {"abort": os.abort, "loop": for_ever, "memory": all_memory}


def handle(job: jobs.Job) -> None:
    if poison := job.payload.get("poison"):
        POISONS[str(poison)]()
    ledger = Ledger(Path(settings.VAR) / "ledger.sqlite3")
    pause = int(job.payload["milliseconds"]) / 1000 / 4

    def act() -> effects.Outcome:
        time.sleep(pause)
        ledger.write(job.key)
        time.sleep(pause)
        return {"line": job.key}

    def settled() -> effects.Outcome | None:
        return {"line": job.key} if ledger.has(job.key) else None

    time.sleep(pause)
    effects.once(job, f"line:{job.key}", act=act, settled=settled)
    time.sleep(pause)
