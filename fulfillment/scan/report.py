"""What a scan says: places and classes, never the string itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Classes of trouble; every one stops a release."""

    NEVER = "never-disclose"
    WITHHELD = "withheld-string"
    FORMULA = "formula"
    ACTIVE = "active-content"
    STRUCTURE = "forbidden-structure"
    NAME = "bad-name"
    UNREADABLE = "unreadable"
    BOMB = "too-big"


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding: where, of what class, and the label or structure it concerns."""

    place: str
    kind: Kind
    label: str


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of readable text and where it was read."""

    place: str
    text: str


# What a reader yields: text to search, or a finding it made on the way.
Reader = Iterator[Part | Hit]


@dataclass(frozen=True, slots=True)
class Report:
    """The findings, each once; `skipped` counts withheld strings too short to be searched for."""

    hits: tuple[Hit, ...]
    skipped: int = 0

    @property
    def clean(self) -> bool:
        """Nothing found."""
        return not self.hits

    @classmethod
    def of(cls, hits: Iterable[Hit], skipped: int) -> Report:
        """With repeated findings folded into one."""
        return cls(tuple(dict.fromkeys(hits)), skipped)
