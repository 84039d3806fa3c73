"""One example of the record of each kind of request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from fulfillment.pdf.documents import (
    Approval,
    Clock,
    Delivery,
    Identity,
    Log,
    RecordOfFulfilment,
    Search,
    Withheld,
)
from tests.fulfillment.papers.corrections import CORRECTIONS
from tests.fulfillment.papers.deletions import MIXED
from tests.fulfillment.papers.parts import (
    ACKNOWLEDGE,
    ALLOW_SALE,
    ANSWER,
    CALIFORNIA,
    CARRIED_OUT,
    CASE,
    CATEGORIES,
    CORRECT,
    DECIDED,
    DELETE,
    HELD_FOR_HILLSIDE,
    LIMIT,
    PACKAGE,
    STOP_SALE,
    SUPPRESSED,
    SYSTEMS,
    UNPROVEN,
)

RECORD: Final = RecordOfFulfilment(
    **{**CASE, "issued_at": DECIDED},
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
    **STOP_SALE,
    outcome="fulfilled",
    channel="phone",
    answered_on=date(2026, 11, 4),
    clocks=(CARRIED_OUT,),
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
DELETION_RECORD: Final = RecordOfFulfilment(
    **DELETE,
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
CORRECTION_RECORD: Final = replace(
    DELETION_RECORD,
    right="correct",
    law=CORRECT["law"],
    deletion=None,
    suppressions=(),
    deliveries=(Delivery(what="correction_done", medium="mail", state="sent", on=date(2026, 12, 3)),),
    corrections=tuple(replace(item, said=None) for item in CORRECTIONS),
)
PORTABLE_RECORD: Final = replace(RECORD, right="portability", linked=())
CATEGORIES_RECORD: Final = replace(
    RECORD,
    right="know_categories",
    law=CATEGORIES["law"],
    identity=Identity(required="reasonable", reached="reasonable", proven_by=("code", "match")),
    searches=tuple(replace(search, withheld=0, released=0) for search in RECORD.searches),
    withheld=(),
    linked=(),
)
THIRD_PARTIES_RECORD: Final = replace(
    CATEGORIES_RECORD,
    right="third_party_list",
    law=f"{CALIFORNIA} (Company policy: the third parties that received information)",
    deliveries=(Delivery(what="ready", medium="post", state="to_post"),),
)
LIMIT_RECORD: Final = replace(
    OPT_OUT_RECORD,
    right="limit_sensitive",
    law=LIMIT["law"],
    systems=SYSTEMS[:2],
    suppressions=(replace(SUPPRESSED, purpose="limit_sensitive"),),
)
OPT_IN_RECORD: Final = replace(
    OPT_OUT_RECORD,
    right="opt_in_sale_sharing",
    law=ALLOW_SALE["law"],
    channel="web",
    systems=SYSTEMS[:1],
    suppressions=(),
    deliveries=(Delivery(what="opt_in_done", medium="mail", state="sent", on=date(2026, 11, 4)),),
)
