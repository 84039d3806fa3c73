"""What people do about what is still owed: see it, try it now, hand it to somebody, settle it by hand."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.models import EventKind, Obligation, PlanStep, SuppressionResult
from requests_app.permissions import Actor, Verb
from requests_app.services import clock, messages, obligations
from requests_app.services.access import require
from requests_app.services.transition import locked
from requests_app.vault import CaseVault

SHORTEST = 20  # somebody will read it who was not there
NEAR = timedelta(days=30)
State = Obligation.State
OUTCOMES = {
    **dict(PlanStep.Result.choices),
    "written": SuppressionResult.Result.WRITTEN.label,
    "held": gettext_lazy("A hold stands"),
    "by_hand": gettext_lazy("Only a person can do it"),
    "unanswered": gettext_lazy("The source did not answer"),
    "came_back": gettext_lazy("Records are there again"),
}


def near(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """What comes up within a month, or needs somebody: most of what is owed waits for years until a law lets it go."""
    return rows.filter(Q(due_on__lte=clock.today() + NEAR) | Q(state=State.ESCALATED))


def listed(*, by: Actor, kind: str = "", text: str = "", show: str = "") -> QuerySet[Obligation]:
    """What is owed, the next date first; `text` is part of a reference, a source or its owner; `show`: `near` or
    `escalated`, else all.
    """
    if not by.may(Verb.VIEW):
        message = _("Your role may not see what is owed.")
        raise NotAllowed(message)
    rows = obligations.standing().select_related("case", "step")
    if show == "escalated":
        rows = rows.filter(state=State.ESCALATED)
    if show == "near":
        rows = near(rows)
    if kind:
        rows = rows.filter(kind=kind)
    if text := text.strip():
        source = Q(source_name__icontains=text) | Q(source_key__icontains=text)
        rows = rows.filter(Q(case__reference__icontains=text) | source | Q(owner__icontains=text))
    return rows


@transaction.atomic
def try_now(*, obligation_id: UUID, by: Actor) -> Obligation:
    """Do not wait for its date: somebody has mended what stood in the way."""
    row = _standing(obligation_id, Verb.RETRY, by)
    if row.kind not in obligations.WORK:
        message = _("This waits for an answer; nothing can be tried.")
        raise WrongState(message)
    CaseVault.of(row.case_id)  # without its key nothing can be looked for
    row.due_on = clock.today()
    row.save(update_fields=["due_on"])
    obligations.order(row)
    return row


@transaction.atomic
def hand_over(*, obligation_id: UUID, by: Actor, owner: str) -> Obligation:
    """Somebody else answers for it from now on; an address is written to at once."""
    row = _standing(obligation_id, Verb.RETRY, by)
    owner = owner.strip()
    if not 0 < len(owner) <= 200 or ("@" in owner and not _is_address(owner)):  # noqa: PLR2004  (its column)
        message = _("Give the e-mail address or the name of the team that answers for it now.")
        raise NotValid(message, field="owner")
    row.owner = owner
    row.save(update_fields=["owner"])
    chain.append(row.case_id, EventKind.OBLIGATION_HANDED, by=by, payload={"obligation": row.id})
    obligations.ask_owner(row, owner, key=f"owed:{row.id}:handed:{row.case.events.count()}")
    return row


@transaction.atomic
def settle(*, obligation_id: UUID, by: Actor, note: str, done: bool) -> Obligation:
    """Done by hand, or no longer owed; the note says what was seen and stays with the case."""
    row = _standing(obligation_id, Verb.SETTLE, by)
    if len(note.strip()) < SHORTEST:
        message = _("Say in a sentence what was done and how you know it.")
        raise NotValid(message, field="note")
    messages.keep_note(row.case, note, by=by)
    row.outcome = "by_hand"
    obligations.end(row, State.DONE if done else State.STOPPED, by=by)
    return row


def _standing(obligation_id: UUID, verb: Verb, by: Actor) -> Obligation:
    """Locked behind its case, as whatever the machine reports about it."""
    found = Obligation.objects.filter(pk=obligation_id).first()
    if found is None:
        message = _("There is no such obligation.")
        raise NotFound(message)
    require(locked(found.case_id), verb, by)
    row = Obligation.objects.select_for_update().select_related("case").get(pk=obligation_id)
    if row.state not in obligations.STANDING:
        message = _("This was settled already.")
        raise WrongState(message)
    return row


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
