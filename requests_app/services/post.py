"""Letters for people without e-mail: printed together, and taken back into the tray when one had not left after all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from django.db import transaction

from requests_app import binding
from requests_app.exceptions import GateClosed, NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.models import Case, Deliverable, EventKind, Notice
from requests_app.permissions import Actor, Verb
from requests_app.services import clock, collect
from requests_app.services.access import require
from requests_app.services.collect import Served

VOID = EventKind.EXTENSION_VOID
MOST = 50  # letters in one file: as many as an envelope tray holds
MOST_SHEETS = 500  # of answers in one file, unless one alone has more: what fits into a printer


@transaction.atomic
def bundle(*, notice_ids: Collection[UUID], by: Actor) -> Served:
    """The chosen letters that wait, as one file, the oldest first, each with the answer and record that go with it.

    Each reading is written down as for a single one. NotValid when an answer may not leave (any more).
    """
    letters = list(_waiting(notice_ids))
    if not letters:
        message = "None of these letters is waiting to be posted."
        raise NotFound(message)
    if len(letters) > MOST:
        message = f"Choose at most {MOST} letters at a time."
        raise NotValid(message, field="letters")
    sheets = [letter.copy.sheets or 0 for letter in letters if letter.copy]
    if len(letters) > 1 and sum(sheets) > MOST_SHEETS:
        message = f"The answers enclosed have {sum(sheets)} sheets: choose fewer letters, up to {MOST_SHEETS} sheets."
        raise NotValid(message, field="letters")
    content = binding.bind((paper for letter in letters for paper in _papers(letter, by)), title="Letters")
    return Served("letters.pdf", "application/pdf", len(content), iter([content]))


def encloses(notice_ids: Collection[UUID]) -> bool:
    """Whether an answer is printed with one of these letters."""
    return any(letter.copy for letter in _waiting(notice_ids))


def _waiting(notice_ids: Collection[UUID]) -> Iterable[Notice]:
    waiting = Notice.objects.filter(pk__in=notice_ids, state=Notice.State.TO_POST, letter__isnull=False)
    return waiting.select_related("case", "copy").order_by("ordered_at")


def _papers(letter: Notice, by: Actor) -> Iterator[bytes]:
    """What goes into one envelope, in its order: the letter, and with an answer its copy and the record of the case."""
    papers = [letter.letter_id]
    if letter.kind == Notice.Kind.READY:
        record = letter.case.deliverables.filter(kind=Deliverable.Kind.RECORD, revoked_at=None).last()
        if record is None:
            message = f"The record of {letter.case.reference} is not filed yet. Print the others, and this one later."
            raise NotValid(message, field="letters")
        papers += [letter.copy_id, record.id]
    try:
        for paper in filter(None, papers):
            yield b"".join(collect.fetch(deliverable_id=paper, by=by, to_post=True).parts)
    except GateClosed:
        message = f"The answer to {letter.case.reference} may not leave now. Print the others, and look at its case."
        raise NotValid(message, field="letters") from None


@transaction.atomic
def not_posted(*, notice_id: UUID, by: Actor) -> None:
    """It had been marked by mistake: back into the tray, and the clocks that it met run again. Only on the same day."""
    notice = Notice.objects.select_for_update().select_related("case").get(pk=notice_id)
    require(notice.case, Verb.POST_LETTER, by)
    if notice.state != Notice.State.POSTED or notice.sent_at is None or clock.day_of(notice.sent_at) != clock.today():
        message = "Only what was marked as posted today can be taken back."
        raise WrongState(message)
    kinds = _met_by(notice)
    notice.state, notice.posted_on, notice.sent_at = Notice.State.TO_POST, None, None
    notice.save(update_fields=["state", "posted_on", "sent_at"])
    payload = {"notice": notice.id, "clocks": kinds}
    chain.append(notice.case_id, EventKind.NOTICE_NOT_POSTED, by=by, payload=payload)
    clock.run_again(notice.case, kinds)


def _met_by(notice: Notice) -> list[str]:
    """Which clocks ended with the posting: the ledger has them right behind it. A closed case keeps its ends.

    An extension that ended with it, since the notice was late, stays so: the notice is no earlier for not being posted.
    """
    case: Case = notice.case
    if not case.is_open:
        return []
    posted = case.events.filter(kind=EventKind.NOTICE_POSTED, payload__notice=str(notice.id)).latest("sequence")
    kinds: list[str] = []
    for event in case.events.filter(sequence__gt=posted.sequence).exclude(kind=VOID).order_by("sequence"):
        if event.kind != EventKind.CLOCK_ENDED or event.payload["clock"] not in clock.answered_by(notice):
            break
        kinds.append(event.payload["clock"])
    return kinds
