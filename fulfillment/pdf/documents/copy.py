"""The answer on paper, in parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from fulfillment.pdf.documents.parts import Document


@dataclass(frozen=True, kw_only=True)
class Stated:
    """The person's own words on a record that stays as it is."""

    what: str
    text: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One record: its number in its collection, headings with texts, and what the person stated on it."""

    number: int
    fields: tuple[tuple[str, str], ...]
    statements: tuple[Stated, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    source: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class CopyPart(Document):
    """Records by collection; or the `body` of an answer of words, as its page has it."""

    template = "copy"

    part: int = 1
    parts: int = 1
    sections: tuple[Section, ...] = ()
    body: SafeString | None = None
