"""Workers die at any moment, brokers forget: nothing is lost, nothing is done twice (security F1, F4, F10)."""

from __future__ import annotations

import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from fulfillment import models
from fulfillment.models import EffectState, JobState
from tests.fulfillment.tally import play
from tests.services.processes import Processes, eventually
from tests.services.stage import Stage
from umbs_privacy.servers import redis

pytestmark = pytest.mark.slow

JOBS, KILLS, SEED = 200, 20, 20261124
Run = Callable[..., Processes]
Killed = list[tuple[datetime, int]]


def kill_a_busy_worker(processes: Processes) -> Killed:
    """`kill -9` of the worker's process group; which jobs it was about to do, and when."""
    hit, now = play.running(), timezone.now()
    processes.kill("worker")
    return [(now, job_id) for job_id in hit]


def recovery_times(killed: Killed) -> list[float]:
    """Seconds from the kill to the job's end; a job that was done in the very moment of the kill needed none."""
    ended = {job.pk: job.finished_at for job in models.Job.objects.filter(state=JobState.DONE) if job.finished_at}
    times = [(ended[job_id] - when) / timedelta(seconds=1) for when, job_id in killed]
    return sorted(seconds for seconds in times if seconds > 0)


def report(stage: Stage, killed: Killed) -> list[float]:
    times = recovery_times(killed)
    p50, p95 = statistics.median(times), times[max(0, round(len(times) * 0.95) - 1)]
    where = stage.database_url.split(":", 1)[0]
    print(f"\n{where}: {len(times)} killed jobs recovered; p50 {p50:.1f} s, p95 {p95:.1f} s, max {times[-1]:.1f} s")
    return times


def test_it_loses_nothing_and_doubles_nothing_through_twenty_kills(
    fresh_stage: Stage, run_processes: Run, redis_server: redis.Redis
) -> None:
    stage = play.tallying(fresh_stage, UMBS_JOB_STALE_SECONDS="60")
    dice, killed = random.Random(SEED), Killed()
    processes = run_processes(stage, "scheduler")
    with play.feeder(stage) as feed:
        for kill in range(KILLS):
            feed(JOBS // KILLS)
            processes.start("worker")
            assert eventually(play.running), "the worker has found nothing to do"
            time.sleep(dice.uniform(0, 1.5))
            killed += kill_a_busy_worker(processes)
            if kill == KILLS // 2:
                with redis_server.client() as client:
                    client.flushall()
    processes.start("worker")
    assert eventually(lambda: play.unfinished() == 0, within=90)
    lines = play.ledger(stage).lines()
    assert len(lines) == JOBS, "an effect was lost"
    assert lines.total() == JOBS, "an effect was doubled"
    assert models.Effect.objects.filter(state=EffectState.DONE).count() == JOBS
    assert len(killed) >= KILLS, "the kills hit too few jobs to prove anything"
    assert report(stage, killed)[-1] <= 60


def test_it_recovers_within_a_minute_at_the_defaults(fresh_sqlite: Stage, run_processes: Run) -> None:
    stage = play.tallying(fresh_sqlite, **play.AT_DEFAULTS)
    processes = run_processes(stage, "worker", "scheduler")
    play.enqueue(stage, 4, milliseconds=2000)
    assert eventually(lambda: len(play.running()) == 2)
    killed = kill_a_busy_worker(processes)
    processes.start("worker")
    assert eventually(lambda: play.unfinished() == 0, within=60)
    assert set(play.ledger(stage).lines().values()) == {1}
    times = report(stage, killed)
    assert len(times) == 2
    assert times[-1] <= 45


def test_it_refuses_the_writes_of_a_worker_that_slept_through_its_lease(fresh_stage: Stage, run_processes: Run) -> None:
    stage = play.tallying(fresh_stage, UMBS_JOB_STALE_SECONDS="0")
    processes = run_processes(stage, "worker")
    play.enqueue(stage, 1, milliseconds=4000)
    assert eventually(play.running)
    worker = processes.running["worker"].pid
    os.killpg(worker, signal.SIGSTOP)
    try:
        run_processes(stage, "scheduler")
        assert eventually(lambda: play.unfinished() == 0)
    finally:
        os.killpg(worker, signal.SIGCONT)
    assert eventually(lambda: "superseded" in processes.log("worker"))
    assert list(play.ledger(stage).lines().values()) == [1]
    job = models.Job.objects.get()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
