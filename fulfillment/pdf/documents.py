"""What each document says: frozen plain values, independent of the database. A document is printed from nothing else.

Rights, states and kinds are the words of the API ("access", "answer", "email"); words.py turns them into sentences.
Texts that come from the law files or from staff (grounds, reasons, derivations) arrive in the language of the letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

Period = tuple[int, str]  # length and unit as in the law files: (60, "calendar_days")


@dataclass(frozen=True)
class Addressee:
    """Whose window it shows in: the name and the postal lines below it (none when it is handed over, not posted)."""

    name: str
    lines: tuple[str, ...] = ()


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
    """Why a request was refused: the law's sentence, what staff explain beyond it, and the law itself."""

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


@dataclass(frozen=True, kw_only=True)
class Letter(Document):
    addressee: Addressee


@dataclass(frozen=True, kw_only=True)
class AcknowledgementLetter(Letter):
    """Receipt, how the request is handled, how identity is shown, when the answer comes (11 CCR 7021(a)).

    `identity` is the level that the law asks for; `status_page` is empty for people who cannot receive its code.
    """

    template = "acknowledgement"

    clocks: tuple[Clock, ...]
    identity: str
    status_page: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtensionLetter(Letter):
    template = "extension"

    reason: str
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class DenialLetter(Letter):
    """A refusal: its ground, what the person can still do, the appeal, the regulator (11 CCR 7022(f), 7024(e))."""

    template = "denial"

    ground: Ground
    identity_unproven: bool = False
    offer_opt_out: bool = False
    appeal: Appeal | None = None
    regulator: Regulator | None = None


@dataclass(frozen=True, kw_only=True)
class CoverLetter(Letter):
    """Lies on top of the printed package that goes by post to people without an e-mail address that is on file."""

    template = "cover"

    package: Package | None = None


@dataclass(frozen=True, kw_only=True)
class OptOutLetter(Letter):
    """Confirms that an opt-out was carried out, and where (11 CCR 7026(g))."""

    template = "opt_out"

    systems: tuple[SystemResult, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WithdrawalLetter(Letter):
    template = "withdrawal"


@dataclass(frozen=True, kw_only=True)
class MessageLetter(Letter):
    """Says that a message waits, without the message: an envelope is no safer a place than a mailbox."""

    template = "message"


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
    "log",
)


@dataclass(frozen=True, kw_only=True)
class RecordOfFulfilment(Document):
    """What happened to a request, filed on every way out. Names nobody: the reference ties it to the case file."""

    template = "record"

    outcome: str
    channel: str
    answered_on: date | None = None
    grounds: tuple[Ground, ...] = ()
    clocks: tuple[Clock, ...] = ()
    identity: Identity | None = None
    searches: tuple[Search, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    package: Package | None = None
    systems: tuple[SystemResult, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    approvals: tuple[Approval, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    linked: tuple[str, ...] = ()
    merged_into: str = ""
    log: Log | None = None

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
