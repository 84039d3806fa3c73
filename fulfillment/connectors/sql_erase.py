"""Erasing rows of a table by primary key: gone, emptied, trimmed, or without what identifies anybody; counted again.

A stand-in value is made of the row's own key, so that doing it twice changes nothing, a unique column stays unique,
and what is still to do can be counted. It says nothing about the person that the key does not say.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from fulfillment.connectors.base import Act, ConnectorError, Erased, Erasure, Json, Kind, Shape
from fulfillment.connectors.sql_correct import chosen, one_row
from fulfillment.connectors.sql_schema import Types
from fulfillment.connectors.sql_values import type_word

STAND_IN = "removed-"
NO_DAY = dt.date(2000, 1, 1)  # a day that every database can hold
TOGETHER = 50  # rows that get values of their own in one statement: the database looks through all of them for each row

Clause = sa.ColumnElement[bool]
Limit = Callable[[], AbstractContextManager[None]]
Values = dict[sa.ColumnClause[Any], sa.ColumnElement[Any] | None]


@dataclass(frozen=True, slots=True)
class Target:
    """An erasure together with the live table that it is meant for, and its columns that may be empty."""

    table: sa.TableClause
    shape: Shape
    types: Types
    erasure: Erasure
    optional: frozenset[str]

    @property
    def columns(self) -> Sequence[str]:
        """Those that it changes."""
        return self.erasure.columns if self.erasure.act is Act.TRIM else self.shape.personal


def target(
    table: sa.TableClause, shape: Shape, types: Types, erasure: Erasure, optional: frozenset[str] = frozenset()
) -> Target:
    """ConnectorError when the data map does not let this be done to the table. `optional`: what may be empty."""
    to = Target(table, shape, types, erasure, optional)
    if not shape.primary_key:
        message = (
            f"'{shape.name}' has no primary key in the data map, so its rows cannot be named; add one, then retry."
        )
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)
    if shape.append_only and erasure.act in {Act.DELETE, Act.TRIM}:
        message = f"'{shape.name}' is append-only, says the data map; single rows cannot be deleted or trimmed."
        raise ConnectorError(message, permanent=True, kind=Kind.NOT_ALLOWED)
    if erasure.act is Act.DELETE:
        return to
    if not to.columns:
        message = f"No field of '{shape.name}' is personal, says the data map, so none can be emptied; correct it."
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)
    if fixed := sorted(set(to.columns) & shape.read_only):
        message = f"'{shape.name}.{fixed[0]}' may only be read, says the data map; its owner has to empty it."
        raise ConnectorError(message, permanent=True, kind=Kind.NOT_ALLOWED)
    return to


def carry_out(writer: sa.Connection, to: Target, within: Limit) -> Erased:
    """Inside the caller's transaction; the time limit is for each portion, since a person may have many rows."""
    before = left = 0
    for rows, values in _portions(to):
        unfinished = _unfinished(rows, values)
        with within():
            found = _count(writer, to, unfinished)
            if found:
                change = sa.update(to.table).values(_replaced(to, values)) if values else sa.delete(to.table)
                writer.execute(change.where(rows))
            left += _count(writer, to, unfinished)
        before += found
    return Erased(before, left)


def remaining(reader: sa.Connection, to: Target, within: Limit) -> int:
    left = 0
    for rows, values in _portions(to):
        with within():
            left += _count(reader, to, _unfinished(rows, values))
    return left


def _portions(to: Target) -> Iterator[tuple[Clause, Values]]:
    """Some rows at a time and what their columns are to hold: nothing where they go."""
    if to.erasure.act in {Act.DELETE, Act.NULL}:
        emptied: Values = {} if to.erasure.act is Act.DELETE else {_column(to, name): None for name in to.columns}
        for rows in chosen(to.table, to.shape, to.erasure.keys):
            yield rows, emptied
        return
    for start in range(0, len(to.erasure.keys), TOGETHER):
        keys = to.erasure.keys[start : start + TOGETHER]
        named = [(row, key) for key in keys if (row := one_row(to.table, to.shape, key)) is not None]
        if named:
            values: Values = {_column(to, name): _stand_ins(to, name, named) for name in to.columns}
            yield sa.or_(*(row for row, _ in named)), values


def _stand_ins(
    to: Target, name: str, named: Sequence[tuple[Clause, Mapping[str, Json]]]
) -> sa.ColumnElement[Any] | None:
    """The column's value in each of these rows, in one expression; None where it is to be empty."""
    kind = to.types[name]
    wanted = [(row, _stand_in(to, name, key)) for row, key in named]
    values = {value for _, value in wanted}
    if None in values:
        return None
    if len(values) == 1:
        return sa.literal(values.pop(), kind)
    return sa.case(*((row, sa.literal(value, kind)) for row, value in wanted))


def _column(to: Target, name: str) -> sa.ColumnClause[Any]:
    column: sa.ColumnClause[Any] = to.table.c[name]
    return column


def _unfinished(rows: Clause, values: Values) -> Clause:
    """The rows among these that have still something to erase. Empty, or its stand-in, is nothing."""
    if not values:
        return rows
    held = (
        column.is_not(None) if value is None else sa.and_(column.is_not(None), column != value)
        for column, value in values.items()
    )
    return sa.and_(rows, sa.or_(*held))


def _replaced(to: Target, values: Values) -> dict[Any, Any]:
    """An empty column stays empty: a value there would say that there had been one."""
    return {
        column: sa.null()
        if value is None or column.name in to.optional
        else sa.case((column.is_(None), None), else_=value)
        for column, value in values.items()
    }


def _count(connection: sa.Connection, to: Target, rows: Clause) -> int:
    counted = sa.select(sa.func.count()).select_from(to.table).where(rows)
    return int(connection.execute(counted).scalar_one())


def _stand_in(to: Target, name: str, key: Mapping[str, Json]) -> Any:
    """A value of the column's type that identifies nobody; None where there is none, and where it would be a tie."""
    kind, mark = to.types[name], _mark(to.shape.collection, tuple(sorted(key.items())))
    word = "" if name in to.shape.ties or isinstance(kind, sa.Enum) else type_word(kind)
    match word:
        case "string":
            limits = [size for size in (getattr(kind, "length", None), to.shape.lengths.get(name)) if size]
            longest = min(limits, default=len(mark))
            whole = f"{STAND_IN}{mark[:16]}"
            return whole if len(whole) <= longest else mark[:longest]
        case "uuid":
            return uuid.UUID(mark[:32])
        case "integer" | "float":
            return 0
        case "boolean":
            return False
        case "date":
            return dt.datetime.combine(NO_DAY, dt.time()) if isinstance(kind, sa.DateTime) else NO_DAY
        case _:
            return None


@lru_cache(maxsize=2 * TOGETHER)  # one row's mark serves all of its columns
def _mark(collection: str, key: tuple[tuple[str, Json], ...]) -> str:
    signed = json.dumps([collection, key], default=str)
    return hashlib.sha256(signed.encode()).hexdigest()
