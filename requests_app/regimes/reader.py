"""Reads one law file. Every fault is told with file, line and key, all faults of a file at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from requests_app.regimes.schema import Kind, WrittenLaw

_LAW = TypeAdapter(WrittenLaw)
_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\-]+)\s*=")
_SYNTAX = re.compile(r"^(.*) \(at line (\d+), column \d+\)$")
_SAID = {"unexpected_keyword_argument": "unknown key", "missing": "is missing"}

Place = tuple[str | int, ...]


class LawFileError(ValueError):
    """What is wrong with the law files, one `file:line: key: fault` a line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def read(path: Path) -> WrittenLaw:
    """The law as written. LawFileError when the file is not TOML, or says what a law file cannot say."""
    text = path.read_text(encoding="utf-8")
    try:
        law = _LAW.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.match(str(error))
        line, said = (int(found[2]), found[1]) if found else (len(text.splitlines()), str(error))
        raise LawFileError([f"{path.name}:{line}: {said}"]) from error
    except ValidationError as error:
        faults = [(fault["loc"], _SAID.get(fault["type"], fault["msg"])) for fault in error.errors()]
        raise LawFileError([_fault(path, text, place, said) for place, said in faults]) from error
    if faults := list(_contradictions(law, path)):
        raise LawFileError([_fault(path, text, place, said) for place, said in faults])
    return law


def _contradictions(law: WrittenLaw, path: Path) -> Iterator[tuple[Place, str]]:
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


def _fault(path: Path, text: str, place: Place, said: str) -> str:
    key = ".".join(str(part) for part in place if part != "[key]") or "file"
    return f"{path.name}:{_line(text, place)}: {key}: {said.removeprefix('Value error, ')}"


def _line(text: str, place: Place) -> int:
    """The line of this key, or of the nearest table above it (tomllib keeps no positions)."""
    lines = _lines(text)
    return next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), 1)


def _lines(text: str) -> dict[Place, int]:
    lines: dict[Place, int] = {}
    tables: dict[str, int] = {}
    current: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            name = header[2].strip()
            current = tuple(name.split("."))
            if header[1] == "[[":
                tables[name] = tables.get(name, -1) + 1
                current = (*current, tables[name])
            lines.setdefault(current, number)
        elif key := _KEY.match(line):
            lines.setdefault((*current, *key[1].split(".")), number)
    return lines
