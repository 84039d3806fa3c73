"""A deletion that was carried out in part, in whole, or not at all."""

from __future__ import annotations

from datetime import date
from typing import Final

from fulfillment.pdf.documents import (
    Deletion,
    DeletionLetter,
    Erasure,
    FollowUpLetter,
    Group,
    Remainder,
)
from tests.fulfillment.papers.parts import ADA, DELETE, HILLSIDE, REMEDIES

ERASED: Final = (
    Erasure(
        source="CRM and marketing leads",
        groups=(Group("leads", 3), Group("notes on conversations", 17)),
        result="deleted",
        on=date(2026, 12, 2),
        checked_on=date(2026, 12, 2),
    ),
    Erasure(source="Ledger of payments", groups=(Group("entries", 2),), result="pseudonymised", on=date(2026, 12, 2)),
)
UNREACHED: Final = Remainder(
    source="Web analytics",
    groups=(Group("visits", 41), Group("pages seen", 76)),
    result="deferred",
    title="System could not be reached",
    why="The system could not be reached: it did not answer, although we tried more than once.",
    then="We try again by ourselves until it is done, and write to you.",
    citation="11 CCR 7022(b)(1)",
    rightful=False,
    owner="The team that runs the system",
    blocked_on=date(2026, 12, 2),
    next_try=date(2026, 12, 4),
    waits_for="",
    attempts=5,
)
KEPT: Final = Remainder(
    source="Billing database",
    groups=(Group("invoices", 12, date(2033, 12, 31)), Group("payments", 9, date(2032, 3, 31))),
    result="kept",
    title="Tax and accounting records",
    why="Tax law requires us to keep invoices and payment records.",
    then="When that time is over they are deleted without a new request.",
    citation="26 USC 6001; 26 CFR 1.6001-1(e)",
    rightful=True,
    owner="Finance controller",
    blocked_on=date(2026, 12, 2),
    waits_for="retention_ends",
)
REFERRED: Final = Remainder(
    source="Claims of Hillside Clinic",
    groups=(Group("claims", 8),),
    result="referred",
    title="Health information held for a provider",
    why="We hold this health information only on behalf of your provider or health plan. HIPAA does not let us decide "
    "about it ourselves.",
    then="We pass your request on to them, and tell you whom to ask.",
    citation="45 CFR 164.504(e)",
    rightful=False,
    owner="HIPAA privacy officer",
    waits_for="provider_answers",
    provider=HILLSIDE,
)
MIXED: Final = Deletion(erasures=ERASED, remainders=(KEPT, REFERRED, UNREACHED))
DELETION: Final = DeletionLetter(**DELETE, addressee=ADA, deletion=MIXED, offer_opt_out=True, **REMEDIES)
DELETED: Final = DeletionLetter(**DELETE, addressee=ADA, deletion=Deletion(erasures=ERASED[:1]))
NOTHING_FOUND: Final = DeletionLetter(**DELETE, addressee=ADA, deletion=Deletion())
FAILED_DELETION: Final = DeletionLetter(**DELETE, addressee=ADA, deletion=Deletion(remainders=(UNREACHED,)))
FOLLOW_UP: Final = FollowUpLetter(**DELETE, addressee=ADA, deletion=Deletion(erasures=ERASED[:1]))
STILL_OPEN: Final = FollowUpLetter(**DELETE, addressee=ADA, deletion=Deletion(remainders=(UNREACHED,)))
