"""The record of fulfilment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fulfillment.pdf.documents.correction import Correction
from fulfillment.pdf.documents.deletion import Deletion, Referral
from fulfillment.pdf.documents.parts import (
    COPIES,
    Approval,
    Clock,
    Delivery,
    Document,
    Ground,
    Identity,
    Log,
    Package,
    Search,
    Suppression,
    SystemResult,
    Withheld,
)

SECTIONS = (
    "grounds",
    "deletion",
    "corrections",
    "referrals",
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
    deletion: Deletion | None = None
    corrections: tuple[Correction, ...] = ()
    referrals: tuple[Referral, ...] = ()
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
    def releases(self) -> bool:
        """A copy was asked for, so that it matters how much of what was found went out."""
        return self.right in COPIES

    @property
    def found(self) -> int:
        return sum(search.found for search in self.searches)

    @property
    def kept_back(self) -> int:
        return sum(search.withheld for search in self.searches)

    @property
    def released(self) -> int:
        return sum(search.released for search in self.searches)
