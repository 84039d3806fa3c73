"""One example of every letter but of those that tell of a deletion or a correction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from fulfillment.pdf.documents import (
    AcknowledgementLetter,
    AuthorityLetter,
    Clock,
    CodeLetter,
    CoverLetter,
    Declarant,
    DenialLetter,
    ExtensionLetter,
    MessageLetter,
    OptInLetter,
    OptOutLetter,
    ReferralLetter,
    WithdrawalLetter,
)
from tests.fulfillment.papers.parts import (
    ACKNOWLEDGE,
    ADA,
    ALLOW_SALE,
    ANSWER,
    CARRIED_OUT,
    CATEGORIES,
    DECIDED,
    HELD_FOR_HILLSIDE,
    LETTER,
    LIMIT,
    PACKAGE,
    REMEDIES,
    STOP_SALE,
    SUPPRESSED,
    SYSTEMS,
    UNPROVEN,
)

ACKNOWLEDGEMENT: Final = AcknowledgementLetter(
    **LETTER,
    clocks=(ACKNOWLEDGE, ANSWER),
    identity="high",
    status_page="privacy.umbs.example/requests/status/",
)
POSTED_ACKNOWLEDGEMENT: Final = replace(ACKNOWLEDGEMENT, status_page="", signs=Declarant("Ada Quill", "Ada Quill"))
OPT_OUT_ACKNOWLEDGEMENT: Final = AcknowledgementLetter(
    **STOP_SALE,
    addressee=ADA,
    identity="none",
    clocks=(replace(CARRIED_OUT, ended="", ended_on=None),),
)
EXTENSION: Final = ExtensionLetter(
    **{**LETTER, "issued_at": datetime(2026, 12, 10, 15, 0, tzinfo=UTC)},
    reason="One of the systems that may hold information about you, an archive of scanned letters, has to be read by "
    "hand. Two people are doing so, and they will not be done by the first date.",
    mailed_by=date(2026, 12, 17),
    clock=Clock(
        kind="answer",
        due_on=date(2027, 1, 31),
        extended_from=date(2026, 12, 17),
        derivation=(
            "We received your request on November 2, 2026 (day 0).",
            "45 calendar days from then: December 17, 2026.",
            "One extension of 45 calendar days: January 31, 2027. (Cal. Civ. Code 1798.130(a)(2)(A); 11 CCR 7021(b))",
        ),
    ),
)
DENIAL: Final = DenialLetter(
    **{**LETTER, "issued_at": datetime(2026, 12, 1, 15, 0, tzinfo=UTC)},
    ground=UNPROVEN,
    identity_unproven=True,
    offer_opt_out=True,
    **REMEDIES,
)
COVER: Final = CoverLetter(**{**LETTER, "issued_at": DECIDED}, package=PACKAGE, pages=12)
CATEGORIES_COVER: Final = CoverLetter(**CATEGORIES, addressee=ADA, package=PACKAGE, pages=2)
OPT_OUT: Final = OptOutLetter(**STOP_SALE, addressee=ADA, systems=SYSTEMS, suppressions=(SUPPRESSED,))
LIMITED: Final = OptOutLetter(
    **LIMIT, addressee=ADA, systems=SYSTEMS[:2], suppressions=(replace(SUPPRESSED, purpose="limit_sensitive"),)
)
WITHDRAWAL: Final = WithdrawalLetter(**LETTER)
MESSAGE: Final = MessageLetter(**LETTER)
CODE: Final = CodeLetter(**LETTER, code="407218", until=date(2026, 11, 24))
REFERRAL: Final = ReferralLetter(**LETTER, referrals=(HELD_FOR_HILLSIDE,))
OPT_IN: Final = OptInLetter(**ALLOW_SALE, addressee=ADA)
AUTHORITY: Final = AuthorityLetter(**LETTER)
