"""Reads a TOML file into typed values. Every fault is told with file, line and key, all faults of a file at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

from django.utils.translation import get_language
from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\-]+)\s*=")
_SYNTAX = re.compile(r"^(.*) \(at line (\d+), column \d+\)$")
_SAID = {"unexpected_keyword_argument": "unknown key", "missing": "is missing"}

Place = tuple[str | int, ...]
Written = TypeVar("Written")
Text = Annotated[str, Field(min_length=1)]

CLOSED = ConfigDict(extra="forbid")


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Words:
    """The same in every language that the person may read."""

    en: Text
    es: Text

    def told(self, language: str) -> str:
        return self.es if language == "es" else self.en

    def __str__(self) -> str:
        """In the language of whoever reads this page."""
        return self.told((get_language() or "en").partition("-")[0])


_SPANISH: dict[str, str] = {}


def _noted(value: object) -> object:
    """Written in both languages, as a rule of the company is; it is kept, and known, by its English."""
    if not isinstance(value, dict):
        return value
    words = TypeAdapter(Words).validate_python(value)
    _SPANISH[words.en] = words.es
    return words.en


Bilingual = Annotated[Text, BeforeValidator(_noted)]


def in_language(text: str, language: str) -> str:
    """A law's name or citation is the same in every language, a rule of ours is the reader's; `; ` parts several."""
    if language != "es":
        return text
    return _SPANISH.get(text) or "; ".join(_SPANISH.get(one, one) for one in text.split("; "))


class FileError(ValueError):
    """What is wrong with a file, one `file:line: key: fault` a line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def read(
    path: Path,
    form: TypeAdapter[Written],
    *,
    error: type[FileError],
    contradictions: Callable[[Written], Iterable[tuple[Place, str]]],
) -> Written:
    """The file as written. `error` when it is not TOML or not of this form; `contradictions`: what types cannot see."""
    text = path.read_text(encoding="utf-8")
    try:
        written = form.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        found = _SYNTAX.match(str(fault))
        line, said = (int(found[2]), found[1]) if found else (len(text.splitlines()), str(fault))
        raise error([f"{path.name}:{line}: {said}"]) from fault
    except ValidationError as fault:
        faults = [(each["loc"], _SAID.get(each["type"], each["msg"])) for each in fault.errors()]
        raise error([_fault(path, text, place, said) for place, said in faults]) from fault
    if wrong := list(contradictions(written)):
        raise error([_fault(path, text, place, said) for place, said in wrong])
    return written


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
