"""The embedded database in a backup: one moment of it, with the case keys cut out into a file of their own."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection


def take(folder: Path, tables: Sequence[str]) -> dict[str, int]:
    """The rows of each table, counted in the copy itself."""
    copy, keys = _copy(folder), _keys(folder)
    with contextlib.closing(sqlite3.connect(_file())) as live:
        live.execute("VACUUM INTO ?", [str(copy)])
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as copied:
        rows = {table: _count(copied, table) for table in tables}
        copied.execute("PRAGMA secure_delete=ON")
        copied.execute("ATTACH ? AS apart", [str(keys)])
        copied.execute("CREATE TABLE apart.requests_app_casekey AS SELECT * FROM main.requests_app_casekey")
        copied.execute("DELETE FROM main.requests_app_casekey")
        copied.execute("DETACH apart")
        copied.execute("VACUUM")
    for file in (copy, keys):
        file.chmod(0o600)
    return rows


def restore(folder: Path) -> None:
    connection.close()
    target = Path(_file())
    if target.exists():
        message = f"There is a database at {target} already: a backup is restored beside what there is."
        raise CommandError(message)
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(_copy(folder))) as copied:
        copied.execute("VACUUM INTO ?", [str(target)])
    target.chmod(0o600)
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as restored:
        restored.execute("ATTACH ? AS apart", [str(_keys(folder))])
        restored.execute("INSERT INTO main.requests_app_casekey SELECT * FROM apart.requests_app_casekey")


def _count(copied: sqlite3.Connection, table: str) -> int:
    query = f'SELECT count(*) FROM "{table}"'  # noqa: S608  # nosec B608 - the name of a table of our own
    number: int = copied.execute(query).fetchone()[0]
    return number


def _file() -> str:
    return str(connection.settings_dict["NAME"])


def _copy(folder: Path) -> Path:
    return folder / "database" / "db.sqlite3"


def _keys(folder: Path) -> Path:
    return folder / "keys" / "case_keys.sqlite3"
