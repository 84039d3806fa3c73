"""What whoever asks for the person is told: that we want to see the permission, and whether it was enough.

Never more: an agent hears nothing of the person before the permission is accepted, and no reason that would teach a
forger what to do better.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from requests_app.models import Case, Clock, Evidence, Notice, Representation
from requests_app.permissions import Actor
from requests_app.services import addressee, agent, notices

TO_END_IT = timedelta(days=4)  # before the answer is due, and a day before a want of identity ends a request
TO_REMIND = timedelta(days=7)  # before that


def last_day(case: Case) -> date | None:
    """The day until which the permission can be shown, by the first open date that the case must be answered by."""
    answers = case.clocks.filter(kind__in=(Clock.Kind.ANSWER, Clock.Kind.OPT_OUT), ended="").order_by("due_on")
    first = answers.first()
    return first.due_on - TO_END_IT if first else None


def is_shown(case: Case) -> bool:
    return case.evidence.filter(purpose=Evidence.Purpose.AUTHORITY).exists()


def ask(case: Case, *, by: Actor, reminder: bool = False) -> None:
    """Ask for the permission, once with the request and once more before it is too late."""
    until = last_day(case)
    with translation.override(case.language):
        parameters = {"until": date_format(until) if until else "", "reminder": reminder}
    _order(case, Notice.Kind.AGENT_ASKED, by=by, key=f"agent-asked:{reminder:d}", parameters=parameters)


def tell(case: Case, *, by: Actor, accepted: bool, unshown: bool = False) -> None:
    """Say whether the permission was accepted; once. `unshown`: none ever came."""
    row = agent.of(case)
    parameters = {"accepted": accepted, "unshown": unshown, "in_place": row is not None and agent.in_place(row.kind)}
    _order(case, Notice.Kind.AGENT_RULED, by=by, key="agent-ruled", parameters=parameters)


def tell_end(case: Case, *, by: Actor) -> None:
    """Say that the request was taken back, to an agent who was not told already that they may not act."""
    row = agent.of(case)
    if row is not None and row.ruling != Representation.Ruling.REFUSED and not agent.stands_in(row):
        parameters = {"accepted": False, "withdrawn": True}
        _order(case, Notice.Kind.AGENT_RULED, by=by, key="agent-ended", parameters=parameters)


def _order(case: Case, kind: Notice.Kind, *, by: Actor, key: str, parameters: dict[str, Any]) -> None:
    """Whoever gave us a phone number alone is called, which the open permission reminds staff of."""
    if agent.of(case) is not None and addressee.of(case, kind).can_be_written_to:
        notices.order(case, kind, by=by, key=key, parameters=parameters)
