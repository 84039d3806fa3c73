"""What every test may ask for: real servers (started once, when first asked for) and fresh stages on them."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from tests.services import browser, migrated, processes, smtp
from tests.services.stage import Stage, stage
from umbs_privacy.servers import mariadb, postgres, redis

CASE_FILE = Path(__file__).parent / "requests_app"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if CASE_FILE in item.path.parents:
            item.add_marker("casefile")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A page in Spanish leaves its language in the thread; the next test begins in English."""
    with translation.override("en"):
        yield


# --- servers -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    with postgres.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[mariadb.MariaDB]:
    with mariadb.mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[redis.Redis]:
    with redis.redis() as server:
        yield server


@pytest.fixture
def smtp_sink() -> Iterator[smtp.Sink]:
    with smtp.smtp() as sink:
        yield sink


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as started:
        yield started


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 900}) as context:
        yield context


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()


# --- stages ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def kept_between_runs(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pytest's cache; without the cache, one for this run."""
    cache = getattr(pytestconfig, "cache", None)
    return Path(cache.mkdir("migrated")) if cache else tmp_path_factory.mktemp("migrated")


@pytest.fixture(scope="session")
def sqlite_template(kept_between_runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated.sqlite(kept_between_runs, tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_template(
    kept_between_runs: Path, postgres_server: postgres.Postgres, tmp_path_factory: pytest.TempPathFactory
) -> str:
    return migrated.postgres(kept_between_runs, tmp_path_factory.mktemp("template"), postgres_server)


@pytest.fixture(scope="session")
def django_db_setup(sqlite_template: Path, django_db_blocker: DjangoDbBlocker) -> None:
    """Where pytest-django would migrate a database in memory, the one in memory is a copy of the template."""
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = "file:tests?mode=memory&cache=shared"
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(sqlite_template)) as template:
            template.backup(connection.connection)


@pytest.fixture
def fresh_sqlite(sqlite_template: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The embedded default: SQLite, the broker in a folder. The test's own Django works on it too, and commits."""
    var = tmp_path / "var"
    var.mkdir()
    shutil.copy(sqlite_template, var / "db.sqlite3")
    set_up = stage(var, f"sqlite:///{var / 'db.sqlite3'}")
    with django_db_blocker.unblock(), set_up.django():
        yield set_up


@pytest.fixture(scope="session")
def web_process(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[processes.Processes]:
    """One web process for all tests that look at pages; each asks for `site`, which empties its database."""
    var = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, var / "db.sqlite3")
    with processes.processes(stage(var, f"sqlite:///{var / 'db.sqlite3'}"), "web") as running:
        yield running


@pytest.fixture
def site(
    web_process: processes.Processes, sqlite_template: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[processes.Processes]:
    """The web process on a fresh database, on which the test's own Django works too, and commits."""
    with (
        contextlib.closing(sqlite3.connect(sqlite_template)) as template,
        contextlib.closing(sqlite3.connect(web_process.stage.var / "db.sqlite3")) as database,
    ):
        template.backup(database)
    with django_db_blocker.unblock(), web_process.stage.django():
        yield web_process


@pytest.fixture
def fresh_postgres(
    postgres_server: postgres.Postgres,
    postgres_template: str,
    redis_server: redis.Redis,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Stage]:
    """As in production: PostgreSQL, Redis as the broker. The test's own Django works on it too, and commits."""
    name = postgres_server.create(template=postgres_template)
    with redis_server.client() as client:
        client.flushall()
    set_up = stage(tmp_path / "var", postgres_server.url(name), broker_url=redis_server.url)
    with django_db_blocker.unblock(), set_up.django():
        yield set_up
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def fresh_stage(request: pytest.FixtureRequest) -> Stage:
    """The same test on both databases."""
    chosen: Stage = request.getfixturevalue(f"fresh_{request.param}")
    return chosen


@pytest.fixture
def run_processes() -> Iterator[Callable[..., processes.Processes]]:
    """`run_processes(stage, "web", "worker")`: they end with the test."""
    with contextlib.ExitStack() as stack:

        def run(on: Stage, *names: str) -> processes.Processes:
            return stack.enter_context(processes.processes(on, *names))

        yield run
