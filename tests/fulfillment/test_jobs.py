"""The leased job table, on both databases."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from fulfillment import jobs, models
from fulfillment.models import JobState
from requests_app.casefile import Superseded

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh_stage")]


class SourceIsDown(Exception):
    pass


def a_job(key: str = "k1", *, order_id: str = "7", not_before: datetime | None = None) -> models.Job:
    return jobs.enqueue("tally", key=key, case_id=uuid4(), payload={"order_id": order_id}, not_before=not_before)


def row(job: models.Job) -> models.Job:
    return models.Job.objects.get(pk=job.pk)


def make_due(job: models.Job) -> None:
    models.Job.objects.filter(pk=job.pk).update(not_before=Now())


def let_the_lease_run_out(job: models.Job) -> None:
    models.Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


# --- enqueue -----------------------------------------------------------------------------------------------------


def test_it_makes_one_job_of_one_cause() -> None:
    assert a_job("same").pk == a_job("same").pk
    assert models.Job.objects.count() == 1


def test_it_writes_no_job_when_the_cause_is_rolled_back() -> None:
    with transaction.atomic():
        a_job()
        transaction.set_rollback(True)
    assert not models.Job.objects.exists()


@pytest.mark.parametrize("value", ["ada@example.org", "Ada Example", "", "a" * 101, "x\ny"])
def test_it_takes_ids_only(value: str) -> None:
    with pytest.raises(ValueError, match="ids only"):
        a_job(order_id=value)
    assert not models.Job.objects.exists()


# --- claim -------------------------------------------------------------------------------------------------------


def test_it_leases_a_job_for_the_length_of_the_block() -> None:
    job = a_job()
    with jobs.claim(job.pk) as held:
        assert held is not None
        assert (held.kind, held.key, held.case_id, held.payload) == ("tally", "k1", job.case_id, {"order_id": "7"})
        running = row(job)
        assert (running.state, running.fence, running.attempts) == (JobState.RUNNING, held.fence, 1)
        assert running.lease_until is not None
        assert timedelta(seconds=28) < running.lease_until - timezone.now() < timedelta(seconds=31)
    done = row(job)
    assert (done.state, done.lease_until, done.last_error) == (JobState.DONE, None, "")
    assert done.finished_at is not None


def test_it_refuses_a_second_holder_and_a_finished_job() -> None:
    job = a_job()
    with jobs.claim(job.pk), jobs.claim(job.pk) as second:
        assert second is None
    with jobs.claim(job.pk) as again:
        assert again is None


def test_it_refuses_a_job_before_its_time() -> None:
    job = a_job(not_before=timezone.now() + timedelta(hours=48))
    with jobs.claim(job.pk) as early:
        assert early is None
    assert jobs.ready(limit=9) == []
    make_due(job)
    assert jobs.ready(limit=9) == [job.pk]


def test_it_refuses_an_unknown_job() -> None:
    with jobs.claim(987654321) as nothing:
        assert nothing is None


def test_it_numbers_fences_upwards_over_all_jobs() -> None:
    first, second = a_job("first"), a_job("second")
    fail(first)
    fail(second)
    with jobs.claim(a_job("third").pk) as third:
        assert third is not None
    assert 0 < row(first).fence < row(second).fence < third.fence


def test_it_says_that_a_job_without_a_case_has_none() -> None:
    job = jobs.enqueue("daily", key="daily:x:2026-11-24")
    with jobs.claim(job.pk) as held:
        assert held is not None
        with pytest.raises(LookupError, match="has no case"):
            _ = held.case_id


@pytest.mark.parametrize("rounds", [20])
def test_it_lets_exactly_one_of_twenty_win(rounds: int) -> None:
    def contend(job_id: int, gate: threading.Barrier) -> bool:
        try:
            gate.wait()
            with jobs.claim(job_id) as held:
                return held is not None
        finally:
            connection.close()

    for number in range(rounds):
        job, gate = a_job(f"contested-{number}"), threading.Barrier(20)
        with ThreadPoolExecutor(20) as pool:
            wins = list(pool.map(lambda _, job=job, gate=gate: contend(job.pk, gate), range(20)))
        assert wins.count(True) == 1
        assert row(job).attempts == 1


# --- failure -----------------------------------------------------------------------------------------------------


def fail(job: models.Job) -> None:
    make_due(job)
    with jobs.claim(job.pk) as held:
        assert held is not None
        raise SourceIsDown("ada@example.org")


def test_it_tries_again_after_a_pause_and_keeps_only_the_name_of_the_error() -> None:
    job = a_job()
    fail(job)
    failed = row(job)
    assert (failed.state, failed.last_error, failed.lease_until) == (JobState.READY, "SourceIsDown", None)
    assert timedelta(seconds=3) < failed.not_before - timezone.now() < timedelta(seconds=6)
    with jobs.claim(job.pk) as too_early:
        assert too_early is None


def test_it_gives_up_after_five_attempts_and_says_so_in_the_same_transaction() -> None:
    job, told = a_job(), []

    def listen(job: jobs.Job, error: str, **_: object) -> None:
        told.append((job.id, job.attempt, error, connection.in_atomic_block))

    jobs.job_given_up.connect(listen)
    try:
        for _ in range(jobs.ATTEMPTS):
            fail(job)
    finally:
        jobs.job_given_up.disconnect(listen)
    assert told == [(job.pk, 5, "SourceIsDown", True)]
    given_up = row(job)
    assert (given_up.state, given_up.attempts, given_up.last_error) == (JobState.FAILED, 5, "SourceIsDown")
    assert jobs.ready(limit=9) == []


def test_it_does_not_count_work_that_has_to_wait() -> None:
    job = a_job()
    for _ in range(jobs.ATTEMPTS + 1):
        make_due(job)
        with jobs.claim(job.pk) as held:
            assert held is not None
            raise jobs.Postpone(60)
    waiting = row(job)
    assert (waiting.state, waiting.attempts) == (JobState.READY, 0)
    assert timedelta(seconds=55) < waiting.not_before - timezone.now() < timedelta(seconds=61)


def test_it_revives_a_job_that_was_given_up() -> None:
    job = a_job()
    for _ in range(jobs.ATTEMPTS):
        fail(job)
    assert jobs.revive(job.pk)
    with jobs.claim(job.pk) as held:
        assert held is not None
    assert row(job).state == JobState.DONE
    assert not jobs.revive(job.pk)


# --- leases ------------------------------------------------------------------------------------------------------


def test_it_gives_back_a_job_whose_lease_ran_out() -> None:
    job = a_job()
    with jobs.claim(job.pk) as held:
        assert held is not None
        assert jobs.reap() == []
        let_the_lease_run_out(job)
        assert jobs.reap() == [job.pk]
        assert (row(job).state, row(job).last_error) == (JobState.READY, "WorkerLost")
        with jobs.claim(job.pk) as heir:
            assert heir is not None
            assert heir.fence > held.fence
            heir.check()
            with pytest.raises(Superseded):
                held.check()
    assert row(job).attempts == 2


def test_it_gives_up_a_job_that_kills_its_workers() -> None:
    job = a_job()
    for _ in range(jobs.ATTEMPTS):
        make_due(job)
        with jobs.claim(job.pk):
            let_the_lease_run_out(job)
            jobs.reap()
            raise Superseded  # what a dead worker leaves behind: nothing
    assert (row(job).state, row(job).last_error) == (JobState.FAILED, "WorkerLost")


def test_it_lets_no_late_holder_settle_what_its_heir_does() -> None:
    job = a_job()
    with jobs.claim(job.pk) as late:
        assert late is not None
        let_the_lease_run_out(job)
        jobs.reap()
        heir = jobs.claim(job.pk)
        assert heir.__enter__() is not None
    assert row(job).state == JobState.RUNNING
    heir.__exit__(None, None, None)
    assert row(job).state == JobState.DONE


def test_it_believes_a_late_holder_whom_nobody_has_succeeded() -> None:
    job = a_job()
    with jobs.claim(job.pk):
        let_the_lease_run_out(job)
        jobs.reap()
    assert row(job).state == JobState.DONE


def test_it_extends_the_lease_while_the_work_goes_on(settings: Settings) -> None:
    settings.UMBS_JOB_LEASE_SECONDS, settings.UMBS_JOB_HEARTBEAT_SECONDS = 1, 0.2
    job = a_job()
    with jobs.claim(job.pk):
        time.sleep(2)
        assert jobs.reap() == []
    assert (row(job).state, row(job).attempts) == (JobState.DONE, 1)


def test_f16_it_extends_no_lease_beyond_the_longest_that_work_may_take(settings: Settings) -> None:
    settings.UMBS_JOB_LEASE_SECONDS, settings.UMBS_JOB_HEARTBEAT_SECONDS, settings.UMBS_JOB_LIMIT_SECONDS = 1, 0.2, 0.5
    job = a_job()
    with jobs.claim(job.pk):
        time.sleep(2.5)
        assert jobs.reap() == [job.pk]
        assert (row(job).state, row(job).last_error) == (JobState.READY, "WorkerLost")


def test_it_stops_the_heartbeat_of_a_holder_who_was_succeeded(settings: Settings) -> None:
    settings.UMBS_JOB_HEARTBEAT_SECONDS = 0.2
    job = a_job()
    with jobs.claim(job.pk):
        models.Job.objects.filter(pk=job.pk).update(fence=10**9)
        time.sleep(0.6)
        assert not [thread for thread in threading.enumerate() if thread.name == f"heartbeat-{job.pk}"]
    assert row(job).state == JobState.RUNNING


def test_it_hands_out_the_oldest_first() -> None:
    old, new = a_job("old"), a_job("new")
    models.Job.objects.filter(pk=old.pk).update(not_before=Now() - timedelta(seconds=30))
    assert jobs.ready(limit=9) == [old.pk, new.pk]
    assert jobs.ready(since_seconds=20, limit=9) == [old.pk]
    assert jobs.ready(limit=1) == [old.pk]
    make_due(old)
    assert jobs.ready(limit=9) == [old.pk, new.pk]
