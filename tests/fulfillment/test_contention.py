"""Eight processes write to one SQLite file, and none is told that it is locked (security F19)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.fulfillment.tally import play
from tests.services.stage import ROOT, Stage

WRITERS, SECONDS = 8, 20
WRITE = """
import json, random, time
from django.db import OperationalError
from django.utils import timezone
from fulfillment import jobs
took, locked, number, until = [], 0, 0, time.monotonic() + {seconds}
while time.monotonic() < until:
    number += 1
    began = time.monotonic()
    try:
        job = jobs.enqueue("tally", key=f"{writer}:{{number}}", not_before=timezone.now())
        middle = time.monotonic()
        with jobs.claim(job.pk) as held:
            claimed = time.monotonic()
            assert held is not None
    except OperationalError:
        locked += 1
    else:
        took += [middle - began, claimed - middle, time.monotonic() - claimed]
    time.sleep(random.uniform(0.2, 0.6))
print(json.dumps([locked, took]))
"""


@pytest.mark.slow
def test_it_is_never_locked_by_eight_writers(fresh_sqlite: Stage) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", WRITE.format(writer=writer, seconds=SECONDS)],
            env=play.tallying(fresh_sqlite).env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for writer in range(WRITERS)
    ]
    answers = [json.loads(writer.communicate(timeout=120)[0]) for writer in writers]
    took = sorted(seconds for _, times in answers for seconds in times)
    p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
    print(f"\n{len(took)} writes: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, max {took[-1] * 1000:.0f} ms")
    assert sum(locked for locked, _ in answers) == 0
    assert play.unfinished() == 0
    assert p99 < 0.5
