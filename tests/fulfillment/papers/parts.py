"""What the examples have in common: the request of Ada Quill, whom we made up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from fulfillment.pdf.documents import (
    Addressee,
    Appeal,
    Clock,
    Ground,
    Package,
    Provider,
    Referral,
    Regulator,
    Suppression,
    SystemResult,
)

ADA: Final = Addressee("Ada Quill", ("4521 Willow Creek Drive, Apt 12B", "Sacramento, CA 95814"))
CALIFORNIA: Final = "California Consumer Privacy Act"
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
    "law": f"{CALIFORNIA} (Cal. Civ. Code 1798.100, 1798.110; 11 CCR 7024)",
    "received_on": date(2026, 11, 2),
    "issued_at": datetime(2026, 11, 4, 15, 30, tzinfo=UTC),
}
LETTER: Final[dict[str, Any]] = {**CASE, "addressee": ADA}
UNPROVEN: Final = Ground(
    title="Identity not proven",
    text="We could not confirm that the request came from you, so we disclosed and changed nothing.",
    citation="11 CCR 7024(a), 7062(c)",
    explanation="The facts you gave us matched two of the points that we hold; three are needed.",
)
PACKAGE: Final = Package(
    name="umbs-privacy-7K4M-29QF-X.zip",
    size=482_133,
    sha256="3f7a9c0d51e2b8467d20a1c4f5e6978801b2c3d4e5f60718293a4b5c6d7e8f90",
)
SYSTEMS: Final = (
    SystemResult(system="CRM and marketing leads", result="written", on=date(2026, 11, 4)),
    SystemResult(system="Web analytics", result="not_capable", on=date(2026, 11, 4)),
    SystemResult(system="Billing database", result="not_found", on=date(2026, 11, 4)),
)
SUPPRESSED: Final = Suppression(
    purpose="opt_out_sale_sharing", since=date(2026, 11, 4), do_not_ask_until=date(2027, 11, 4)
)
HILLSIDE: Final = Provider("Hillside Clinic", "privacy@hillside.example")
HELD_FOR_HILLSIDE: Final = Referral(
    source="Claims of Hillside Clinic",
    provider="Hillside Clinic (privacy@hillside.example)",
    told_on=date(2026, 11, 5),
    answer_by=date(2026, 12, 7),
)
APPEAL: Final = Appeal(within=(60, "calendar_days"), answered_within=(45, "calendar_days"))
REGULATOR: Final = Regulator(
    "the California Privacy Protection Agency or the California Attorney General",
    "cppa.ca.gov/webapplications/complaint, oag.ca.gov",
)
REMEDIES: Final[dict[str, Any]] = {"appeal": APPEAL, "regulator": REGULATOR}
DECIDED: Final = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)


def asking(right: str, law: str, **more: Any) -> dict[str, Any]:
    """The same request for another right; `law`: the sections that give it."""
    return {**CASE, "right": right, "law": f"{CALIFORNIA} ({law})", **more}


DELETE: Final = asking("delete", "Cal. Civ. Code 1798.105; 11 CCR 7022", issued_at=DECIDED)
CORRECT: Final = asking("correct", "Cal. Civ. Code 1798.106; 11 CCR 7023", issued_at=DECIDED)
CATEGORIES: Final = asking("know_categories", "Cal. Civ. Code 1798.110; 11 CCR 7024", issued_at=DECIDED)
STOP_SALE: Final = asking("opt_out_sale_sharing", "Cal. Civ. Code 1798.120; 11 CCR 7026")
LIMIT: Final = asking("limit_sensitive", "Cal. Civ. Code 1798.121; 11 CCR 7027")
ALLOW_SALE: Final = asking("opt_in_sale_sharing", "Cal. Civ. Code 1798.135(c)(4); 11 CCR 7028")
CARRIED_OUT: Final = Clock(
    kind="opt_out",
    due_on=date(2026, 11, 24),
    ended="met",
    ended_on=date(2026, 11, 4),
    derivation=("15 business days, counted from Tue 2026-11-03. (11 CCR 7026(f))",),
)
