"""The one extension of the time to answer, with the notice that the law asks for."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation

from requests_app import telling
from requests_app.derivation import Step
from requests_app.exceptions import NotValid, WrongState
from requests_app.ledger import chain
from requests_app.models import Case, Clock, EventKind, Notice
from requests_app.permissions import Actor, Verb
from requests_app.services import clock, notices
from requests_app.services.access import require
from requests_app.services.transition import locked
from requests_app.vault import CaseVault

SHORTEST, LONGEST = 20, 2000


@transaction.atomic
def extend(*, case_id: UUID, by: Actor, reason: str) -> Clock:
    """Move the answer to the later date that was fixed when the clock started, and order the notice with the reason.

    WrongState as `refusal` tells it; NotValid when the reason is missing, too short or too long.
    """
    case = locked(case_id)
    require(case, Verb.EXTEND, by)
    row, later = _open_to_extension(case)
    reason = reason.strip()
    if not SHORTEST <= len(reason) <= LONGEST:
        message = f"Give the reason in {SHORTEST} to {LONGEST} characters: the notice must tell it to the consumer."
        raise NotValid(message, field="reason")
    citation = next(step["citation"] for step in row.derivation if step["code"] == "extension")
    values = {"on": clock.today(), "due": later, "before": row.due_on}
    row.derivation = [*row.derivation, Step("extended", values, citation).as_json()]
    row.due_on, row.extended_at = later, timezone.now()
    row.extension_reason_sealed = CaseVault.of(case_id).seal_text(reason, place=_place(row))
    row.save(update_fields=["due_on", "extended_at", "derivation", "extension_reason_sealed"])
    payload = {"clock": row.kind, "due": later.isoformat(), "before": row.first_due_on.isoformat()}
    chain.append(case_id, EventKind.CLOCK_EXTENDED, by=by, payload=payload)
    clock.refresh(case)
    parameters = {
        "reason": reason,
        "kind": row.kind,
        "due_on": later.isoformat(),
        "extended_from": row.first_due_on.isoformat(),
        "notice_by": (row.notice_by or row.first_due_on).isoformat(),
        "citation": citation,
        "derivation": _told(row, case.language),
    }
    notices.order(case, Notice.Kind.EXTENSION, by=by, key="extension", parameters=parameters)
    return row


def _told(row: Clock, language: str) -> list[str]:
    with translation.override(language):
        return [telling.told(step) for step in row.derivation]


def refusal(case: Case) -> str:
    """Why the time to answer cannot be extended today; empty when it can."""
    try:
        _open_to_extension(case)
    except WrongState as error:
        return str(error)
    return ""


def _open_to_extension(case: Case) -> tuple[Clock, date]:
    """The clock and its later date. Both were fixed when the clock started, whatever the law file says today."""
    row = case.clocks.filter(kind=Clock.Kind.ANSWER).first()
    if row is None or row.may_extend_to is None or row.notice_by is None:
        message = "The law allows no extension for this right."
    elif row.ended:
        message = "This request has been answered; there is nothing left to extend."
    elif row.extended_at:
        message = f"The time was extended once, to {row.due_on}; the law allows no second extension."
    elif clock.today() > row.notice_by:
        message = f"The notice had to go out by {row.notice_by}; the time can no longer be extended."
    else:
        return row, row.may_extend_to
    raise WrongState(message)


def reason(row: Clock) -> str:
    """Why this clock was extended, as the notice told it; empty when it was not."""
    sealed = bytes(row.extension_reason_sealed)
    return CaseVault.of(row.case_id).open_text(sealed, place=_place(row)) if sealed else ""


def _place(row: Clock) -> str:
    return f"clock.extension_reason|{row.pk}"
