"""Reads one law file. Every fault is told with file, line and key, all faults of a file at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from requests_app import tomlfile
from requests_app.regimes.schema import Kind, WrittenLaw
from requests_app.tomlfile import Place

_LAW = TypeAdapter(WrittenLaw)


class LawFileError(tomlfile.FileError):
    """What is wrong with the law files, one `file:line: key: fault` a line."""


def read(path: Path) -> WrittenLaw:
    """The law as written. LawFileError when the file is not TOML, or says what a law file cannot say."""
    return tomlfile.read(path, _LAW, error=LawFileError, contradictions=partial(_contradictions, path))


def _contradictions(path: Path, law: WrittenLaw) -> Iterator[tuple[Place, str]]:
    """What the types alone cannot see."""
    if path.stem != law.code.lower():
        yield ("code",), f"{law.code} belongs into {law.code.lower()}.toml"
    yield from _loose_deadlines(law)
    yield from _loose_grounds(law)


def _loose_deadlines(law: WrittenLaw) -> Iterator[tuple[Place, str]]:
    used: set[str] = set()
    for name, right in law.rights.items():
        used.update(right.deadlines)
        for deadline in right.deadlines:
            if deadline not in law.deadlines:
                yield ("rights", name, "deadlines"), f"no [deadlines.{deadline}] in this file"
    for deadline, clock in law.deadlines.items():
        if (clock.kind is Kind.APPEAL) == (deadline in used):
            yield ("deadlines", deadline), "every deadline but an appeal's is used by a right, an appeal's by none"


def _loose_grounds(law: WrittenLaw) -> Iterator[tuple[Place, str]]:
    seen: set[tuple[str, str]] = set()
    for index, ground in enumerate(law.denial_grounds):
        for right in ground.rights:
            if right not in law.rights:
                yield ("denial_grounds", index, "rights"), f"no [rights.{right}] in this file"
            if (ground.code, right) in seen:
                yield ("denial_grounds", index, "code"), f"{ground.code} is there twice for {right}"
            seen.add((ground.code, right))
