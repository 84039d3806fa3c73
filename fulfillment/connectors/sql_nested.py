"""A value inside a document that one column holds: the database narrows the rows down, and each is read and compared.

No two databases read into a document in the same words, so none is asked to.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from fulfillment.connectors.base import Json
from fulfillment.connectors.compare import digits, email_form, phone_forms
from fulfillment.connectors.sql_compare import Digits, Folded

CHUNK = 100

Clause = sa.ColumnElement[bool]


def narrowed(column: sa.ColumnElement[Any], compare: str, values: Sequence[Any]) -> Iterator[Clause]:
    """The rows whose document may hold one of the values; all of them where its text may be written in another way."""
    text = sa.cast(column, sa.Text)
    sought: sa.ColumnElement[str]
    if compare == "phone":
        wanted, sought = sorted(phone_forms(values)), Digits(text)
    else:
        wanted, sought = sorted({str(value).strip().lower() for value in values}), Folded(text)
        if any(json.dumps(value)[1:-1] != value or "/" in value for value in wanted):
            yield column.is_not(None)
            return
    for start in range(0, len(wanted), CHUNK):
        yield sa.or_(*(sought.contains(value, autoescape=True) for value in wanted[start : start + CHUNK]))


def holds(values: Mapping[str, Json], path: str, compare: str, sought: Sequence[Any]) -> bool:
    """Whether one of the values stands at this dotted path, in any element of a list on the way."""
    there = list(_at(dict(values), path.split(".")))
    if compare == "phone":
        forms = phone_forms(sought)
        return any(digits(value) in forms for value in there)
    form = email_form if compare == "email" else str
    return not {form(value) for value in there}.isdisjoint(form(value) for value in sought)


def _at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _at(one, path)
    elif not path:
        yield from () if value is None or isinstance(value, Mapping) else (value,)
    elif isinstance(value, str):
        with contextlib.suppress(ValueError):  # a document that its column holds as text
            inner = json.loads(value)
            yield from _at(inner, path) if isinstance(inner, (list, dict)) else ()
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
