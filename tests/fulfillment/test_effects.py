"""Effects outside our database: intention, act, outcome, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from fulfillment import effects, jobs, models
from fulfillment.models import EffectState
from requests_app.casefile import Superseded

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh_stage")]


class NobodyKnows(Exception):
    pass


class OtherSystem:
    """Does what it is told, and can be asked about it."""

    def __init__(self) -> None:
        self.done = 0
        self.asked = 0
        self.hangs_up: list[str] = []

    def act(self) -> effects.Outcome:
        hang_up = self.hangs_up.pop() if self.hangs_up else ""
        if hang_up == "before":
            raise NobodyKnows
        self.done += 1
        if hang_up == "after":
            raise NobodyKnows
        return {"receipt": self.done}

    def settled(self) -> effects.Outcome | None:
        self.asked += 1
        return {"receipt": self.done} if self.done else None


@pytest.fixture
def other() -> OtherSystem:
    return OtherSystem()


@pytest.fixture
def job() -> Iterator[jobs.Job]:
    with jobs.claim(jobs.enqueue("tally", key="k").pk) as held:
        assert held is not None
        yield held


def once(job: jobs.Job, other: OtherSystem) -> effects.Outcome:
    return effects.once(job, "letter:1", act=other.act, settled=other.settled)


def test_it_acts_once_and_remembers_the_outcome(job: jobs.Job, other: OtherSystem) -> None:
    assert [once(job, other) for _ in range(3)] == [{"receipt": 1}] * 3
    assert (other.done, other.asked) == (1, 0)
    effect = models.Effect.objects.get()
    assert (effect.state, effect.outcome, effect.job_id) == (EffectState.DONE, {"receipt": 1}, job.id)
    assert effect.done_at is not None


@pytest.mark.parametrize("moment", ["before", "after"])
def test_it_asks_the_other_system_when_nobody_knows(job: jobs.Job, other: OtherSystem, moment: str) -> None:
    other.hangs_up = [moment]
    with pytest.raises(NobodyKnows):
        once(job, other)
    assert models.Effect.objects.get().state == EffectState.INTENDED
    assert once(job, other) == {"receipt": 1}
    assert (other.done, other.asked) == (1, 1)


def test_it_writes_the_intention_before_it_acts(job: jobs.Job, other: OtherSystem) -> None:
    def act() -> effects.Outcome:
        assert models.Effect.objects.get().state == EffectState.INTENDED
        return other.act()

    effects.once(job, "letter:1", act=act, settled=other.settled)
    assert other.done == 1


def test_it_refuses_a_holder_who_was_succeeded(job: jobs.Job, other: OtherSystem) -> None:
    models.Job.objects.filter(pk=job.id).update(fence=job.fence + 1)
    with pytest.raises(Superseded):
        once(job, other)
    assert other.done == 0
    assert not models.Effect.objects.exists()


def test_it_refuses_to_act_inside_a_transaction_that_may_be_rolled_back(job: jobs.Job, other: OtherSystem) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        once(job, other)
    assert other.done == 0
