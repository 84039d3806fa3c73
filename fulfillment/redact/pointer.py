"""Places in a record: JSON pointers (RFC 6901) to its leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

LONGEST: Final = 240  # what the case file keeps; what lies deeper is withheld with the part around it

Parts = tuple[str, ...]


def leaves(value: Any, parts: Parts = ()) -> Iterator[tuple[Parts, Any]]:
    """Every value that is not empty, with the names that lead to it, in the order of the record."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, (*parts, str(name)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*parts, str(number)))
    elif value is not None and value != "":
        yield parts, value


def pointer(parts: Parts) -> str:
    """The pointer, of the deepest part around it that the case file can keep."""
    path = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
    return path if len(path) <= LONGEST else pointer(parts[:-1])


def parent_of(values: Any, path: str) -> tuple[Any, Any] | None:
    """The container and the key or index at a pointer; None when the place is not there."""
    parent: Any = None
    key: Any = None
    at = values
    for part in path.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        key = int(name) if isinstance(at, list) and name.isdigit() else name
        there = key in at if isinstance(at, dict) else isinstance(at, list) and isinstance(key, int) and key < len(at)
        if not there:
            return None
        parent, at = at, at[key]
    return (parent, key) if parent is not None else None
