"""One example of every document, about Ada Quill, whom we made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from fulfillment.pdf.documents import (
    AcknowledgementLetter,
    Appeal,
    Approval,
    AuthorityLetter,
    Clock,
    CodeLetter,
    CorrectedPlace,
    Correction,
    CorrectionLetter,
    CoverLetter,
    Deletion,
    DeletionLetter,
    Delivery,
    DenialLetter,
    Disputed,
    Document,
    Erasure,
    ExtensionLetter,
    FollowUpLetter,
    Ground,
    Group,
    Identity,
    Log,
    MessageLetter,
    OptInLetter,
    OptOutLetter,
    Package,
    Provider,
    RecordOfFulfilment,
    Referral,
    ReferralLetter,
    Regulator,
    Remainder,
    Search,
    Suppression,
    SystemResult,
    WithdrawalLetter,
    Withheld,
)
from tests.fulfillment.paper_case import ACKNOWLEDGE, ANSWER, CASE, LETTER
from tests.fulfillment.papers_to_others import PERMISSION, RULING

ACKNOWLEDGEMENT: Final = AcknowledgementLetter(
    **LETTER,
    clocks=(ACKNOWLEDGE, ANSWER),
    identity="high",
    status_page="privacy.umbs.example/requests/status/",
)
POSTED_ACKNOWLEDGEMENT: Final = replace(ACKNOWLEDGEMENT, status_page="", declare=True)
OPT_OUT_ACKNOWLEDGEMENT: Final = AcknowledgementLetter(
    **{**LETTER, "right": "opt_out_sale_sharing"},
    identity="none",
    clocks=(
        Clock(
            kind="opt_out",
            due_on=date(2026, 11, 24),
            derivation=("15 business days, counted from Tue 2026-11-03. (11 CCR 7026(f))",),
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
            "One extension of 45 calendar days: January 31, 2027. (Cal. Civ. Code 1798.130(a)(2)(A); 11 CCR 7021(b))",
        ),
    ),
)
UNPROVEN: Final = Ground(
    text="We could not confirm that the request came from you, so we disclosed and changed nothing.",
    citation="11 CCR 7024(a), 7062(c)",
    explanation="The facts you gave us matched two of the points that we hold; three are needed.",
)
DENIAL: Final = DenialLetter(
    **{**LETTER, "issued_at": datetime(2026, 12, 1, 15, 0, tzinfo=UTC)},
    ground=UNPROVEN,
    identity_unproven=True,
    offer_opt_out=True,
    appeal=Appeal(within=(60, "calendar_days"), answered_within=(45, "calendar_days")),
    regulator=Regulator(
        "the California Privacy Protection Agency or the California Attorney General",
        "cppa.ca.gov/webapplications/complaint, oag.ca.gov",
    ),
)
PACKAGE: Final = Package(
    name="umbs-privacy-7K4M-29QF-X.zip",
    size=482_133,
    sha256="3f7a9c0d51e2b8467d20a1c4f5e6978801b2c3d4e5f60718293a4b5c6d7e8f90",
)
COVER: Final = CoverLetter(**{**LETTER, "issued_at": datetime(2026, 12, 3, 15, 0, tzinfo=UTC)}, package=PACKAGE)
SYSTEMS: Final = (
    SystemResult(system="CRM and marketing leads", result="written", on=date(2026, 11, 4)),
    SystemResult(system="Web analytics", result="not_capable", on=date(2026, 11, 4)),
    SystemResult(system="Billing database", result="not_found", on=date(2026, 11, 4)),
)
SUPPRESSED: Final = Suppression(
    purpose="opt_out_sale_sharing", since=date(2026, 11, 4), do_not_ask_until=date(2027, 11, 4)
)
OPT_OUT: Final = OptOutLetter(
    **{**LETTER, "right": "opt_out_sale_sharing"}, systems=SYSTEMS, suppressions=(SUPPRESSED,)
)
WITHDRAWAL: Final = WithdrawalLetter(**LETTER)
MESSAGE: Final = MessageLetter(**LETTER)
CODE: Final = CodeLetter(**LETTER, code="407218", until=date(2026, 11, 24))
RECORD: Final = RecordOfFulfilment(
    **{**CASE, "issued_at": datetime(2026, 12, 3, 15, 0, tzinfo=UTC)},
    outcome="fulfilled",
    channel="web",
    answered_on=date(2026, 12, 3),
    clocks=(
        Clock(**{**vars(ACKNOWLEDGE), "ended": "met", "ended_on": date(2026, 11, 2)}),
        Clock(**{**vars(ANSWER), "ended": "met", "ended_on": date(2026, 12, 3)}),
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
        Withheld(kind="Social Security number", count=2, rule="11 CCR 7024(d)"),
        Withheld(kind="health insurance identification number", count=14, rule="11 CCR 7024(d)"),
        Withheld(kind="another person's name", count=9),
    ),
    package=PACKAGE,
    approvals=(
        Approval(role="analyst", initials="B. O.", on=datetime(2026, 12, 2, 16, 0, tzinfo=UTC)),
        Approval(role="officer", initials="C. R.", on=datetime(2026, 12, 2, 21, 0, tzinfo=UTC)),
    ),
    deliveries=(
        Delivery(what="acknowledgement", medium="mail", state="sent", on=date(2026, 11, 2)),
        Delivery(what="ready", medium="mail", state="sent", on=date(2026, 12, 3)),
    ),
    linked=("2W8P-77KD-3",),
    log=Log(events=41, head="9b2c1d0e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"),
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
            ended="met",
            ended_on=date(2026, 11, 4),
            derivation=("15 business days, counted from Tue 2026-11-03. (11 CCR 7026(f))",),
        ),
    ),
    systems=SYSTEMS,
    suppressions=(SUPPRESSED,),
)
REFUSED_RECORD: Final = RecordOfFulfilment(
    **{**CASE, "issued_at": datetime(2026, 12, 1, 15, 0, tzinfo=UTC)},
    outcome="unverified",
    channel="api",
    answered_on=date(2026, 12, 1),
    clocks=(Clock(**{**vars(ANSWER), "ended": "met", "ended_on": date(2026, 12, 1)}),),
    identity=Identity(required="high", reached="channel", proven_by=("code",)),
    grounds=(UNPROVEN,),
)

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
HILLSIDE: Final = Provider("Hillside Clinic", "privacy@hillside.example")
HELD_FOR_HILLSIDE: Final = Referral(
    source="Claims of Hillside Clinic",
    provider="Hillside Clinic (privacy@hillside.example)",
    told_on=date(2026, 11, 5),
    answer_by=date(2026, 12, 7),
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
REMEDIES: Final[dict[str, Any]] = {"appeal": DENIAL.appeal, "regulator": DENIAL.regulator}
DELETE: Final[dict[str, Any]] = {"right": "delete", "issued_at": datetime(2026, 12, 3, 15, 0, tzinfo=UTC)}
MIXED: Final = Deletion(erasures=ERASED, remainders=(KEPT, REFERRED, UNREACHED))
DELETION: Final = DeletionLetter(**{**LETTER, **DELETE}, deletion=MIXED, offer_opt_out=True, **REMEDIES)
DELETED: Final = DeletionLetter(**{**LETTER, **DELETE}, deletion=Deletion(erasures=ERASED[:1]))
NOTHING_FOUND: Final = DeletionLetter(**{**LETTER, **DELETE}, deletion=Deletion())
FAILED_DELETION: Final = DeletionLetter(**{**LETTER, **DELETE}, deletion=Deletion(remainders=(UNREACHED,)))
FOLLOW_UP: Final = FollowUpLetter(**{**LETTER, **DELETE}, deletion=Deletion(erasures=ERASED[:1]))
STILL_OPEN: Final = FollowUpLetter(**{**LETTER, **DELETE}, deletion=Deletion(remainders=(UNREACHED,)))
DELETION_RECORD: Final = RecordOfFulfilment(
    **{**CASE, **DELETE},
    outcome="partly",
    channel="web",
    answered_on=date(2026, 12, 3),
    clocks=(Clock(**{**vars(ANSWER), "ended": "met", "ended_on": date(2026, 12, 3)}),),
    identity=Identity(required="reasonable", reached="reasonable", proven_by=("code", "match")),
    searches=RECORD.searches,
    deletion=MIXED,
    suppressions=(replace(SUPPRESSED, purpose="delete", since=date(2026, 12, 2)),),
    referrals=(HELD_FOR_HILLSIDE,),
    approvals=RECORD.approvals,
    deliveries=(Delivery(what="deletion_done", medium="mail", state="sent", on=date(2026, 12, 3)),),
    log=RECORD.log,
)
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
        ground=Ground(text="The record is accurate as it is.", citation="11 CCR 7023(b)"),
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
CORRECTION: Final = CorrectionLetter(**{**LETTER, "right": "correct"}, corrections=CORRECTIONS, **REMEDIES)
CORRECTION_RECORD: Final = replace(
    DELETION_RECORD,
    right="correct",
    deletion=None,
    corrections=tuple(replace(item, said=None) for item in CORRECTIONS),
)
REFERRAL: Final = ReferralLetter(**LETTER, referrals=(HELD_FOR_HILLSIDE,))
OPT_IN: Final = OptInLetter(**{**LETTER, "right": "opt_in_sale_sharing"})
AUTHORITY: Final = AuthorityLetter(**LETTER)
LARGE_DELETION: Final = replace(DELETION, large=True)
LARGE_ACKNOWLEDGEMENT: Final = replace(ACKNOWLEDGEMENT, large=True)
LARGE_RECORD: Final = replace(RECORD, large=True)
LARGE_DELETION_RECORD: Final = replace(DELETION_RECORD, large=True)
LARGE_OPT_OUT: Final = replace(OPT_OUT, large=True)
LARGE_CORRECTION: Final = replace(CORRECTION, large=True)
LARGE_REFERRAL: Final = replace(REFERRAL, large=True)

ALL: Final[dict[str, Document]] = {
    "acknowledgement": ACKNOWLEDGEMENT,
    "acknowledgement-posted": POSTED_ACKNOWLEDGEMENT,
    "acknowledgement-opt-out": OPT_OUT_ACKNOWLEDGEMENT,
    "extension": EXTENSION,
    "denial": DENIAL,
    "cover": COVER,
    "opt-out": OPT_OUT,
    "withdrawal": WITHDRAWAL,
    "message": MESSAGE,
    "code": CODE,
    "deletion": DELETION,
    "deletion-complete": DELETED,
    "deletion-nothing-found": NOTHING_FOUND,
    "deletion-failed": FAILED_DELETION,
    "follow-up": FOLLOW_UP,
    "follow-up-still-open": STILL_OPEN,
    "correction": CORRECTION,
    "referral": REFERRAL,
    "opt-in": OPT_IN,
    "authority": AUTHORITY,
    "permission": PERMISSION,
    "ruling": RULING,
    "large-acknowledgement": LARGE_ACKNOWLEDGEMENT,
    "large-deletion": LARGE_DELETION,
    "large-record": LARGE_RECORD,
    "large-record-deletion": LARGE_DELETION_RECORD,
    "large-opt-out": LARGE_OPT_OUT,
    "large-correction": LARGE_CORRECTION,
    "large-referral": LARGE_REFERRAL,
    "record-deletion": DELETION_RECORD,
    "record-correction": CORRECTION_RECORD,
    "record": RECORD,
    "record-opt-out": OPT_OUT_RECORD,
    "record-refused": REFUSED_RECORD,
}
