"""How the tests put tally jobs on a stage and read what became of them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from fulfillment.models import Job, JobState
from tests.fulfillment.tally.ledger import Ledger
from tests.services.stage import ROOT, Stage

QUICK = {
    "UMBS_JOB_LEASE_SECONDS": "3",
    "UMBS_JOB_HEARTBEAT_SECONDS": "1",
    "UMBS_JOB_SWEEP_SECONDS": "1",
    "UMBS_JOB_STALE_SECONDS": "4",
}
AT_DEFAULTS = {
    "UMBS_JOB_LEASE_SECONDS": "30",
    "UMBS_JOB_HEARTBEAT_SECONDS": "10",
    "UMBS_JOB_SWEEP_SECONDS": "5",
    "UMBS_JOB_STALE_SECONDS": "20",
}
ENQUEUE = """
import json, time
from django.db import transaction
from fulfillment import jobs
took = []
for number in range({first}, {first} + {count}):
    began = time.monotonic()
    with transaction.atomic():
        jobs.enqueue("tally", key=f"tally:{{number}}", payload={{"milliseconds": {milliseconds}}})
    took.append(time.monotonic() - began)
print(json.dumps(took))
"""
FEED = """
import sys
from fulfillment import jobs
number = 0
for line in sys.stdin:
    for number in range(number, number + int(line)):
        jobs.enqueue("tally", key=f"tally:{number}", payload={"milliseconds": 100})
    number += 1
    print(number, flush=True)
"""


def tallying(stage: Stage, **env: str) -> Stage:
    """The same stage, where jobs of the kind `tally` are known."""
    return replace(stage, env=stage.env | {"DJANGO_SETTINGS_MODULE": "tests.fulfillment.tally.settings"} | QUICK | env)


def enqueue(stage: Stage, count: int, *, first: int = 0, milliseconds: int = 100) -> list[float]:
    """Write jobs from a process of its own, as a web process would; the seconds that each took."""
    script = ENQUEUE.format(first=first, count=count, milliseconds=milliseconds)
    took: list[float] = json.loads(stage.manage("shell", "-v", "0", "-c", script).stdout)
    return took


@contextlib.contextmanager
def feeder(stage: Stage) -> Iterator[Callable[[int], None]]:
    """A process that writes so many more jobs, and rings for them, whenever it is told to."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", FEED]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=stage.env, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, bufsize=1) as process:
        orders, answers = process.stdin, process.stdout
        assert orders is not None
        assert answers is not None

        def feed(count: int) -> None:
            orders.write(f"{count}\n")
            answers.readline()

        yield feed
        orders.close()


def ledger(stage: Stage) -> Ledger:
    return Ledger(stage.var / "ledger.sqlite3")


def unfinished() -> int:
    return Job.objects.exclude(state=JobState.DONE).count()


def running() -> list[int]:
    return list(Job.objects.filter(state=JobState.RUNNING).values_list("pk", flat=True))
