"""The doorbell: what a message may say, and what happens when there is nobody to carry it (security F4, F7, T29)."""

from __future__ import annotations

import base64
import json
import os
import pickle
import signal
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis as Client

from fulfillment import jobs, models, tasks
from fulfillment.dispatch import HANDLERS
from fulfillment.models import JobState
from tests.fulfillment.tally import play
from tests.services.processes import Processes, eventually
from tests.services.stage import Stage
from umbs_privacy.servers import redis

pytestmark = pytest.mark.slow


@pytest.fixture
def tally(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The handler of this process counts what it is asked to do."""
    done: list[int] = []
    monkeypatch.setitem(HANDLERS, "tally", "tests.fulfillment.test_doorbell.count")
    monkeypatch.setattr("tests.fulfillment.test_doorbell.DONE", done)
    return done


DONE: list[int] = []


def count(job: jobs.Job) -> None:
    DONE.append(job.id)


@pytest.mark.parametrize(
    "arguments",
    [(), (None,), ("1",), (1.0,), (True,), (0,), (-1,), (2**63,), ([1],), ({"job_id": 1},), (1, 2), (999_999,)],
)
def test_it_ignores_a_message_that_is_no_job_id(
    fresh_sqlite: Stage, tally: list[int], arguments: tuple[object, ...]
) -> None:
    job = jobs.enqueue("tally", key="k")
    assert job.pk == 1
    tasks.ring(*arguments)
    assert tally == []
    assert models.Job.objects.get().state == JobState.READY


def test_it_does_a_job_once_however_often_it_rings(fresh_sqlite: Stage, tally: list[int]) -> None:
    job = jobs.enqueue("tally", key="k")
    for _ in range(5):
        tasks.ring(job.pk)
    assert tally == [job.pk]


def test_it_does_the_oldest_job_first_whichever_it_rings_for(fresh_sqlite: Stage, tally: list[int]) -> None:
    old, new = jobs.enqueue("tally", key="old"), jobs.enqueue("tally", key="new")
    tasks.ring(new.pk)
    assert tally == [old.pk]
    tasks.ring(old.pk)
    assert tally == [old.pk, new.pk]


def test_it_tries_a_kind_of_job_that_nobody_handles_again_later(fresh_sqlite: Stage) -> None:
    job = jobs.enqueue("unheard-of", key="k")
    tasks.ring(job.pk)
    assert (models.Job.objects.get().state, models.Job.objects.get().last_error) == (JobState.READY, "KeyError")


# --- no broker ---------------------------------------------------------------------------------------------------


@pytest.fixture
def doomed_redis() -> Iterator[redis.Redis]:
    """A Redis of this test's own, since it will not survive it."""
    with redis.redis() as server:
        yield server


def pid(server: redis.Redis) -> int:
    with server.client() as client:
        return int(client.info("server")["process_id"])


def test_it_takes_requests_when_the_broker_is_gone(fresh_sqlite: Stage, doomed_redis: redis.Redis) -> None:
    os.kill(pid(doomed_redis), signal.SIGKILL)
    took = play.enqueue(play.tallying(fresh_sqlite, CELERY_BROKER_URL=doomed_redis.url), 20)
    assert models.Job.objects.count() == 20
    print(f"enqueue without a broker: slowest {max(took):.3f} s, all twenty {sum(took):.3f} s")
    assert max(took) < 2


def test_it_takes_requests_when_the_broker_is_silent(fresh_sqlite: Stage, doomed_redis: redis.Redis) -> None:
    number = pid(doomed_redis)
    os.kill(number, signal.SIGSTOP)
    try:
        took = play.enqueue(play.tallying(fresh_sqlite, CELERY_BROKER_URL=doomed_redis.url), 20)
    finally:
        os.kill(number, signal.SIGCONT)
    assert models.Job.objects.count() == 20
    print(f"enqueue with a silent broker: slowest {max(took):.3f} s, all twenty {sum(took):.3f} s")
    assert max(took) < 3
    assert sum(took) < 4


def test_it_works_on_without_a_broker(
    fresh_postgres: Stage, doomed_redis: redis.Redis, run_processes: Callable[..., Processes]
) -> None:
    stage = play.tallying(fresh_postgres, CELERY_BROKER_URL=doomed_redis.url)
    processes = run_processes(stage, "worker", "scheduler")
    play.enqueue(stage, 5)
    assert eventually(lambda: play.unfinished() == 0)
    os.kill(pid(doomed_redis), signal.SIGKILL)
    play.enqueue(stage, 20, first=5, milliseconds=20)
    assert eventually(lambda: play.unfinished() == 0, within=10)
    assert set(play.ledger(stage).lines().values()) == {1}
    assert len(play.ledger(stage).lines()) == 25
    assert all(process.poll() is None for process in processes.running.values())


# --- forged messages ---------------------------------------------------------------------------------------------


def envelope(body: bytes, *, task: object = "fulfillment.ring", content_type: str = "application/json") -> bytes:
    """A message as kombu lays it in Redis."""
    tag = str(uuid.uuid4())
    properties: dict[str, Any] = {
        "delivery_tag": tag,
        "delivery_info": {"exchange": "", "routing_key": "umbs"},
        "delivery_mode": 2,
        "body_encoding": "base64",
        "priority": 0,
        "correlation_id": tag,
        "reply_to": tag,
    }
    message = {
        "body": base64.b64encode(body).decode(),
        "content-encoding": "utf-8",
        "content-type": content_type,
        "headers": {"lang": "py", "task": task, "id": tag, "root_id": tag, "parent_id": None, "group": None},
        "properties": properties,
    }
    return json.dumps(message).encode()


class Trap:
    """What a pickle would do on arrival."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.file, "w")


def arguments(*args: object) -> bytes:
    return json.dumps([list(args), {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]).encode()


def forge(client: Client, trap: str) -> None:
    for forged in (
        envelope(arguments("1; DROP TABLE fulfillment_job")),
        envelope(arguments(987_654_321)),
        envelope(arguments()),
        envelope(arguments(1, 2, 3)),
        envelope(b"[[1], {}"),
        envelope(arguments(1), task="os.system"),
        envelope(arguments(1), task=None),
        envelope(pickle.dumps(Trap(trap)), content_type="application/x-python-serialize"),
    ):
        client.lpush("umbs", forged)


def test_it_begins_again_after_noise_in_the_queue(
    fresh_postgres: Stage, redis_server: redis.Redis, run_processes: Callable[..., Processes]
) -> None:
    """Celery itself ends on the first and the last of these; nothing but the rings is lost."""
    stage = play.tallying(fresh_postgres, UMBS_JOB_STALE_SECONDS="3600")
    with redis_server.client() as client:
        client.lpush("umbs", b"not json at all", b"{}", b'{"body": 1}', envelope(b'"a string"'), b"[]")
        processes = run_processes(stage, "worker", "scheduler")
        play.enqueue(stage, 3, milliseconds=1)
        assert eventually(lambda: play.unfinished() == 0, within=40)
        assert client.llen("umbs") == 0
    assert processes.running["worker"].poll() is None
    assert "begins again" in processes.log("worker")


def test_it_obeys_no_forged_message(
    fresh_postgres: Stage, redis_server: redis.Redis, run_processes: Callable[..., Processes]
) -> None:
    stage, trap = play.tallying(fresh_postgres), fresh_postgres.var / "trap"
    with redis_server.client() as client:
        forge(client, str(trap))
        processes = run_processes(stage, "worker")
        assert eventually(lambda: client.llen("umbs") == 0)
        play.enqueue(stage, 3, milliseconds=1)
        forge(client, str(trap))
    assert eventually(lambda: play.unfinished() == 0, within=20)
    assert play.ledger(stage).lines().total() == 3
    assert not trap.exists()
    assert processes.running["worker"].poll() is None
    assert "a doorbell for an unknown job was ignored" in processes.log("worker")
