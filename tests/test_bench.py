"""`manage.py bench`: it measures the real way of a case, on servers of its own, and counts what was found."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from tests.services.stage import ROOT


@pytest.mark.slow
def test_it_measures_a_gather_and_tells_the_conditions() -> None:
    words = "bench --embedded gather --people 50 --rows 12 --repeats 1 --requests 1 --big 0"
    ran = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words.split()], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    alone, queued, rest = (json.loads(line) for line in ran.stdout.splitlines())
    assert [one["conditions"]["case"] for one in (alone, queued, rest)] == ["one at a time", "queued", "at rest"]
    for line in (alone, queued):
        assert line["conditions"].items() >= {"people": 50, "rows_per_person": 12, "collections": 12}.items()
        assert line["n"] == 1
        assert min(line["wall_ms"]["median"], line["cpu_ms"]["median"], line["rss_mb"]["worker"]) > 1
    assert set(rest["pss_mb"]) == {"web", "worker", "scheduler"}


def test_it_says_what_it_cannot_measure() -> None:
    with pytest.raises(CommandError, match="--rows must be 10 or more, not 3"):
        call_command("bench", "--embedded", "gather", "--rows", "3")


def test_a_worker_is_not_started_for_work_that_nobody_orders() -> None:
    with pytest.raises(CommandError, match="no job is of the kind 'gahter'"):
        call_command("worker", "--only", "gahter,match")
