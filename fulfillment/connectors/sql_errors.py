"""A driver's error as one of our kinds, with a message that says what to do next and holds no value of anybody's."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import sqlalchemy as sa

from fulfillment.connectors.base import ConnectorError, Kind

REFUSED = "The database refused the user name or the password; give a new connection with sources_apply, then retry."
FORBIDDEN = "The database user may not do this on a mapped table; grant it the right, then retry."
UNREACHABLE = "The database cannot be reached; check that it runs and that the network lets us in."
TIMEOUT = "The database did not answer in time; an index on the searched columns helps."
NO_DATABASE = "The database named in the connection does not exist; correct it with sources_apply, then retry."
NO_TABLE = "A mapped table is no longer in the database; sources_check names it. Correct the data map, then retry."
NO_COLUMN = "A mapped column is no longer in the database; sources_check names it. Correct the data map, then retry."
UNREADABLE = "The database holds a value that cannot be read (wrong encoding or date); its owner must look at it."
NOT_FITTING = "The new value does not fit the column; widen the column or shorten the value, then retry."
CONSTRAINED = (
    "Another record needs one of these, or a column may not be empty; nothing was changed. Correct `on_delete` or "
    "`erase_after` in the data map, then retry."
)
FAILED = "The database reported an error that we do not know; the operator finds its class in the log."

_MESSAGES: dict[Kind, tuple[str, bool]] = {
    Kind.REFUSED: (REFUSED, True),
    Kind.NOT_ALLOWED: (FORBIDDEN, True),
    Kind.UNREACHABLE: (UNREACHABLE, False),
    Kind.TIMEOUT: (TIMEOUT, False),
    Kind.MISCONFIGURED: (NO_DATABASE, True),
    Kind.MISSING_TABLE: (NO_TABLE, True),
    Kind.MISSING_COLUMN: (NO_COLUMN, True),
    Kind.UNREADABLE: (UNREADABLE, True),
    Kind.DOES_NOT_FIT: (NOT_FITTING, True),
    Kind.CONSTRAINT: (CONSTRAINED, True),
    Kind.FAILED: (FAILED, False),
}
_SQLSTATE = {
    "28": Kind.REFUSED,
    "3D": Kind.MISCONFIGURED,
    "42P01": Kind.MISSING_TABLE,
    "3F": Kind.MISSING_TABLE,
    "42703": Kind.MISSING_COLUMN,
    "42501": Kind.NOT_ALLOWED,
    "25006": Kind.NOT_ALLOWED,
    "57014": Kind.TIMEOUT,
    "55P03": Kind.TIMEOUT,
    "22001": Kind.DOES_NOT_FIT,
    "22": Kind.UNREADABLE,
    "23": Kind.CONSTRAINT,
    "08": Kind.UNREACHABLE,
    "57P": Kind.UNREACHABLE,
    "53": Kind.UNREACHABLE,
}
_MYSQL = {
    1045: Kind.REFUSED,
    1698: Kind.REFUSED,
    1044: Kind.NOT_ALLOWED,
    1142: Kind.NOT_ALLOWED,
    1143: Kind.NOT_ALLOWED,
    1792: Kind.NOT_ALLOWED,
    1049: Kind.MISCONFIGURED,
    1146: Kind.MISSING_TABLE,
    1054: Kind.MISSING_COLUMN,
    1265: Kind.DOES_NOT_FIT,
    1406: Kind.DOES_NOT_FIT,
    1048: Kind.CONSTRAINT,
    1062: Kind.CONSTRAINT,
    1451: Kind.CONSTRAINT,
    1452: Kind.CONSTRAINT,
    4025: Kind.CONSTRAINT,
    1205: Kind.TIMEOUT,
    1969: Kind.TIMEOUT,
    3024: Kind.TIMEOUT,
    1040: Kind.UNREACHABLE,
    2002: Kind.UNREACHABLE,
    2003: Kind.UNREACHABLE,
    2006: Kind.UNREACHABLE,
    2013: Kind.UNREACHABLE,
}
_MYSQL_SILENT = frozenset({2003, 2013})
# libpq gives no SQLSTATE for a connection that was not made, and SQLite none at all: only their words are left.
_WORDS: tuple[tuple[str, Kind], ...] = (
    (r"password authentication failed|no password supplied|role .* does not exist|no pg_hba", Kind.REFUSED),
    (r"database .* does not exist|not a database|malformed", Kind.MISCONFIGURED),
    (r"timed? ?out|timeout|interrupted|is locked", Kind.TIMEOUT),
    (r"no such table", Kind.MISSING_TABLE),
    (r"no such column", Kind.MISSING_COLUMN),
    (r"readonly database", Kind.NOT_ALLOWED),
    (r"constraint failed", Kind.CONSTRAINT),
    (r"could not decode", Kind.UNREADABLE),
    (r"unable to open|connection|server closed|could not|refused|no route|network", Kind.UNREACHABLE),
)


def refusal(kind: Kind) -> ConnectorError:
    message, permanent = _MESSAGES[kind]
    return ConnectorError(message, permanent=permanent, kind=kind)


def explained(error: BaseException) -> ConnectorError:
    """The driver's own text may quote rows and passwords; it is read for its kind here and goes no further."""
    cause: Any = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return refusal(_kind(cause))


def _kind(cause: Any) -> Kind:
    text = str(cause).lower()
    number = cause.args[0] if getattr(cause, "args", ()) else None
    if isinstance(number, int) and number in _MYSQL:
        return Kind.TIMEOUT if number in _MYSQL_SILENT and "timed out" in text else _MYSQL[number]
    if state := getattr(cause, "sqlstate", None):
        return next((_SQLSTATE[state[:end]] for end in (5, 3, 2) if state[:end] in _SQLSTATE), Kind.FAILED)
    if isinstance(cause, (UnicodeDecodeError, sqlite3.DataError)):
        return Kind.UNREADABLE
    return next((kind for pattern, kind in _WORDS if re.search(pattern, text)), Kind.FAILED)
