"""Any SQL database through SQLAlchemy, by its data map; tried on PostgreSQL, MySQL/MariaDB and SQLite.

Names come from the map and are always quoted; values are always bound. Reading happens in one read-only transaction
with a consistent snapshot where the database offers it, and rows are streamed: finish one `find` before the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import sqlalchemy as sa

from fulfillment.connectors import sql_correct, sql_erase, sql_nested, sql_schema
from fulfillment.connectors.base import (
    Act,
    Capability,
    Column,
    Connector,
    ConnectorError,
    Erased,
    Erasure,
    Json,
    Kind,
    Lookup,
    Record,
    Settings,
    Shape,
    Suppressed,
)
from fulfillment.connectors.compare import email_form, phone_forms
from fulfillment.connectors.portable import portable
from fulfillment.connectors.sql_compare import Digits, Folded
from fulfillment.connectors.sql_engine import connect, engine, limited
from fulfillment.connectors.sql_errors import explained
from fulfillment.connectors.sql_schema import Types, live_types, optional_columns
from fulfillment.connectors.sql_values import bindable, type_word

CHUNK = 500
FETCH = 1_000

Clause = sa.ColumnElement[bool]
Table = tuple[str | None, str]


class Sql(Connector):
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.FIND, Capability.SUPPRESS, Capability.CORRECT, Capability.ERASE}
    )

    def __init__(self, settings: Settings, shapes: Sequence[Shape]) -> None:
        super().__init__(settings, shapes)
        self._reader: sa.Connection | None = None
        self._live: sql_schema.Tables | None = None

    def find(self, lookup: Lookup) -> Iterator[Record]:
        shape = self.shapes[lookup.collection]
        with self._explaining():
            reader = self._reading()
            table = _table(shape, self._types(reader, shape))
            ways, overlapping = _ways(table, shape, lookup)
            columns = [sa.type_coerce(table.c[name], sa.types.NullType()) for name in shape.columns]
            seen: set[str] = set()
            for clause, inside in ways:
                for row in self._rows(reader, sa.select(*columns).where(clause)):
                    record = _record(shape, row)
                    if record.key in seen or (inside and not _holds(record, shape, lookup, inside)):
                        continue
                    if overlapping:
                        seen.add(record.key)
                    yield record

    def describe(self) -> list[Column]:
        with self._explaining():
            live = self._reflect(self._reading())
            return [
                Column(shape.collection, name, type_word(kind))
                for shape in self.shapes.values()
                for name, kind in live.get((shape.schema, shape.name), {}).items()
            ]

    def suppress(self, lookup: Lookup, *, lifted: bool = False) -> Suppressed:
        shape = self.shapes[lookup.collection]
        values = shape.unsuppress if lifted else shape.suppress
        if not values:
            return super().suppress(lookup, lifted=lifted)
        if any(map(_is_inside(shape), lookup.keys)):
            message = "No row can be chosen by a value inside a document; give `suppress` a column of its own."
            raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)
        with self._explaining(), connect(engine(self.settings, write=True), self.settings) as writer, writer.begin():
            types = self._types(writer, shape)
            table = _table(shape, types)
            clauses, _ = _clauses(table, shape, lookup)
            if not clauses:
                return Suppressed(0, 0)
            wanted = {table.c[name]: _one(types[name], value) for name, value in values.items()}
            theirs = sa.or_(*clauses)
            differs = sa.or_(*(column.is_distinct_from(value) for column, value in wanted.items()))
            with limited(writer, self.settings.timeout):
                matched = writer.execute(sa.select(sa.func.count()).select_from(table).where(theirs)).scalar_one()
                changed = writer.execute(sa.update(table).where(theirs, differs).values(wanted)).rowcount
            return Suppressed(matched, changed)

    def correct(self, collection: str, keys: Sequence[Mapping[str, Json]], column: str, old: Json, new: str) -> int:
        shape = self.shapes[collection]
        with self._explaining(), connect(engine(self.settings, write=True), self.settings) as writer, writer.begin():
            types = self._types(writer, shape)
            wanted = sql_correct.fitting(shape, types, column, new)
            with limited(writer, self.settings.timeout):
                return sql_correct.replace(writer, _table(shape, types), shape, keys, column, old, wanted)

    def erase(self, erasures: Sequence[Erasure]) -> list[Erased]:
        with self._explaining(), connect(engine(self.settings, write=True), self.settings) as writer, writer.begin():
            targets = [self._target(writer, erasure) for erasure in erasures]
            within = partial(limited, writer, self.settings.timeout)
            return [sql_erase.carry_out(writer, target, within) for target in targets]

    def remaining(self, erasures: Sequence[Erasure]) -> list[int]:
        with self._explaining():
            reader = self._reading()
            within = partial(limited, reader, self.settings.timeout)
            return [sql_erase.remaining(reader, self._target(reader, erasure), within) for erasure in erasures]

    def _target(self, connection: sa.Connection, erasure: Erasure) -> sql_erase.Target:
        shape = self.shapes[erasure.collection]
        types = self._types(connection, shape)
        optional = frozenset[str]()
        if erasure.act is Act.TRIM:
            with limited(connection, self.settings.timeout):
                optional = optional_columns(connection, shape.schema, shape.name)
        return sql_erase.target(_table(shape, types), shape, types, erasure, optional)

    def close(self) -> None:
        self._live = None
        if self._reader is not None:
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                self._reader.close()
            self._reader = None

    def _leave(self) -> None:
        if self._reader is not None:
            sql_schema.forget(self._reader.engine)
        self.close()

    def _reading(self) -> sa.Connection:
        if self._reader is None:
            self._reader = connect(engine(self.settings), self.settings)
        return self._reader

    def _types(self, connection: sa.Connection, shape: Shape) -> Types:
        """The live types of the shape's columns; a table or column that is gone is an error that names it."""
        if self._live is None:
            self._live = self._seen(connection)
        types = self._live.get((shape.schema, shape.name), {})
        if not types:
            message = f"The table '{shape.name}' is no longer in the database; correct the data map, then retry."
            raise ConnectorError(message, permanent=True, kind=Kind.MISSING_TABLE)
        if gone := [name for name in shape.columns if name not in types]:
            message = f"The column '{shape.name}.{gone[0]}' is no longer there; correct the data map, then retry."
            raise ConnectorError(message, permanent=True, kind=Kind.MISSING_COLUMN)
        return types

    def _seen(self, connection: sa.Connection) -> sql_schema.Tables:
        """Who only reads may rely on what was seen a minute ago: a column gone since is an error of the SELECT."""
        if connection is not self._reader:
            return self._reflect(connection)
        tables = {(shape.schema, shape.name) for shape in self.shapes.values()}
        live = sql_schema.recent(connection.engine, tables)
        if live is None:
            live = self._reflect(connection)
            sql_schema.remember(connection.engine, live)
        return live

    def _reflect(self, connection: sa.Connection) -> dict[Table, Types]:
        live: dict[Table, Types] = {}
        with limited(connection, self.settings.timeout):
            for schema in {shape.schema for shape in self.shapes.values()}:
                names = [shape.name for shape in self.shapes.values() if shape.schema == schema]
                live |= {(schema, name): types for name, types in live_types(connection, schema, names).items()}
        return live

    def _rows(self, reader: sa.Connection, statement: sa.Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
        """Stream; the time limit holds for the database's work on each portion, not for the caller's."""
        streamed = statement.execution_options(stream_results=True, max_row_buffer=FETCH)
        with limited(reader, self.settings.timeout):
            result = reader.execute(streamed)
        with contextlib.closing(result):
            while True:
                with limited(reader, self.settings.timeout):
                    portion = result.fetchmany(FETCH)
                if not portion:
                    return
                yield from portion

    @contextlib.contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, UnicodeDecodeError) as error:
            self._leave()
            raise explained(error) from None
        except ConnectorError:
            self._leave()
            raise


def _table(shape: Shape, types: Types) -> sa.TableClause:
    """Only declared names, each quoted whatever it contains."""
    columns = (sa.column(sa.quoted_name(name, quote=True), types[name]) for name in shape.columns)
    schema = sa.quoted_name(shape.schema, quote=True) if shape.schema else None
    return sa.table(sa.quoted_name(shape.name, quote=True), *columns, schema=schema)


def _is_inside(shape: Shape) -> Callable[[str], bool]:
    """Whether a field of the map lies inside a document that one column holds."""
    return lambda name: name not in shape.columns


def _ways(table: sa.TableClause, shape: Shape, lookup: Lookup) -> tuple[list[tuple[Clause, str]], bool]:
    """Each clause, with the field inside a document by which its rows are still to be compared, if there is one."""
    inside = list(filter(_is_inside(shape), lookup.keys))
    plain = {name: values for name, values in lookup.keys.items() if name not in inside}
    clauses, overlapping = _clauses(table, shape, Lookup(lookup.collection, keys=plain))
    ways = [(clause, "") for clause in clauses]
    for name in inside:
        column, compare = table.c[name.partition(".")[0]], shape.compare.get(name, "exact")
        ways += [(clause, name) for clause in sql_nested.narrowed(column, compare, lookup.keys[name])]
    return ways, overlapping or (bool(inside) and len(ways) > 1)


def _holds(record: Record, shape: Shape, lookup: Lookup, name: str) -> bool:
    return sql_nested.holds(record.values, name, shape.compare.get(name, "exact"), lookup.keys[name])


def _clauses(table: sa.TableClause, shape: Shape, lookup: Lookup) -> tuple[list[Clause], bool]:
    """One clause when the values are few; else one for each portion, and whether two of them may find the same row."""
    parts = [part for name, values in lookup.keys.items() for part in _parts(table, shape, name, values)]
    if sum(size for size, _ in parts) <= CHUNK:
        return ([sa.or_(*(clause for _, clause in parts))] if parts else []), False
    return [clause for _, clause in parts], len(lookup.keys) > 1


def _parts(table: sa.TableClause, shape: Shape, name: str, values: Sequence[Any]) -> Iterator[tuple[int, Clause]]:
    column: sa.ColumnElement[Any] = table.c[name]
    compare = shape.compare.get(name, "exact")
    wanted: list[Any]
    if type_word(column.type) not in {"string", "other"}:
        wanted = bindable(column.type, sorted(phone_forms(values)) if compare == "phone" else values)
    elif compare == "email":
        column, wanted = Folded(column), sorted({email_form(value) for value in values if value})
    elif compare == "phone":
        column, wanted = Digits(column), sorted(phone_forms(values))
    else:
        wanted = bindable(column.type, values)
    for start in range(0, len(wanted), CHUNK):
        portion = wanted[start : start + CHUNK]
        yield len(portion), column.in_(sa.bindparam(None, portion, expanding=True, unique=True))


def _one(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    fitting = bindable(kind, [int(value) if isinstance(value, bool) and type_word(kind) != "boolean" else value])
    if not fitting:
        message = "An opt-out value of the data map does not fit its column; correct `suppress`, then retry."
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)
    return fitting[0]


def _record(shape: Shape, row: Sequence[Any]) -> Record:
    values: dict[str, Json] = {name: portable(value) for name, value in zip(shape.columns, row, strict=True)}
    if shape.primary_key:
        key = "/".join(str(values[name]) for name in shape.primary_key)
    else:
        canonical = json.dumps(values, sort_keys=True, ensure_ascii=False)
        key = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Record(shape.collection, key, values)
