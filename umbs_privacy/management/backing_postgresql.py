"""PostgreSQL in a backup: pg_dump twice under one snapshot, so that every case has its key and every key its case."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from django.core.management.base import CommandError
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

KEYS = "requests_app_casekey"


def take(folder: Path, tables: Sequence[str]) -> dict[str, int]:
    """The rows of each table, counted under the snapshot that is dumped."""
    with psycopg.connect(make_conninfo(**_where())) as held:
        held.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = _one(held, sql.SQL("SELECT pg_export_snapshot()"))
        _run("pg_dump", f"--snapshot={snapshot}", f"--exclude-table-data={KEYS}", f"--file={_database(folder)}")
        _run("pg_dump", f"--snapshot={snapshot}", "--data-only", f"--table={KEYS}", f"--file={_keys(folder)}")
        count = sql.SQL("SELECT count(*) FROM {}")
        return {table: int(str(_one(held, count.format(sql.Identifier(table))))) for table in tables}


def restore(folder: Path) -> None:
    with connection.cursor() as cursor:
        present = connection.introspection.table_names(cursor)
    connection.close()
    if present:
        message = "The configured database is not empty: a backup is restored beside what there is."
        raise CommandError(message)
    for archive in (_database(folder), _keys(folder)):
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(archive))


def _one(held: psycopg.Connection, query: sql.SQL | sql.Composed) -> object:
    row = held.execute(query).fetchone()
    return row[0] if row else None


def _where() -> dict[str, str]:
    values = connection.settings_dict
    return {
        "host": str(values["HOST"]),
        "port": str(values["PORT"] or 5432),
        "user": str(values["USER"]),
        "password": str(values["PASSWORD"]),
        "dbname": str(values["NAME"]),
    }


def _run(program: str, *options: str) -> None:
    """The password goes by the environment: arguments can be read by every user of the machine."""
    found = shutil.which(program) or next(
        (str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), ""
    )
    if not found:
        message = f"{program} is not installed here: take it from the server's own version (docs/backup.md)."
        raise CommandError(message)
    where = _where()
    given = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
    env = os.environ | {name: where[key] for name, key in given.items()}
    command = [found, "--format=custom", f"--dbname={where['dbname']}", *options]
    done = subprocess.run(  # noqa: S603 - a fixed command line, no shell
        command, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"{program} ended with {done.returncode}: {done.stderr.strip()[-400:]}"
        raise CommandError(message)


def _database(folder: Path) -> Path:
    return folder / "database" / "umbs.dump"


def _keys(folder: Path) -> Path:
    return folder / "keys" / "case_keys.dump"
