"""A worker that dies inside a deletion leaves it neither half done nor done twice."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from fulfillment.models import Effect, EffectState
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case
from tests import factories
from tests.fulfillment.deletions import blog, planned, rows, step
from tests.fulfillment.estate import Estate
from tests.services.processes import Processes, eventually
from tests.services.stage import Stage

pytestmark = pytest.mark.slow


def test_it_goes_on_where_its_worker_was_killed(
    fresh_sqlite: Stage, tmp_path: Path, run_processes: Callable[..., Processes], settings: Settings
) -> None:
    settings.UMBS_COOLING_OFF_HOURS = 0
    estate = Estate(tmp_path)
    blog(estate)
    case = planned()
    begun = Effect.objects.filter(key__contains=":erase:")
    with contextlib.closing(sqlite3.connect(tmp_path / "blog.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")  # whoever writes now has to wait, so the worker can be met in the act
        factories.approved(case)
        processes = run_processes(fresh_sqlite, "worker", "scheduler")
        assert eventually(begun.filter(state=EffectState.INTENDED).exists), processes.log("worker")
        processes.kill("worker")
        other.rollback()
    assert rows(estate, "blog", "posts") == [5, 6]

    processes.start("worker")
    after = (State.RECORDING, State.CLOSED)
    assert eventually(Case.objects.filter(pk=case.pk, state__in=after).exists, within=60), processes.log("worker")
    assert rows(estate, "blog", "posts") == [6]
    one = step(case, "blog.posts")
    assert (one.result, one.rows_done, one.rows_left) == ("deleted", 1, 0)
    case.refresh_from_db()
    assert case.outcome == Outcome.FULFILLED
    assert [effect.state for effect in begun.all()] == [EffectState.DONE]
