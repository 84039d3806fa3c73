"""F16: a job that takes its process with it, or never ends, is given up after five tries; the others are done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from prometheus_client.samples import Sample

from fulfillment import jobs
from fulfillment.console.health import Figures
from fulfillment.models import Job, JobState
from tests.fulfillment.tally import play
from tests.services.processes import Processes, eventually
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
OTHERS = 20
GIVEN_UP = "a job was given up"
ALERT_SECONDS = 60
LIMIT, LEASE, SWEEP = 2, int(play.QUICK["UMBS_JOB_LEASE_SECONDS"]), int(play.QUICK["UMBS_JOB_SWEEP_SECONDS"])
SLACK = 20  # for a machine that runs the rest of the suite meanwhile
DEFAULTS = settings.UMBS_JOB_LEASE_SECONDS + settings.UMBS_JOB_SWEEP_SECONDS


def alerts() -> list[Sample]:
    """What Prometheus is told of the jobs: an operator's alarm is a rule on it."""
    return [sample for metric in Figures().collect() if metric.name == "umbs_jobs" for sample in metric.samples]


def test_f16_it_gives_poison_up_and_does_everything_else(
    fresh_sqlite: Stage, run_processes: Callable[..., Processes]
) -> None:
    stage = play.tallying(fresh_sqlite, UMBS_JOB_LIMIT_SECONDS="2", UMBS_JOB_STALE_SECONDS="3600")
    poisons = [jobs.enqueue("tally", key=kind, payload={"poison": kind}) for kind in ("abort", "memory", "loop")]
    play.enqueue(stage, OTHERS, milliseconds=40)
    processes = run_processes(stage, "worker", "scheduler")
    harmless = Job.objects.filter(key__startswith="tally:")
    assert eventually(lambda: harmless.filter(state=JobState.DONE).count() == OTHERS), processes.log("worker")
    dead = Job.objects.filter(pk__in=[job.pk for job in poisons], state=JobState.FAILED)
    assert eventually(lambda: dead.count() == len(poisons), within=90), processes.log("scheduler")
    assert {(job.attempts, job.last_error) for job in dead} == {(jobs.ATTEMPTS, jobs.WORKER_LOST)}
    assert processes.log("scheduler").count(GIVEN_UP) == len(poisons)
    assert [one.value for one in alerts() if one.labels == {"kind": "tally", "state": "failed"}] == [len(poisons)]
    begun = {job.pk: job.claims.latest("pk").started_at for job in dead}
    late = max((job.finished_at - begun[job.pk]).total_seconds() for job in dead if job.finished_at)
    print(f"the last death was told of within {late:.1f} s, at the defaults {DEFAULTS} s")
    assert late < LIMIT + LEASE + SWEEP + SLACK
    assert DEFAULTS <= ALERT_SECONDS
    assert play.ledger(stage).lines().total() == OTHERS
    assert processes.running["worker"].poll() is None


def test_f16_it_loses_a_hand_to_poison_and_not_its_scheduler(
    fresh_sqlite: Stage, run_processes: Callable[..., Processes]
) -> None:
    """No worker answers, so the scheduler sees to everything; each poison is tried for the last time."""
    stage = play.tallying(fresh_sqlite, UMBS_JOB_LIMIT_SECONDS="2", UMBS_JOB_STALE_SECONDS="0")
    poisons = [jobs.enqueue("tally", key=kind, payload={"poison": kind}).pk for kind in ("abort", "loop")]
    Job.objects.update(attempts=jobs.ATTEMPTS - 1)
    play.enqueue(stage, 3, milliseconds=10)
    processes = run_processes(stage, "scheduler")
    assert eventually(lambda: play.unfinished() == len(poisons), within=60), processes.log("scheduler")
    dead = Job.objects.filter(pk__in=poisons, state=JobState.FAILED, last_error=jobs.WORKER_LOST)
    assert eventually(lambda: dead.count() == len(poisons)), processes.log("scheduler")
    assert play.ledger(stage).lines().total() == 3
    assert processes.running["scheduler"].poll() is None
