"""Messages that did not arrive: what came back becomes work, and is printed, sent elsewhere or settled by hand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.exceptions import NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.models import Attention, Case, EventKind, Notice
from requests_app.permissions import SYSTEM, Actor, Role, Verb
from requests_app.services import addressee, clock, messages, notices
from requests_app.services.access import require
from requests_app.services.bounces import Bounce
from requests_app.services.transition import flag, locked

State, Kind = Notice.State, Notice.Kind
WAITING = (State.BOUNCED, State.FAILED)
# A code is asked for anew, and these go to people who are reached another way; none of them has a letter.
MAIL_ONLY = notices.TO_OTHERS | {Kind.CODE}


def waiting() -> QuerySet[Notice]:
    """Messages that did not arrive and that nobody has dealt with, oldest first."""
    rows = Notice.objects.filter(state__in=WAITING, settled_at=None, case__key__destroyed_at=None)
    return rows.select_related("case", "case__key").order_by("ordered_at")


@dataclass(frozen=True)
class Returned:
    """One of them, and what can be done about it."""

    notice: Notice
    can_be_posted: bool
    others: tuple[str, ...]
    advice: str


def seen(notice: Notice) -> Returned:
    reader = addressee.of(notice.case, Kind(notice.kind))
    printable = notice.kind not in MAIL_ONLY and not clock.is_too_late(notice)
    posted = printable and bool(reader.postal_address)
    others = reader.emails[1:] if printable else ()
    return Returned(notice, posted, others, _advice(notice, can_be_posted=posted, others=bool(others)))


def _advice(notice: Notice, *, can_be_posted: bool, others: bool) -> str:
    """The next step in words."""
    if notice.kind == Kind.CODE:
        return _("The code has expired. If the person asks again, another address has to be given and proven.")
    if notice.kind in notices.TO_OTHERS:
        return _("Whoever answers for this source is not reached: call, and mend the address in the data map.")
    if clock.is_too_late(notice):
        return _("It is too late to tell of more time: the first date counts. Settle this, and answer by that date.")
    if others:
        return _("The person gave another address: send it there, or print and post it.")
    if can_be_posted:
        return _("Print and post it: the letter is then made and waits among the letters to post.")
    if notice.kind in addressee.TO_WHOEVER_ASKS:
        return _("Call whoever asks for the person; without an answer the request ends by itself.")
    return _("There is no other address. Call the person, and write down what was agreed.")


@transaction.atomic
def came_back(bounce: Bounce) -> Notice:
    """Keep that this mail is lost, and show the case to somebody. Told twice, it is kept once."""
    found = Notice.objects.filter(pk=bounce.notice_id, medium=Notice.Medium.MAIL).first()
    if found is None:
        message = "There is no such mail."
        raise NotFound(message)
    case = locked(found.case_id)
    notice = Notice.objects.select_for_update().get(pk=found.pk)
    if notice.state not in {State.ORDERED, State.SENT}:
        return notice
    answered = () if notice.state == State.ORDERED or _was_fetched(case) else clock.answered_by(notice)
    notice.state, notice.error = State.BOUNCED, f"came back: {bounce.status}"
    notice.save(update_fields=["state", "error"])
    clocks = clock.came_back(notice, answered=answered)
    payload = {"notice": notice.id, "kind": notice.kind, "status": bounce.status, "clocks": clocks}
    chain.append(case.id, EventKind.NOTICE_BOUNCED, by=SYSTEM, payload=payload)
    flag(case, Attention.NOTICE_FAILED, by=SYSTEM)
    return notice


def _was_fetched(case: Case) -> bool:
    """Whoever fetched the documents has the answer, whatever became of the mail about it."""
    return case.events.filter(kind=EventKind.DELIVERABLE_FETCHED, role=Role.CONSUMER.value).exists()


def _taken_up(notice_id: UUID, by: Actor) -> tuple[Case, Notice]:
    """The message with its case, both locked, dealt with from now on."""
    found = waiting().filter(pk=notice_id).first()
    if found is None:
        message = _("Somebody has dealt with this message already.")
        raise WrongState(message)
    case = locked(found.case_id)
    require(case, Verb.POST_LETTER, by)
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    notice.settled_at = timezone.now()
    notice.save(update_fields=["settled_at"])
    if case.attention == Attention.NOTICE_FAILED and not waiting().filter(case=case).exists():
        flag(case, Attention.NONE, by=by)
    return case, notice


def _again(notice_id: UUID, by: Actor, *, to: str = "") -> Notice:
    case, notice = _taken_up(notice_id, by)
    if notice.kind in MAIL_ONLY:
        message = _("This message cannot be sent again in another way.")
        raise NotValid(message)
    if clock.is_too_late(notice):
        raise NotValid(_advice(notice, can_be_posted=False, others=False))
    return notices.order(
        case,
        Kind(notice.kind),
        by=by,
        key=f"again:{notice.id}",
        to=to,
        parameters=notices.content(notice).get("parameters", {}),
        by_post=not to,
    )


@transaction.atomic
def post(*, notice_id: UUID, by: Actor) -> Notice:
    """The same message as a letter, which is then made and waits to be posted."""
    again = _again(notice_id, by)
    if not addressee.of(again.case, Kind(again.kind)).postal_address:
        message = _("There is no postal address to write on the envelope.")
        raise NotValid(message)
    return again


@transaction.atomic
def send_elsewhere(*, notice_id: UUID, by: Actor, to: str) -> Notice:
    """The same message to another address that the person gave; to no address that somebody else names."""
    again = _again(notice_id, by, to=to)
    if to not in addressee.of(again.case, Kind(again.kind)).emails[1:]:
        message = _("Choose one of the other addresses that the person gave.")
        raise NotValid(message, field="to")
    return again


@transaction.atomic
def settle(*, notice_id: UUID, by: Actor, note: str) -> None:
    """It was dealt with in another way, such as a call; how stands in a note."""
    case, notice = _taken_up(notice_id, by)
    messages.note(case_id=case.id, by=by, text=note)
    clock.meet(case, *clock.answered_by(notice), by=by)
