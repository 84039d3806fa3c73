"""Who has a case, and so may read what it holds: found records, packages and files handed in (T10).

One person has a case. As long as nobody has an open one, every reviewer may look whether to take it; the second
reviewer reads what waits for the second approval. Everybody else says why first ("break glass"), which lasts an hour
and is shown to administrators. Reading changes nothing but the ledger: a case is taken by a press of a button.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.exceptions import KeyDestroyed, NotAssigned, NotValid
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Case, EventKind, Opening, User
from requests_app.permissions import Actor, Role, Verb
from requests_app.services.access import require
from requests_app.services.transition import locked
from requests_app.vault import CaseVault

OPEN_FOR = timedelta(minutes=60)
SHORTEST_REASON = 20  # it is read by somebody who was not there


@transaction.atomic
def assign(*, case_id: UUID, by: Actor, to: User | None) -> None:
    """Hand a case to a colleague, or to nobody. Whoever takes it, or lays it open to all, has to be its reader."""
    case = locked(case_id)
    require(case, Verb.ASSIGN, by)
    if to is not None and not Actor(Role(to.role), user_id=to.pk).may(Verb.RULE):
        message = "Choose an analyst or an officer: others cannot work on a case."
        raise NotValid(message, field="to")
    if to is None or to.pk == by.user_id:
        require_reader(case, by)
    case.assignee = to
    case.save(update_fields=["assignee"])
    chain.append(case_id, EventKind.CASE_ASSIGNED, by=by, payload={"to": to.pk if to else None})


def _is_free(case: Case) -> bool:
    """A closed case is nobody's work any more: it is opened with a reason."""
    return case.assignee_id is None and case.is_open


def _reads(case: Case, by: Actor) -> bool:
    opened = case.openings.filter(by_id=by.user_id, until__gt=timezone.now())
    return case.assignee_id == by.user_id or _is_second(case, by) or opened.exists()


def _is_second(case: Case, by: Actor) -> bool:
    """Somebody else approved exactly this content and it needs another approval, which is given by who has read it."""
    if State(case.state) is not State.IN_REVIEW or not by.may(Verb.APPROVE):
        return False
    others = case.approvals.filter(digest=case.content_digest).exclude(by_id=by.user_id)
    return others.exists() and bool({"approvals", "independent_approval"} & set(case.gate_refusals()))


def is_open_to(case: Case, by: Actor) -> bool:
    """Whether what the case holds may be read without a reason. See the module."""
    nobody = by.user_id is None  # the consumer of the case, or the machine
    return nobody or _is_free(case) or _reads(case, by)


def require_reader(case: Case, by: Actor) -> None:
    """Before anything that a case holds is read: NotAssigned for staff to whom it is not open."""
    if not is_open_to(case, by):
        message = _("Somebody else has this case, or it is closed: say why you open what it holds.")
        raise NotAssigned(message, reference=case.reference)


@transaction.atomic
def break_glass(*, case_id: UUID, by: Actor, reason: str) -> Opening:
    """Read what somebody else's case holds, for an hour, with the reason kept."""
    case = locked(case_id)
    require(case, Verb.BREAK_GLASS, by)
    if len(reason.strip()) < SHORTEST_REASON:
        message = _("Say in a sentence why you have to read this case now.")
        raise NotValid(message, field="reason")
    now = timezone.now()
    row = Opening(case=case, by_id=by.person_id, at=now, until=now + OPEN_FOR)
    row.reason_sealed = CaseVault.of(case_id).seal_text(reason.strip(), place=_place(row))
    row.save()
    payload = {"opening": row.id, "until": row.until.isoformat(timespec="seconds")}
    chain.append(case_id, EventKind.CASE_BROKEN_OPEN, by=by, payload=payload)
    return row


def reason(row: Opening) -> str:
    """Why it was opened; empty once the case's key is destroyed."""
    try:
        return CaseVault.of(row.case_id).open_text(bytes(row.reason_sealed), place=_place(row))
    except KeyDestroyed:
        return ""


def _place(row: Opening) -> str:
    return f"opening.reason|{row.id}"
