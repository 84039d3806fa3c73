"""The house that the stories play in: one for all of them on the embedded default, one for each as in production."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.services.processes import Processes, processes
from tests.services.stage import Stage, stage
from tests.stories.house import House, furnish, open_house
from umbs_privacy.demo.databases import DATABASES, EVERY
from umbs_privacy.servers.mariadb import MariaDB
from umbs_privacy.servers.postgres import Postgres


@contextlib.contextmanager
def on_sqlite(
    sources: Iterable[str], template: Path, var: Path, blocker: DjangoDbBlocker, chromium: Browser
) -> Iterator[House]:
    """A house furnished once, in which everything is on SQLite."""
    shutil.copy(template, var / "db.sqlite3")
    set_up = stage(var, f"sqlite:///{var / 'db.sqlite3'}")
    urls = {key: f"sqlite:///{var / key}.sqlite3" if key in EVERY else "" for key in sources}
    with blocker.unblock(), set_up.django():
        password = furnish(set_up, urls)
    with processes(set_up) as running:
        house = open_house(chromium, running, urls, password)
        yield house
        house.send_home()


@pytest.fixture(scope="package")
def shared_house(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
    chromium: Browser,
) -> Iterator[House]:
    """The ordinary sources: a story that changes anything is about somebody of its own (people.py)."""
    var = tmp_path_factory.mktemp("house")
    with on_sqlite(DATABASES, sqlite_template, var, django_db_blocker, chromium) as house:
        yield house


@pytest.fixture(scope="package")
def shared_company(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
    chromium: Browser,
) -> Iterator[House]:
    """All eight sources of the demo company, the clinic's charts, the archive and the cabinet among them."""
    var = tmp_path_factory.mktemp("company")
    with on_sqlite([*EVERY, "cabinet"], sqlite_template, var, django_db_blocker, chromium) as house:
        yield house


@pytest.fixture
def eight(shared_company: House, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    with django_db_blocker.unblock(), shared_company.stage.django():
        yield shared_company
        shared_company.say_goodbye()


@pytest.fixture
def embedded(shared_house: House, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """The test's own Django works in the shared house, too, and commits."""
    with django_db_blocker.unblock(), shared_house.stage.django():
        yield shared_house


@pytest.fixture
def production(
    fresh_postgres: Stage,
    postgres_server: Postgres,
    mariadb_server: MariaDB,
    run_processes: Callable[..., Processes],
    chromium: Browser,
) -> Iterator[House]:
    """Cases on PostgreSQL with Redis; of the sources, two on PostgreSQL and two on MariaDB."""
    postgres = {key: postgres_server.create() for key in ("billing", "analytics")}
    mariadb = {key: mariadb_server.create() for key in ("crm", "hr")}
    urls = {key: postgres_server.url(name, scheme="postgresql+psycopg") for key, name in postgres.items()}
    urls |= {key: mariadb_server.url(name) for key, name in mariadb.items()}
    set_up = replace(fresh_postgres, env=fresh_postgres.env | {"UMBS_EGRESS_ALLOW": "127.0.0.1"})
    password = furnish(set_up, urls)
    house = open_house(chromium, run_processes(set_up), urls, password)
    yield house
    house.send_home()
    for name in postgres.values():
        postgres_server.drop(name)
    for name in mariadb.values():
        mariadb_server.drop(name)


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """Consumers close their browsers after the story; the staff stay at their desks."""
    chosen: House = request.getfixturevalue(request.param)
    yield chosen
    chosen.say_goodbye()
