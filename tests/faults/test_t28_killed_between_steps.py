"""T28: wherever a worker dies inside a deletion, no row is erased twice, none is left, and each step is told once.

What a `kill -9` leaves behind is what was committed. So the worker is ended behind each commit in turn, ours and the
sources': every state that a kill at any moment can leave. `test_erase_killed.py` does it to a real process.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings
from django.utils import timezone
from sqlalchemy.engine.default import DefaultDialect

from fulfillment import jobs
from fulfillment.models import Effect, EffectState, Job, JobState
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, EventKind
from tests import factories
from tests.fulfillment.deletions import blog, change, planned, shop
from tests.fulfillment.estate import Estate, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
WATCHED = {"blog": ["posts"], "shop": ["people", "orders", "lines", "firms"]}
ERASED = {"posts": [5], "people": [1], "orders": [10, 11], "lines": [100, 101], "firms": [7]}
STEPS = 5


class Killed(BaseException):
    """Not an Exception: nothing of ours may catch it, as nothing catches a SIGKILL."""


class Commits:
    """Counts the commits of this thread, wherever they go, and ends its work behind the one that it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = self.last = 0
        self.thread = threading.get_ident()
        for where, name in ((BaseDatabaseWrapper, "_commit"), (DefaultDialect, "do_commit")):
            monkeypatch.setattr(where, name, self._followed(getattr(where, name)))

    def _followed(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def commit(*args: Any) -> None:
            real(*args)
            self.committed()

        return commit

    def statement(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """What is written outside a transaction is committed at once."""
        answer = execute(sql, *rest)
        if not connection.in_atomic_block and not sql.startswith("SELECT"):
            self.committed()
        return answer

    def committed(self) -> None:
        if threading.get_ident() == self.thread:
            self.count += 1
            if self.count == self.last:
                raise Killed

    def until(self, last: int) -> bool:
        """Work, and die behind this commit; whether it came to that."""
        self.count, self.last = 0, last
        try:
            with connection.execute_wrapper(self.statement):
                work("fulfil")
        except Killed:
            return True
        finally:
            self.last = 0
        return False


def watch(estate: Estate) -> None:
    """Each source writes down itself which of its rows was erased or emptied."""
    for source, tables in WATCHED.items():
        change(estate, source, "CREATE TABLE log (place TEXT, row INTEGER)")
        for table in tables:
            for act in ("DELETE", "UPDATE"):
                noted = f"INSERT INTO log VALUES ('{table}', OLD.id)"
                change(estate, source, f"CREATE TRIGGER {table}_{act} AFTER {act} ON {table} BEGIN {noted}; END")


def erased(folder: Path) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    for source in WATCHED:
        with contextlib.closing(sqlite3.connect(folder / f"{source}.sqlite3")) as database:
            found.update(database.execute("SELECT place, row FROM log").fetchall())
    return found


def copied(databases: list[Path], start: Path, *, back: bool = False) -> None:
    for file in databases:
        ends = (start / file.name, file) if back else (file, start / file.name)
        with contextlib.closing(sqlite3.connect(ends[0])) as one, contextlib.closing(sqlite3.connect(ends[1])) as other:
            one.backup(other)


@pytest.fixture
def approved(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Case]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"], UMBS_COOLING_OFF_HOURS=0):
        estate = Estate(tmp_path)
        blog(estate)
        shop(estate, {"firms": {"on_delete": "pseudonymise"}})
        watch(estate)
        yield factories.approved(planned())


def test_t28_it_goes_on_behind_every_commit(approved: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = tmp_path / "start"
    start.mkdir()
    databases = [tmp_path / "var" / "db.sqlite3", *(tmp_path / f"{source}.sqlite3" for source in WATCHED)]
    copied(databases, start)
    commits = Commits(monkeypatch)
    assert commits.until(0) is False
    every = commits.count
    for last in range(1, every + 1):
        connection.close()
        copied(databases, start, back=True)
        assert commits.until(last), last
        connection.close()
        Job.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))
        jobs.reap()
        work("fulfil")
        case = Case.objects.get(pk=approved.pk)
        assert (case.state, case.outcome) == (State.RECORDING, Outcome.FULFILLED), last
        assert erased(tmp_path) == Counter((place, row) for place, found in ERASED.items() for row in found), last
        told = case.events.filter(kind=EventKind.STEP_DONE).values_list("payload__result", flat=True)
        assert Counter(told) == {"deleted": STEPS - 1, "pseudonymised": 1, "kept": 1}, last
        assert {one.state for one in Effect.objects.all()} == {EffectState.DONE}, last
        assert list(chain.verify(case)) == [], last
    print(f"{every} commits, a kill behind each: 0 rows erased twice, 0 left, 0 steps told twice")
    assert every > 2 * STEPS
