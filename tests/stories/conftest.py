"""The house that the stories play in, once on the embedded default and once as in production."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from tests.services.mariadb import MariaDB
from tests.services.postgres import Postgres
from tests.services.processes import Processes
from tests.services.stage import Stage
from tests.stories.house import House, furnish, open_house
from umbs_privacy.demo.databases import DATABASES


@pytest.fixture
def embedded(fresh_sqlite: Stage) -> tuple[Stage, dict[str, str]]:
    """Everything on SQLite."""
    return fresh_sqlite, {key: f"sqlite:///{fresh_sqlite.var / key}.sqlite3" for key in DATABASES}


@pytest.fixture
def production(
    fresh_postgres: Stage, postgres_server: Postgres, mariadb_server: MariaDB
) -> Iterator[tuple[Stage, dict[str, str]]]:
    """Cases on PostgreSQL with Redis; of the sources, two on PostgreSQL and two on MariaDB."""
    postgres = {key: postgres_server.create() for key in ("billing", "analytics")}
    mariadb = {key: mariadb_server.create() for key in ("crm", "hr")}
    urls = {key: postgres_server.url(name, scheme="postgresql+psycopg") for key, name in postgres.items()}
    urls |= {key: mariadb_server.url(name) for key, name in mariadb.items()}
    yield replace(fresh_postgres, env=fresh_postgres.env | {"UMBS_EGRESS_ALLOW": "127.0.0.1"}), urls
    for name in postgres.values():
        postgres_server.drop(name)
    for name in mariadb.values():
        mariadb_server.drop(name)


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.postgres)])
def house(
    request: pytest.FixtureRequest, run_processes: Callable[..., Processes], chromium: Browser
) -> Iterator[House]:
    stage, urls = request.getfixturevalue(request.param)
    password = furnish(stage, urls)
    yield open_house(chromium, run_processes(stage), urls, password)
    for context in chromium.contexts:
        context.close()
