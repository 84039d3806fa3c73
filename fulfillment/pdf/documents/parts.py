"""What documents are made of, and what every one of them says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

COPIES = frozenset({"access", "portability"})
Period = tuple[int, str]  # length and unit as in the law files: (60, "calendar_days")


@dataclass(frozen=True)
class Addressee:
    """Whose window it shows in: the name and the postal lines below it (none when it is handed over, not posted)."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declarant:
    """Who signs; `capacity` is empty for the person, else parent, guardian or executor of `person`."""

    name: str
    person: str
    capacity: str = ""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One legal date: what it is for, where it comes from, and whether it is `met`, `met_late`, `stopped` or open."""

    kind: str
    due_on: date
    derivation: tuple[str, ...] = ()
    extended_from: date | None = None
    ended: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Why a request was refused: in a few words, in the law's sentence, and the law itself; and what staff explain."""

    title: str
    text: str
    citation: str
    explanation: str = ""


@dataclass(frozen=True)
class Regulator:
    name: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class Appeal:
    within: Period
    answered_within: Period | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    required: str
    reached: str
    proven_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Search:
    """One source: searched with which kinds of identifiers and with what result, or why not."""

    source: str
    searched: bool
    why_not: str = ""
    identifiers: tuple[str, ...] = ()
    finished_on: date | None = None
    attempts: int = 1
    unread: int = 0
    found: int = 0
    withheld: int = 0
    released: int = 0


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A kind of value that was left out, how often, and the law that forbids it (none: it is about somebody else)."""

    kind: str
    count: int
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class Approval:
    role: str
    initials: str
    on: datetime


@dataclass(frozen=True, kw_only=True)
class Package:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A letter or mail of the case, how it went and when; `state` tells why there is no day yet."""

    what: str
    medium: str
    state: str
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SystemResult:
    """An opt-out in one system: done there, passed on, or left to the suppression list."""

    system: str
    result: str
    on: date | datetime


@dataclass(frozen=True, kw_only=True)
class Suppression:
    purpose: str
    since: date | datetime
    do_not_ask_until: date


@dataclass(frozen=True, kw_only=True)
class Log:
    """The hash chain of the case's events as it stood: with it, a later change of the log can be shown."""

    events: int
    head: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """`issued_at` is an aware time: the date printed and the PDF's creation date, so equal input is equal output."""

    template: ClassVar[str]

    reference: str
    right: str
    received_on: date
    issued_at: datetime
    law: str
    since: date | None = None
    kept_months: int = 24
    language: str = "en"
    large: bool = False  # printed for somebody who asked for large print
