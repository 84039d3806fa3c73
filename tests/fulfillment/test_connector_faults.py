"""The line to a source falls silent, is cut or drips (security F14): an answer comes within the limit and 5 s more."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from fulfillment.connectors.base import ConnectorError, Kind, Lookup
from tests.fulfillment.line import Line, line
from tests.fulfillment.systems import System, sql_system
from umbs_privacy.servers.mariadb import MariaDB
from umbs_privacy.servers.postgres import Postgres

pytestmark = pytest.mark.slow

LIMIT = 1.0
MANY = [f"A-{number}" for number in range(450)]


@pytest.fixture(params=["postgresql", "mariadb"])
def system(request: pytest.FixtureRequest) -> Iterator[tuple[System, Line]]:
    server: Postgres | MariaDB = request.getfixturevalue(
        "postgres_server" if request.param == "postgresql" else "mariadb_server"
    )
    name = server.create()
    scheme = "postgresql+psycopg" if request.param == "postgresql" else "mysql+pymysql"
    url = server.url(name, scheme=scheme)
    made = sql_system(url, wrong_password=None, down="")
    with line(server.port) as between:
        made.url = url.replace(f":{server.port}/", f":{between.port}/")
        yield made, between
    for close in made.closing:
        close()
    server.drop(name)


def failure(system: System, between: Line, mode: str) -> tuple[ConnectorError, float]:
    """What the connector says when the line changes after a first good answer, and after how long."""
    with system.open(timeout=LIMIT) as connector:
        assert len(list(connector.find(system.ada))) == 2
        between.mode = mode
        if mode == "cut":
            between.cut()
        begun = time.monotonic()
        with pytest.raises(ConnectorError) as caught:
            list(connector.find(Lookup("patients", {"account": [*MANY, "A-1001", "A-1003"]})))
        waited = time.monotonic() - begun
    return caught.value, waited


def test_it_does_not_wait_for_a_line_that_fell_silent(system: tuple[System, Line]) -> None:
    error, waited = failure(*system, "silent")
    assert error.kind in {Kind.TIMEOUT, Kind.UNREACHABLE}
    assert not error.permanent
    assert waited <= LIMIT + 5


def test_it_says_at_once_that_the_line_was_cut(system: tuple[System, Line]) -> None:
    error, waited = failure(*system, "cut")
    assert (error.kind, error.permanent) == (Kind.UNREACHABLE, False)
    assert waited < 1


def test_it_connects_anew_after_a_failure(system: tuple[System, Line]) -> None:
    made, between = system
    with made.open(timeout=LIMIT) as connector:
        list(connector.find(made.ada))
        between.cut()
        with pytest.raises(ConnectorError):
            list(connector.find(made.ada))
        assert len(list(connector.find(made.ada))) == 2


def test_it_gives_up_while_a_server_drips_its_greeting(system: tuple[System, Line]) -> None:
    made, between = system
    between.mode = "drip"
    begun = time.monotonic()
    with made.open(timeout=LIMIT) as connector, pytest.raises(ConnectorError) as caught:
        connector.describe()
    assert not caught.value.permanent
    assert time.monotonic() - begun <= 2 + LIMIT + 5


def test_it_talks_to_a_system_over_the_line_it_has(system: tuple[System, Line]) -> None:
    made, between = system
    for _ in range(3):
        with made.open(timeout=LIMIT) as connector:
            assert len(list(connector.find(made.ada))) == 2
    assert between.lines == 1


def test_it_takes_another_line_when_the_one_it_has_was_cut_between_two_searches(system: tuple[System, Line]) -> None:
    made, between = system
    for expected in (1, 2):
        with made.open(timeout=LIMIT) as connector:
            assert len(list(connector.find(made.ada))) == 2
        assert between.lines == expected
        between.cut()


def test_it_shares_no_line_with_the_process_it_was_forked_from(system: tuple[System, Line]) -> None:
    made, between = system
    with made.open(timeout=LIMIT) as connector:
        list(connector.find(made.ada))
    child = os.fork()
    if not child:
        with made.open(timeout=LIMIT) as connector:
            os._exit(len(list(connector.find(made.ada))))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert between.lines == 2
    with made.open(timeout=LIMIT) as connector:
        assert len(list(connector.find(made.ada))) == 2
    assert between.lines == 2, "what the child closed is not ours"


def test_it_sees_at_once_what_has_changed_since_the_last_search(system: tuple[System, Line]) -> None:
    """A search relies for a minute on the columns that it saw; the database itself says when one is gone."""
    made, _ = system
    with made.open(timeout=LIMIT) as connector:
        list(connector.find(made.ada))
    assert made.lose_column is not None
    made.lose_column()
    for _ in range(2):
        with made.open(timeout=LIMIT) as connector, pytest.raises(ConnectorError) as caught:
            list(connector.find(made.ada))
        assert (caught.value.kind, caught.value.permanent) == (Kind.MISSING_COLUMN, True)
