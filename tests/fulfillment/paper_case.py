"""The case of Ada Quill, whom we made up, that every example of a document is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from fulfillment.pdf.documents import Addressee, Clock

ADA: Final = Addressee("Ada Quill", ("4521 Willow Creek Drive, Apt 12B", "Sacramento, CA 95814"))
CALIFORNIA: Final = "California Consumer Privacy Act (Cal. Civ. Code 1798.100, 1798.110; 11 CCR 7024)"
ANSWER: Final = Clock(
    kind="answer",
    due_on=date(2026, 12, 17),
    derivation=(
        "Received Mon 2026-11-02 through the web form: Mon 2026-11-02 is day 0. (Company rule: the day of receipt)",
        "45 calendar days, day 1 is Tue 2026-11-03. Due Thu 2026-12-17. (Cal. Civ. Code 1798.130(a)(2)(A))",
    ),
)
ACKNOWLEDGE: Final = Clock(
    kind="acknowledge",
    due_on=date(2026, 11, 17),
    derivation=(
        "10 business days, counted from Tue 2026-11-03. (11 CCR 7021(a))",
        "Holiday skipped: Veterans Day, Wed 2026-11-11. (5 U.S.C. 6103)",
        "Due Tue 2026-11-17. (11 CCR 7021(a))",
    ),
)
CASE: Final[dict[str, Any]] = {
    "reference": "7K4M-29QF-X",
    "right": "access",
    "law": CALIFORNIA,
    "received_on": date(2026, 11, 2),
    "issued_at": datetime(2026, 11, 4, 15, 30, tzinfo=UTC),
}
LETTER: Final[dict[str, Any]] = {**CASE, "addressee": ADA}
