"""A correction of which one item stays as it is."""

from __future__ import annotations

from typing import Final

from fulfillment.pdf.documents import (
    CorrectedPlace,
    Correction,
    CorrectionLetter,
    Disputed,
    Ground,
)
from tests.fulfillment.papers.parts import ADA, CORRECT, REMEDIES

CORRECTIONS: Final = (
    Correction(
        number=1,
        result="corrected",
        places=(
            CorrectedPlace(source="CRM and marketing leads", where="contacts (phone)", result="corrected", rows=1),
            CorrectedPlace(
                source="Archive of statements",
                where="statements (phone)",
                result="deferred",
                rows=2,
                why="This archive can neither delete nor change a single entry.",
                then="What it holds about you ends with the archive.",
                owner="IT operations",
            ),
        ),
        said=Disputed(what="phone number", stands="916-555-0142", should_be="916-555-0124"),
    ),
    Correction(
        number=2,
        result="refused",
        ground=Ground(
            title="The information is more likely accurate",
            text="Having weighed everything, we find it more likely than not that the information is accurate.",
            citation="11 CCR 7023(b)",
        ),
        said=Disputed(
            what="date of visit",
            stands="March 3, 2025",
            should_be="March 5, 2025",
            explanation="The signed form of the practice bears the first date.",
            health=True,
            origins=(("Billing database", ("partner", "public")),),
        ),
    ),
)
CORRECTION: Final = CorrectionLetter(**CORRECT, addressee=ADA, corrections=CORRECTIONS, **REMEDIES)
