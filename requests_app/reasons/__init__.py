"""Why something was not deleted or not corrected, in `codes.toml`, read once: `get(code)`, `all()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from requests_app import tomlfile
from requests_app.reasons.schema import Reason, WrittenFile, WrittenReason, contradictions

__all__ = ["FILE", "Reason", "ReasonFileError", "all", "get", "load"]

FILE = Path(__file__).parent / "codes.toml"
_FORM = TypeAdapter(WrittenFile)


class ReasonFileError(tomlfile.FileError):
    """What is wrong with the file of reasons, one `file:line: key: fault` a line."""


def get(code: str) -> Reason:
    """The reason of this code. KeyError names those that there are."""
    reasons = _reasons()
    if code not in reasons:
        message = f"no reason is called {code}; there are {', '.join(reasons)}"
        raise KeyError(message)
    return reasons[code]


def all() -> tuple[Reason, ...]:  # noqa: A001  (read as `reasons.all()`)
    return tuple(_reasons().values())


def load(path: Path) -> Mapping[str, Reason]:
    """Every reason of a file by its code. ReasonFileError lists all that is wrong, line by line."""
    written = tomlfile.read(path, _FORM, error=ReasonFileError, contradictions=contradictions)
    return MappingProxyType(
        {
            code: Reason(code=code, owner_name=written.owners[row.owner], **_as_written(row))
            for code, row in written.codes.items()
        }
    )


def _as_written(row: WrittenReason) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


@cache
def _reasons() -> Mapping[str, Reason]:
    return load(FILE)
