"""The scheduler finds what no bell was rung for, and outlives its database (security F4, F9)."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models.functions import Now
from psycopg import sql

from fulfillment import daily, jobs, models
from fulfillment.bell import bell
from fulfillment.models import JobState
from fulfillment.scheduler import RINGS_WAITING, Scheduler
from tests.fulfillment.tally import play
from tests.services.processes import Processes, eventually
from tests.services.stage import Stage
from umbs_privacy.servers.postgres import Postgres

pytestmark = pytest.mark.slow

Run = Callable[..., Processes]


def write_without_ringing(count: int, *, first: int = 0, milliseconds: int = 10) -> None:
    """What a process leaves that dies between COMMIT and the doorbell."""
    models.Job.objects.bulk_create(
        models.Job(kind="tally", key=f"tally:{number}", payload={"milliseconds": milliseconds}, not_before=Now())
        for number in range(first, first + count)
    )


def test_it_finds_jobs_whose_bell_was_never_rung(fresh_stage: Stage, run_processes: Run) -> None:
    stage = play.tallying(fresh_stage)
    run_processes(stage, "worker", "scheduler")
    began = time.monotonic()
    write_without_ringing(20)
    assert eventually(lambda: play.unfinished() == 0, within=20)
    took = time.monotonic() - began
    assert took <= 10
    assert set(play.ledger(stage).lines().values()) == {1}


def test_it_does_alone_what_no_worker_takes(fresh_sqlite: Stage, run_processes: Run) -> None:
    stage = play.tallying(fresh_sqlite, UMBS_JOB_STALE_SECONDS="2")
    write_without_ringing(10)
    run_processes(stage, "scheduler")
    assert eventually(lambda: play.unfinished() == 0, within=20)
    assert play.ledger(stage).lines().total() == 10


def test_it_does_no_harm_in_pairs(fresh_stage: Stage, run_processes: Run) -> None:
    stage = play.tallying(fresh_stage, UMBS_JOB_STALE_SECONDS="0")
    write_without_ringing(30)
    first = run_processes(stage, "scheduler")
    second = run_processes(stage, "scheduler")
    run_processes(stage, "worker")
    assert eventually(lambda: play.unfinished() == 0, within=30)
    lines = play.ledger(stage).lines()
    assert (len(lines), lines.total()) == (30, 30)
    assert models.Attempt.objects.count() == 30
    assert all(of.running["scheduler"].poll() is None for of in (first, second))


def test_it_ends_cleanly_when_told_to(fresh_sqlite: Stage, run_processes: Run) -> None:
    processes = run_processes(play.tallying(fresh_sqlite), "scheduler")
    assert eventually(lambda: "the scheduler has begun" in processes.log("scheduler"))
    scheduler = processes.running["scheduler"]
    began = time.monotonic()
    scheduler.send_signal(signal.SIGTERM)
    assert scheduler.wait(timeout=10) == 0
    assert time.monotonic() - began < 4
    assert "the scheduler has ended" in processes.log("scheduler")


def test_it_leaves_a_long_job_to_its_heir_when_told_to_end(fresh_sqlite: Stage, run_processes: Run) -> None:
    stage = play.tallying(fresh_sqlite, UMBS_JOB_STALE_SECONDS="0")
    processes = run_processes(stage, "scheduler")
    write_without_ringing(1, milliseconds=120_000)
    assert eventually(play.running)
    processes.running["scheduler"].send_signal(signal.SIGTERM)
    assert processes.running["scheduler"].wait(timeout=15) == 0
    assert models.Job.objects.get().state == JobState.RUNNING
    models.Job.objects.update(payload={"milliseconds": 1})
    run_processes(stage, "scheduler")
    assert eventually(lambda: play.unfinished() == 0, within=20)
    assert play.ledger(stage).lines().total() == 1


def test_it_outlives_a_database_that_restarts(
    fresh_postgres: Stage, postgres_server: Postgres, run_processes: Run
) -> None:
    stage = play.tallying(fresh_postgres, UMBS_JOB_STALE_SECONDS="2")
    processes = run_processes(stage, "scheduler")
    write_without_ringing(3)
    assert eventually(lambda: play.unfinished() == 0, within=20)
    name = stage.database_url.rsplit("/", 1)[1]
    with psycopg.connect(postgres_server.url(), autocommit=True) as administrator:
        administrator.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        assert eventually(lambda: "the database does not answer" in processes.log("scheduler"))
        administrator.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
    connection.close()
    write_without_ringing(3, first=3)
    assert eventually(lambda: play.unfinished() == 0, within=20)
    assert processes.running["scheduler"].poll() is None


def test_it_reaps_and_rings(fresh_sqlite: Stage) -> None:
    job = jobs.enqueue("tally", key="k")
    with jobs.claim(job.pk):
        models.Job.objects.update(lease_until=Now() - timedelta(seconds=1))
        bell.forget()
        Scheduler().sweep()
        assert models.Job.objects.get().state == JobState.READY
        assert bell.waiting() == 1
    bell.forget()


def test_it_does_not_flood_a_queue_that_nobody_reads(fresh_sqlite: Stage) -> None:
    bell.forget()
    write_without_ringing(RINGS_WAITING + 20)
    for _ in range(3):
        Scheduler().sweep()
        assert bell.waiting() == RINGS_WAITING
    bell.forget()


def test_it_orders_each_sweep_once_a_day(fresh_sqlite: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "SWEEPS", ("clearsessions", "check"))
    for _ in range(3):
        daily.order_daily_sweeps()
    assert sorted(models.Job.objects.values_list("payload__sweep", flat=True)) == ["check", "clearsessions"]
    for job in models.Job.objects.all():
        with jobs.claim(job.pk) as held:
            assert held is not None
            daily.handle(held)
    assert play.unfinished() == 0


def test_it_runs_no_command_that_is_not_a_sweep(fresh_sqlite: Stage) -> None:
    with jobs.claim(jobs.enqueue("daily", key="k", payload={"sweep": "flush"}).pk) as held:
        assert held is not None
        with pytest.raises(LookupError, match="not one of the daily sweeps"):
            daily.handle(held)
