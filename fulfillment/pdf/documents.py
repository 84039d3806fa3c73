"""What each document says: frozen plain values, independent of the database. A document is printed from nothing else.

Rights, states and kinds are the words of the API ("access", "answer", "email"); words.py turns them into sentences.
Texts that come from the law files or from staff (grounds, reasons, derivations) arrive in the language of the letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Document:
    """`issued_at` is an aware time: the date printed and the PDF's creation date, so equal input is equal output."""

    template: ClassVar[str]

    reference: str
    right: str
    received_on: date
    issued_at: datetime
    law: str = ""
    asked: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Addressee:
    """Whose window it shows in: the name and the postal lines below it (none when it is handed over, not posted)."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One legal date: what it is for, where it comes from and how it ended."""

    kind: str
    due_on: date
    citation: str
    derivation: tuple[str, ...] = ()
    extended_from: date | None = None
    ended_on: date | None = None

    @property
    def kept(self) -> bool | None:
        return None if self.ended_on is None else self.ended_on <= self.due_on


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Why something was refused or withheld: the detailed basis the law asks for, and the law itself."""

    text: str
    citation: str = ""
    concerns: str = ""


@dataclass(frozen=True)
class Regulator:
    name: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class Appeal:
    within_days: int
    answered_within_days: int
    how: str


# --- letters -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Letter(Document):
    addressee: Addressee


@dataclass(frozen=True, kw_only=True)
class AcknowledgementLetter(Letter):
    """Receipt, how the request is handled, how identity is shown, when the answer comes (11 CCR 7021(a))."""

    template = "acknowledgement"

    clocks: tuple[Clock, ...]
    identity_steps: tuple[str, ...] = ()
    status_page: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtensionLetter(Letter):
    template = "extension"

    reason: str
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class DenialLetter(Letter):
    """A refusal, whole or in part: each ground, what the person can still do, the appeal, the regulator."""

    template = "denial"

    grounds: tuple[Ground, ...]
    partial: bool = False
    can_do: tuple[str, ...] = ()
    appeal: Appeal | None = None
    regulators: tuple[Regulator, ...] = ()
    offer_opt_out_at: str = ""


@dataclass(frozen=True, kw_only=True)
class CoverLetter(Letter):
    """Goes by post to people without e-mail: with a printed package, with a code to collect it, or with both."""

    template = "cover"

    enclosures: tuple[str, ...] = ()
    code: str = ""
    code_valid_until: datetime | None = None
    collect_at: str = ""


# --- the record --------------------------------------------------------------------------------------------------


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
    found: int = 0
    withheld: int = 0
    released: int = 0


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A type of value that was left out of what was released, how often and under which rule."""

    label: str
    count: int
    rule: str


@dataclass(frozen=True, kw_only=True)
class Approval:
    role: str
    initials: str
    on: datetime


@dataclass(frozen=True, kw_only=True)
class Package:
    sha256: str
    size: int
    files: int


@dataclass(frozen=True, kw_only=True)
class Delivery:
    how: str
    on: date | None = None
    fetched: int = 0


@dataclass(frozen=True, kw_only=True)
class SystemResult:
    """An opt-out in one system: done there, passed on, or left to the suppression list."""

    system: str
    result: str
    on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Suppression:
    purpose: str
    since: date
    do_not_ask_until: date | None = None


SECTIONS = (
    "grounds",
    "clocks",
    "identity",
    "searches",
    "withheld",
    "package",
    "systems",
    "suppressions",
    "approvals",
    "deliveries",
)


@dataclass(frozen=True, kw_only=True)
class RecordOfFulfilment(Document):
    """What happened to a request, filed on every way out. Names nobody: the reference ties it to the case file."""

    template = "record"

    outcome: str
    channel: str
    answered_on: date | None
    clocks: tuple[Clock, ...] = ()
    identity: Identity | None = None
    searches: tuple[Search, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    grounds: tuple[Ground, ...] = ()
    package: Package | None = None
    approvals: tuple[Approval, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    systems: tuple[SystemResult, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The templates of the sections that have something to say, in reading order."""
        return tuple(f"pdf/record/{name}.html" for name in SECTIONS if getattr(self, name))

    @property
    def found(self) -> int:
        return sum(search.found for search in self.searches)

    @property
    def kept_back(self) -> int:
        return sum(search.withheld for search in self.searches)

    @property
    def released(self) -> int:
        return sum(search.released for search in self.searches)
