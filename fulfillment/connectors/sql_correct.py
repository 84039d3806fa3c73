"""Correcting a value in a table: compare and set, by primary key, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from fulfillment.connectors.base import ConnectorError, Json, Kind, Shape
from fulfillment.connectors.dates import date_form
from fulfillment.connectors.sql_errors import refusal
from fulfillment.connectors.sql_schema import Types
from fulfillment.connectors.sql_values import bindable, type_word

CHUNK = 200


def fitting(shape: Shape, types: Types, column: str, new: str) -> Any:
    """The new value as the column's type. ConnectorError when the column may not be written or cannot hold it."""
    if column not in types:
        raise refusal(Kind.MISSING_COLUMN)
    if not shape.primary_key:
        message = (
            f"'{shape.name}' has no primary key in the data map, so its rows cannot be named; add one, then retry."
        )
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)
    if column in shape.read_only or column in shape.primary_key:
        message = f"'{shape.name}.{column}' may only be read, says the data map; its owner has to correct it."
        raise ConnectorError(message, permanent=True, kind=Kind.NOT_ALLOWED)
    kind = types[column]
    limits = [size for size in (getattr(kind, "length", None), shape.lengths.get(column)) if size]
    if type_word(kind) == "string" and limits and len(new) > min(limits):
        raise refusal(Kind.DOES_NOT_FIT)
    typed = _typed(kind, new)
    if not typed:
        raise refusal(Kind.DOES_NOT_FIT)
    return typed[0]


def replace(
    writer: sa.Connection,
    table: sa.TableClause,
    shape: Shape,
    keys: Sequence[Mapping[str, Json]],
    column: str,
    old: Json,
    new: Any,
) -> int:
    """How many of the rows hold the new value afterwards, whoever wrote it."""
    target = table.c[column]
    before = _typed(target.type, old)
    held = 0
    for rows in chosen(table, shape, keys):
        if before:
            writer.execute(sa.update(table).where(rows, target == before[0]).values({target: new}))
        counted = sa.select(sa.func.count()).select_from(table).where(rows, target == new)
        held += writer.execute(counted).scalar_one()
    return held


def chosen(table: sa.TableClause, shape: Shape, keys: Sequence[Mapping[str, Json]]) -> Iterator[sa.ColumnElement[bool]]:
    """The rows of these keys, some at a time; a key that cannot be one of this table's names no row."""
    for start in range(0, len(keys), CHUNK):
        named = [clause for key in keys[start : start + CHUNK] if (clause := one_row(table, shape, key)) is not None]
        if named:
            yield sa.or_(*named)


def one_row(table: sa.TableClause, shape: Shape, key: Mapping[str, Json]) -> sa.ColumnElement[bool] | None:
    """The row of this key; None when it cannot be one of this table's."""
    parts = []
    for name in shape.primary_key:
        typed = bindable(table.c[name].type, [key.get(name)])
        if not typed:
            return None
        parts.append(table.c[name] == typed[0])
    return sa.and_(*parts)


def _typed(kind: sa.types.TypeEngine[Any], value: Json) -> list[Any]:
    """As the column's type, or nothing; a day for a day, since a moment compares as another text in SQLite."""
    day = date_form(value) if type_word(kind) == "date" else None
    typed = bindable(kind, [day or value])
    if isinstance(kind, sa.DateTime) and day:
        return [dt.datetime.combine(day, dt.time())]
    return [one.date() if isinstance(kind, sa.Date) and isinstance(one, dt.datetime) else one for one in typed]
