"""What a source holds, as values that JSON and UTF-8 can carry and a person can read."""

from __future__ import annotations

import base64
import datetime as dt
import math
from typing import Any

from fulfillment.connectors.base import Json


def clean(text: str) -> str:
    """Half a surrogate pair, from a damaged document or an old file name, becomes a mark."""
    if text.isascii():  # nearly all of it, and ten times quicker to see than to mend
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def portable(value: Any) -> Json:
    """An instant keeps its offset, bytes say that they are bytes, what is unknown is its text."""
    match value:
        case str():
            return clean(value)
        case int() | None:
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            raw = bytes(value)
            return {"bytes": len(raw), "base64": base64.b64encode(raw).decode("ascii")}
        case dict():
            return {clean(str(key)): portable(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [portable(item) for item in value]
        case _:
            return clean(str(value))
