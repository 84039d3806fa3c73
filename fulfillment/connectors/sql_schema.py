"""The live columns of the declared tables and their types, in one question where the database allows it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.mysql.base import ischema_names
from sqlalchemy.engine.reflection import ObjectKind

Types = Mapping[str, sa.types.TypeEngine[Any]]

# SQLAlchemy reflects MySQL by parsing SHOW CREATE TABLE, which loses a column whose name holds a backtick.
MYSQL_COLUMNS = sa.text(
    "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS"
    " WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME IN :names ORDER BY ORDINAL_POSITION",
).bindparams(sa.bindparam("names", expanding=True))
MYSQL_OPTIONAL = sa.text(
    "SELECT COLUMN_NAME FROM information_schema.COLUMNS"
    " WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :name AND IS_NULLABLE = 'YES'",
)


RECENT_SECONDS = 60.0
Tables = Mapping[tuple[str | None, str], Types]

_seen: WeakKeyDictionary[sa.Engine, tuple[float, Tables]] = WeakKeyDictionary()


def recent(engine: sa.Engine, wanted: Iterable[tuple[str | None, str]]) -> Tables | None:
    """What was lately seen of these tables; None when it is time to look again. Good to read by, not to write."""
    at, tables = _seen.get(engine, (-RECENT_SECONDS, {}))
    if time.monotonic() - at > RECENT_SECONDS or any(table not in tables for table in wanted):
        return None
    return tables


def remember(engine: sa.Engine, tables: Tables) -> None:
    _seen[engine] = (time.monotonic(), tables)


def forget(engine: sa.Engine) -> None:
    """After an error: perhaps the schema has changed."""
    _seen.pop(engine, None)


def live_types(connection: sa.Connection, schema: str | None, names: Iterable[str]) -> dict[str, Types]:
    """Table -> column -> type; a table that is absent, or hidden from our user, is absent here."""
    wanted = list(names)
    if connection.dialect.name == "mysql":
        return _mysql(connection, schema, wanted)
    found = sa.inspect(connection).get_multi_columns(schema=schema, filter_names=wanted, kind=ObjectKind.ANY)
    return {table: {column["name"]: column["type"] for column in columns} for (_, table), columns in found.items()}


def optional_columns(connection: sa.Connection, schema: str | None, name: str) -> frozenset[str]:
    """The columns of this table that may be empty."""
    if connection.dialect.name == "mysql":
        return frozenset(connection.execute(MYSQL_OPTIONAL, {"schema": schema, "name": name}).scalars())
    columns = sa.inspect(connection).get_columns(name, schema=schema)
    return frozenset(column["name"] for column in columns if column["nullable"])


def _mysql(connection: sa.Connection, schema: str | None, names: list[str]) -> dict[str, Types]:
    live: dict[str, dict[str, sa.types.TypeEngine[Any]]] = defaultdict(dict)
    for table, column, kind in connection.execute(MYSQL_COLUMNS, {"schema": schema, "names": names}):
        live[table][column] = ischema_names.get(kind, sa.types.NullType)()
    return dict(live)
