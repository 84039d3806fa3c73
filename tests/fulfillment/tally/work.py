"""The handler: some work, one effect, some more work; all of it may be killed at any moment."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from fulfillment import effects, jobs
from tests.fulfillment.tally.ledger import Ledger


def handle(job: jobs.Job) -> None:
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
