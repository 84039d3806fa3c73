"""Cases in a state, brought there by the real services: nothing is written past the one door."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from django.utils import timezone

from requests_app.casefile import correcting, deliver, write
from requests_app.casefile.correcting import Found
from requests_app.casefile.types import FoundBatch, FoundRecord, Holder, ProposedRedaction
from requests_app.lifecycle import OPT_OUTS, Right, State
from requests_app.models import Case, Channel, Evidence, OneTimeCode, Redaction
from requests_app.permissions import Role, Verb, consumer, staff
from requests_app.services import codes, identity, intake, review
from requests_app.services.disputed import DisputedFact
from requests_app.services.intake import Asked
from requests_app.services.notices import content
from requests_app.services.person import PersonFacts
from requests_app.services.transition import move
from tests.characters import ADA, user

_fences = itertools.count(1)
ROWS = (
    FoundRecord("billing.accounts", "1", {"name": "Ada Quillfeather", "ssn": "900-12-3456", "note": "spoke with Bo"}),
    FoundRecord("billing.accounts", "2", {"name": "Ada Quillfeather", "ssn": "900-12-3456", "note": "nothing"}),
)
PROPOSALS = (
    ProposedRedaction(0, "/ssn", 0, 0, "SSN", "NEVER", "map"),
    ProposedRedaction(0, "/note", 11, 13, "PERSON", "OTHER", "cue"),
    ProposedRedaction(1, "/ssn", 0, 0, "SSN", "NEVER", "map"),
)
WRONG_PLACE = Found(
    number=1,
    source_key="billing",
    source_name="Billing",
    collection="billing.accounts",
    column="phone",
    rows=({"key": {"id": 1}, "old": "(214) 555-0199"},),
    origin=("direct", "lead_generation"),
    proposed=True,
)


def holder(case: Case) -> Holder:
    """The newest job of the case's present state."""
    case.refresh_from_db()
    return Holder(case.id, case.entry, next(_fences))


def opened(
    right: str = Right.ACCESS, *, person: PersonFacts = ADA, residence: str = "US-CA", channel: str = Channel.WEB
) -> Case:
    """Fresh from intake: VERIFYING, or FULFILLING where no identity is asked."""
    wrong = (DisputedFact("Phone number", "214-555-0199", "214-555-0107"),) if right == Right.CORRECT else ()
    return intake.open_case(
        Asked(right, person, residence=residence, channel=channel, relationship="patient", corrections=wrong)
    )


def code_for(case: Case, purpose: OneTimeCode.Purpose = OneTimeCode.Purpose.STATUS) -> str:
    """Send a code and read it off the mail that waits to be sent."""
    codes.send(case, purpose, by=consumer(case.id))
    notice = case.notices.filter(kind="code").latest("ordered_at")
    return str(content(notice)["parameters"]["code"])


def prove(
    case: Case, *, kinds: Sequence[str] = ("email", "phone", "date_of_birth", "account"), signed: bool = True
) -> Case:
    """The consumer confirms the address, signs, and the sources agree with `kinds`."""
    if signed:
        identity.sign_later(case_id=case.id, by=consumer(case.id), signed_name="Ada Quillfeather", signed_from="")
    codes.enter(case.reference, code_for(case), [OneTimeCode.Purpose.STATUS])
    write.record_match(case.id, kinds=kinds, on_file=["email:0"] if "email" in kinds else [])
    case.refresh_from_db()
    return case


def batch(collection: str, rows: Sequence[FoundRecord], sequence: int = 0) -> FoundBatch:
    return FoundBatch(collection, sequence, [row.line() for row in rows])


def gather(case: Case, rows: Sequence[FoundRecord] = ROWS) -> Case:
    by = holder(case)
    write.open_search(by, source_key="billing", source_name="Billing", state="pending")
    write.start_search(by, source_key="billing")
    write.add_batches(by, source_key="billing", batches=[batch("billing.accounts", rows)])
    write.search_answered(
        by,
        source_key="billing",
        identifiers_used={"email": 1},
        collections=[{"collection": "billing.accounts", "rows": len(rows)}],
    )
    write.stage_finished(by)
    case.refresh_from_db()
    return case


def located(case: Case, *found: Found) -> Case:
    """The machine has looked where the wrong values stand: a correction comes into review."""
    by = holder(case)
    correcting.located(by, found or (WRONG_PLACE,))
    write.stage_finished(by)
    case.refresh_from_db()
    return case


def propose(case: Case, proposals: Sequence[ProposedRedaction] = PROPOSALS) -> Case:
    by = holder(case)
    for batch in case.batches.all():
        write.propose_redactions(by, batch_id=batch.id, proposals=proposals)
    write.stage_finished(by)
    case.refresh_from_db()
    return case


def ruled(case: Case, *, by: Role = Role.ANALYST) -> Case:
    """Every proposal accepted by one member of staff, who has thereby prepared the release."""
    waiting = case.redactions.filter(status=Redaction.Status.PROPOSED).values_list("id", flat=True)
    review.rule(case_id=case.id, by=staff(user(by)), redactions=list(waiting), withhold=True)
    case.refresh_from_db()
    return case


def approved(case: Case) -> Case:
    """Two different officers, neither of whom ruled."""
    for name in ("cleo", "cato"):
        case.refresh_from_db()
        review.approve(case_id=case.id, by=staff(user(Role.OFFICER, name)), digest=case.content_digest)
    case.refresh_from_db()
    return case


def package(case: Case, *, scan_passed: bool = True) -> Case:
    by = holder(case)
    deliver.attach_deliverable(
        by,
        kind="package",
        name=f"{case.reference}.zip",
        content_type="application/zip",
        parts=[b"PK...", b"the package"],
        scan_passed=scan_passed,
        key=f"{case.id}:package:{case.entry}",
    )
    return case


def fulfilled(case: Case) -> Case:
    if case.right not in OPT_OUTS:
        package(case)
    write.fulfilled(holder(case), outcome="fulfilled")
    case.refresh_from_db()
    return case


def closed(case: Case) -> Case:
    by = holder(case)
    deliver.attach_deliverable(
        by,
        kind="record",
        name=f"{case.reference}-record.pdf",
        content_type="application/pdf",
        parts=[b"%PDF-1.7"],
        scan_passed=True,
        key=f"{case.id}:record:{case.entry}",
    )
    write.stage_finished(by)
    case.refresh_from_db()
    return case


ROAD = {
    State.VERIFYING: prove,
    State.GATHERING: gather,
    State.REDACTING: propose,
    State.IN_REVIEW: lambda case: approved(ruled(case)),
    State.FULFILLING: fulfilled,
    State.RECORDING: closed,
}


def case_in(state: State, right: str = Right.ACCESS, *, person: PersonFacts = ADA) -> Case:
    """A case of this right that stands in this state."""
    case = opened(right, person=person)
    while State(case.state) is not state:
        ROAD[State(case.state)](case)
    return case


def file_of(case: Case, *, digest: str = "d" * 64, purpose: str = Evidence.Purpose.IDENTITY) -> Evidence:
    """The row of a file with these bytes; no file."""
    kept: Evidence = case.evidence.create(
        purpose=purpose, content_type="image/png", size=1, digest_index=digest, blob="", received_at=timezone.now()
    )
    return kept


def withdrawn(case: Case) -> Case:
    return move(case.id, Verb.WITHDRAW, by=consumer(case.id))
