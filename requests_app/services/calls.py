"""A call, a letter or a visit becomes a case: by the same intake as the web form, with what was read back beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from requests_app import derivation, regimes
from requests_app import reference as references
from requests_app.exceptions import NotFound, NotValid
from requests_app.ledger import chain
from requests_app.models import Attention, CallDraft, CallRecord, Case, Channel, EventKind, Evidence
from requests_app.permissions import Actor
from requests_app.regimes.schema import Identity
from requests_app.services import clock, drafts, intake, messages, review
from requests_app.services.intake import Asked
from requests_app.services.transition import flag, locked
from requests_app.vault import CaseVault

ITEMS = ("name", "contact", "request", "state", "dates")
SPOKEN = frozenset({Channel.PHONE, Channel.WALK_IN})
SHORTEST_REASON = 10  # a reason is a sentence
LONGEST_ON_THE_WAY = 366  # days; an older stamp is a slip of the pen


@dataclass(frozen=True)
class ReadBack:
    """What was said to the caller: the script's version, the items confirmed, and why any of them was not."""

    script_version: str = ""
    confirmed: Collection[str] = ()
    override: str = ""


@dataclass(frozen=True)
class Known:
    """A case that the look-up showed, and why this is a new request all the same."""

    reference: str
    reason: str
    same_household: bool = False


@dataclass(frozen=True)
class Scan:
    """The letter as it came, scanned."""

    name: str
    parts: Iterable[bytes]


def proof_asked(right: str, residence: str) -> Identity:
    """How sure the law of this place wants us to be before this right: nobody is asked for more than that serves."""
    return regimes.for_residence(residence, on=clock.today()).rights[right].identity


def needs_identity(right: str, residence: str) -> bool:
    return proof_asked(right, residence).level != "none"


def due_dates(rights: Iterable[str], residence: str, *, received: datetime | date, channel: str) -> dict[str, date]:
    """The earliest day of each clock that these requests would start: what the caller is told before they exist."""
    regime, zone = regimes.for_residence(residence, on=clock.today()), ZoneInfo(settings.UMBS_TIME_ZONE)
    found: dict[str, date] = {}
    for right in rights:
        for one in derivation.derive(regime, right, received, channel=channel, zone=zone):
            found[one.kind.value] = min(one.due_on, found.get(one.kind.value, one.due_on))
    return found


def received_at(draft: CallDraft, channel: str, on: date | None) -> datetime:
    """The start of the call; for paper and visits the day that was stamped, which typing it in later never moves."""
    zone = ZoneInfo(settings.UMBS_TIME_ZONE)
    began_on = draft.began_at.astimezone(zone).date()
    if (
        channel == Channel.PHONE
        or on is None
        or not is_plausible(on)
        or (channel == Channel.WALK_IN and on == began_on)
    ):
        return draft.began_at
    return datetime.combine(on, time.min, tzinfo=zone)


def is_plausible(received_on: date) -> bool:
    return 0 <= (clock.today() - received_on).days <= LONGEST_ON_THE_WAY


def check_days(*, received_on: date | None, opened_on: date | None) -> None:
    """NotValid for days that cannot be: a letter opened before it came, or one from the future."""
    if received_on is None:
        message = "Give the day on which it came in, as stamped."
        raise NotValid(message, field="received_on")
    if not is_plausible(received_on):
        message = "Give the day on which it came in: not in the future, and within the last year."
        raise NotValid(message, field="received_on")
    if opened_on is not None and not received_on <= opened_on <= clock.today():
        message = "Give the day of opening: not before it came in, not in the future."
        raise NotValid(message, field="opened_on")


@transaction.atomic
def take(
    *,
    draft_id: UUID,
    by: Actor,
    asked: Sequence[Asked],
    read_back: ReadBack,
    opened_on: date | None = None,
    known: Known | None = None,
    scan: Scan | None = None,
) -> list[Case]:
    """Open the cases of this visit. Nothing is opened, and nothing typed is lost, when anything cannot be taken.

    The ledger of each case keeps the script's version and the names of what was confirmed, never what was said.
    """
    draft = drafts.waiting(draft_id, by=by)
    channel = asked[0].channel
    _check_read_back(read_back, channel)
    cases = intake.open_visit(asked, by=by, idempotency_key=f"call:{draft.id}")
    first = cases[0]
    if scan is not None:
        messages.keep(first, by=by, name=scan.name, parts=scan.parts, purpose=Evidence.Purpose.LETTER)
    _record(first, draft, read_back, by=by)
    payload = {
        "channel": channel,
        "script": read_back.script_version,
        "read_back": sorted(read_back.confirmed),
        "override": bool(read_back.override),
    }
    if opened_on is not None:
        payload["opened"] = opened_on.isoformat()
    for case in cases:
        chain.append(case.id, EventKind.CALL_TAKEN, by=by, payload=payload)
    if known is not None:
        _link(first, known, by=by)
    drafts.taken(draft, case_id=first.id)
    return cases


def _check_read_back(read_back: ReadBack, channel: str) -> None:
    if channel not in SPOKEN or set(read_back.confirmed) >= set(ITEMS):
        return
    if len(read_back.override.strip()) < SHORTEST_REASON:
        message = "Read each line back and tick it, or say in a sentence why it could not be read back."
        raise NotValid(message, field="override")


def _record(case: Case, draft: CallDraft, read_back: ReadBack, *, by: Actor) -> None:
    row = CallRecord(
        case=case,
        by_id=by.person_id,
        script_version=read_back.script_version,
        read_back=sorted(read_back.confirmed),
        began_at=draft.began_at,
        ended_at=timezone.now(),
    )
    if read_back.override:
        row.override_sealed = CaseVault.of(case.id).seal_text(read_back.override.strip(), place=_place(case))
    row.save(force_insert=True)


def _place(case: Case) -> str:
    return f"callrecord.override|{case.id}"


def override(record: CallRecord) -> str:
    """Why something was not read back; empty when all of it was."""
    if not record.override_sealed:
        return ""
    return CaseVault.of(record.case_id).open_text(record.override_sealed, place=_place(record.case))


@dataclass(frozen=True)
class Told:
    """What staff see of how a request was typed in."""

    record: CallRecord
    not_read: tuple[str, ...]
    override: str


def record_of(case: Case) -> Told | None:
    """Who typed this request in, what was read back and why not the rest; None for what came by web or API."""
    record = CallRecord.objects.filter(case__visit=case.visit).select_related("by", "case").first()
    if record is None:
        return None
    spoken = record.case.channel in SPOKEN
    return Told(record, tuple(set(ITEMS) - set(record.read_back)) if spoken else (), override(record))


def _link(case: Case, known: Known, *, by: Actor) -> None:
    if len(known.reason.strip()) < SHORTEST_REASON:
        message = "Say in a sentence why this is a request of its own."
        raise NotValid(message, field="known_reason")
    other = _case(known.reference)
    review.link(case_id=case.id, by=by, other=other)
    how = "Same household as" if known.same_household else "A new request beside"
    messages.note(case_id=case.id, by=by, text=f"{how} {other.reference}: {known.reason.strip()}")


def _case(reference: str) -> Case:
    try:
        found: Case | None = Case.objects.filter(reference=references.parse(reference), key__destroyed_at=None).first()
    except ValueError as error:
        raise NotValid(str(error), field="known") from None
    if found is None:
        message = "There is no case with this reference."
        raise NotValid(message, field="known")
    return found


@transaction.atomic
def add_note(*, draft_id: UUID, by: Actor, reference: str, text: str) -> Case:
    """The caller asks about a request that exists: what they said is kept there, and the draft goes.

    Nobody has proven to be anybody, so it is a note for whoever works on the case, and changes nothing.
    """
    drafts.waiting(draft_id, by=by)
    case = locked(_case(reference).id)
    messages.note(case_id=case.id, by=by, text=text)
    if case.is_open:
        flag(locked(case.id), Attention.MESSAGE, by=by)
    drafts.discard(draft_id=draft_id, by=by)
    return case


def visit(draft_id: UUID, *, by: Actor) -> list[Case]:
    """The cases that this call became, in the order in which they were opened. NotFound while it is none."""
    draft = drafts.get(draft_id, by=by)
    if draft.case is None:
        message = "This call has not become a request."
        raise NotFound(message)
    cases = Case.objects.filter(visit=draft.case.visit).prefetch_related("clocks")
    return list(cases.order_by("opened_at", "reference"))
