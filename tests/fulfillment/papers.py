"""One example of every document, about Ada Quill, whom we made up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from fulfillment.pdf.documents import (
    AcknowledgementLetter,
    Addressee,
    Appeal,
    Approval,
    Clock,
    CoverLetter,
    Delivery,
    DenialLetter,
    Document,
    ExtensionLetter,
    Ground,
    Identity,
    Package,
    RecordOfFulfilment,
    Regulator,
    Search,
    Suppression,
    SystemResult,
    Withheld,
)

ADA: Final = Addressee("Ada Quill", ("4521 Willow Creek Drive, Apt 12B", "Sacramento, CA 95814"))
CALIFORNIA: Final = "California Consumer Privacy Act"
ANSWER: Final = Clock(
    kind="answer",
    due_on=date(2026, 12, 17),
    derivation=("Received on November 2, 2026 (day 0)", "45 calendar days: December 17, 2026"),
    citation="Cal. Civ. Code 1798.130(a)(2); 11 CCR 7021(b)",
)
ACKNOWLEDGE: Final = Clock(
    kind="acknowledge",
    due_on=date(2026, 11, 17),
    derivation=("10 business days from November 2, 2026; November 11 is a holiday",),
    citation="11 CCR 7021(a)",
)
CASE: Final[dict[str, Any]] = {
    "reference": "7K4M-29QF-X",
    "right": "access",
    "law": CALIFORNIA,
    "received_on": date(2026, 11, 2),
    "issued_at": datetime(2026, 11, 4, 15, 30, tzinfo=UTC),
}
LETTER: Final[dict[str, Any]] = {**CASE, "addressee": ADA}

ACKNOWLEDGEMENT: Final = AcknowledgementLetter(
    **LETTER,
    asked="Please send me everything you have about me, also what came from the clinic's website.",
    clocks=(ACKNOWLEDGE, ANSWER),
    identity_steps=(
        "We compare facts that you gave us with what our systems hold.",
        "You type a code that we send to an address we already have for you.",
        "You sign a declaration that you are the person whose information you ask for.",
    ),
    status_page="privacy.umbs.example/requests/status/",
)
OPT_OUT_ACKNOWLEDGEMENT: Final = AcknowledgementLetter(
    **{**LETTER, "right": "opt_out_sale_sharing"},
    clocks=(
        Clock(
            kind="opt_out",
            due_on=date(2026, 11, 24),
            derivation=("15 business days from November 2, 2026; November 11 is a holiday",),
            citation="11 CCR 7026(f)",
        ),
    ),
)
EXTENSION: Final = ExtensionLetter(
    **{**LETTER, "issued_at": datetime(2026, 12, 10, 15, 0, tzinfo=UTC)},
    reason="One of the systems that may hold information about you, an archive of scanned letters, has to be read by "
    "hand. Two people are doing so, and they will not be done by the first date.",
    clock=Clock(
        kind="answer",
        due_on=date(2027, 1, 31),
        extended_from=date(2026, 12, 17),
        derivation=(
            "We received your request on November 2, 2026 (day 0).",
            "45 calendar days from then: December 17, 2026.",
            "One extension of 45 calendar days, 90 in all: January 31, 2027.",
        ),
        citation="Cal. Civ. Code 1798.130(a)(2)(A); 11 CCR 7021(b)",
    ),
)
DENIAL: Final = DenialLetter(
    **{**LETTER, "issued_at": datetime(2026, 12, 1, 15, 0, tzinfo=UTC)},
    grounds=(
        Ground(
            text="We could not make sure, to the degree that the law asks for, that the request came from the person "
            "whose information it is about. The facts you gave us matched two of the points that we hold, and three "
            "are needed before we send out specific pieces of information.",
            citation="11 CCR 7024(a), 7062(c)",
        ),
    ),
    can_do=(
        "Ask again at any time, with one more fact: an account number, or an earlier address or phone number.",
        "Call us. We can call you back at a number that we already have and read you a code.",
        "Ask us which categories of information we hold. For that, two matching points are enough.",
    ),
    appeal=Appeal(
        within_days=60,
        answered_within_days=45,
        how="Write to the address above, call us, or use the status page, and say why you think the decision is wrong.",
    ),
    regulators=(
        Regulator("California Privacy Protection Agency", "cppa.ca.gov/webapplications/complaint"),
        Regulator("Attorney General of California", "oag.ca.gov/report"),
    ),
)
PARTIAL_DENIAL: Final = DenialLetter(
    **{**LETTER, "issued_at": datetime(2026, 12, 1, 15, 0, tzinfo=UTC)},
    partial=True,
    grounds=(
        Ground(
            concerns="Billing records",
            text="We must keep records that support claims for seven years. We use them for nothing else.",
            citation="42 CFR 424.516(f)",
        ),
        Ground(
            concerns="Notes that also speak of other people",
            text="Two notes are about another person as much as about you. We gave you the parts that are about you.",
            citation="Cal. Civ. Code 1798.145(k)",
        ),
    ),
    offer_opt_out_at="privacy.umbs.example/privacy-choices/",
)
COVER: Final = CoverLetter(
    **{**LETTER, "issued_at": datetime(2026, 12, 3, 15, 0, tzinfo=UTC)},
    enclosures=("Your personal information, 14 pages", "Record of fulfillment, 2 pages"),
    code="482 913",
    code_valid_until=datetime(2026, 12, 24, 18, 0, tzinfo=UTC),
    collect_at="privacy.umbs.example/requests/status/",
)
RECORD: Final = RecordOfFulfilment(
    **{**CASE, "issued_at": datetime(2026, 12, 3, 15, 0, tzinfo=UTC)},
    asked="Please send me everything you have about me, also what came from the clinic's website.",
    outcome="fulfilled",
    channel="web",
    answered_on=date(2026, 12, 3),
    clocks=(
        Clock(**{**vars(ACKNOWLEDGE), "ended_on": date(2026, 11, 2)}),
        Clock(**{**vars(ANSWER), "ended_on": date(2026, 12, 3)}),
    ),
    identity=Identity(required="high", reached="high", proven_by=("code", "match", "declaration")),
    searches=(
        Search(
            source="Billing database",
            searched=True,
            identifiers=("email", "phone", "account"),
            finished_on=date(2026, 11, 5),
            found=212,
            withheld=3,
            released=209,
        ),
        Search(
            source="CRM and marketing leads",
            searched=True,
            identifiers=("email", "phone"),
            finished_on=date(2026, 11, 6),
            attempts=3,
            found=38,
            released=38,
        ),
        Search(
            source="Web analytics",
            searched=True,
            identifiers=("email",),
            finished_on=date(2026, 11, 5),
            found=117,
            released=117,
        ),
        Search(source="Personnel records", searched=True, identifiers=("email",), finished_on=date(2026, 11, 5)),
        Search(source="Archive of scanned letters", searched=False, why_not="not_searchable"),
        Search(source="Claims of Hillside Clinic", searched=False, why_not="referred"),
    ),
    withheld=(
        Withheld(label="SSN", count=2, rule="never disclosed: 11 CCR 7024(d)"),
        Withheld(label="HEALTH_PLAN_ID", count=14, rule="never disclosed: 11 CCR 7024(d)"),
        Withheld(label="PERSON", count=9, rule="about somebody else"),
    ),
    package=Package(sha256="3f7a9c0d51e2b8467d20a1c4f5e6978801b2c3d4e5f60718293a4b5c6d7e8f90", size=482_133, files=23),
    approvals=(
        Approval(role="analyst", initials="B. O.", on=datetime(2026, 12, 2, 16, 0, tzinfo=UTC)),
        Approval(role="officer", initials="C. R.", on=datetime(2026, 12, 2, 21, 0, tzinfo=UTC)),
    ),
    deliveries=(Delivery(how="portal", on=date(2026, 12, 3), fetched=1),),
)
OPT_OUT_RECORD: Final = RecordOfFulfilment(
    **{**CASE, "right": "opt_out_sale_sharing"},
    outcome="fulfilled",
    channel="phone",
    answered_on=date(2026, 11, 4),
    clocks=(
        Clock(
            kind="opt_out",
            due_on=date(2026, 11, 24),
            ended_on=date(2026, 11, 4),
            derivation=("15 business days from November 2, 2026; November 11 is a holiday",),
            citation="11 CCR 7026(f)",
        ),
    ),
    systems=(
        SystemResult(system="CRM and marketing leads", result="written", on=date(2026, 11, 4)),
        SystemResult(system="Web analytics", result="not_capable", on=date(2026, 11, 4)),
        SystemResult(system="Billing database", result="not_found", on=date(2026, 11, 4)),
    ),
    suppressions=(
        Suppression(purpose="opt_out_sale_sharing", since=date(2026, 11, 4), do_not_ask_until=date(2027, 11, 4)),
    ),
)
REFUSED_RECORD: Final = RecordOfFulfilment(
    **{**CASE, "issued_at": datetime(2026, 12, 1, 15, 0, tzinfo=UTC)},
    outcome="unverified",
    channel="api",
    answered_on=date(2026, 12, 1),
    clocks=(Clock(**{**vars(ANSWER), "ended_on": date(2026, 12, 1)}),),
    identity=Identity(required="high", reached="channel", proven_by=("code",)),
    grounds=DENIAL.grounds,
)

ALL: Final[dict[str, Document]] = {
    "acknowledgement": ACKNOWLEDGEMENT,
    "acknowledgement-opt-out": OPT_OUT_ACKNOWLEDGEMENT,
    "extension": EXTENSION,
    "denial": DENIAL,
    "denial-partial": PARTIAL_DENIAL,
    "cover": COVER,
    "record": RECORD,
    "record-opt-out": OPT_OUT_RECORD,
    "record-refused": REFUSED_RECORD,
}
