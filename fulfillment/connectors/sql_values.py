"""Values on their way into a query: as the column's type, or not at all."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

BIGGEST_INTEGER = 2**63 - 1


def type_word(column_type: sa.types.TypeEngine[Any]) -> str:
    """A live column's type as one of the words that a data map uses."""
    families: tuple[tuple[type[Any] | tuple[type[Any], ...], str], ...] = (
        (sa.Boolean, "boolean"),
        (sa.Integer, "integer"),
        ((sa.Numeric, sa.Float), "float"),
        ((sa.DateTime, sa.Date), "date"),
        (sa.Time, "time"),
        (sa.JSON, "object"),
        (sa.ARRAY, "array"),
        (sa.Uuid, "uuid"),
        (sa.LargeBinary, "binary"),
        (sa.String, "string"),
    )
    return next((word for family, word in families if isinstance(column_type, family)), "other")


def bindable(column_type: sa.types.TypeEngine[Any], values: Iterable[Any]) -> list[Any]:
    """The values that a column of this type can hold at all; the others cannot be found there and are left out.

    Asking PostgreSQL for the account "A-17" in an integer column is an error; the true answer is "not there".
    """
    word = type_word(column_type)
    found = []
    for value in values:
        with contextlib.suppress(ValueError, TypeError, InvalidOperation, OverflowError):
            found.append(_as(word, value))
    return list(dict.fromkeys(found))


def _as(word: str, value: Any) -> Any:
    if value is None or isinstance(value, (dict, list)):
        raise TypeError
    match word:
        case "integer":
            number = int(str(value))
            if abs(number) > BIGGEST_INTEGER:
                raise OverflowError
            return number
        case "float":
            return Decimal(str(value))
        case "boolean":
            return bool(value)
        case "date":
            return value if isinstance(value, dt.date) else dt.datetime.fromisoformat(str(value))
        case "uuid":
            return uuid.UUID(str(value))
        case "string" | "other":
            text = str(value)
            if "\0" in text:
                raise ValueError
            return text
        case _:
            raise TypeError
