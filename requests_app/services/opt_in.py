"""To allow again what was stopped takes two steps: a request, and a confirmation apart from it (11 CCR 7028(a))."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app.exceptions import NotAllowed, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import Case, EventKind
from requests_app.permissions import SYSTEM, Actor, Verb
from requests_app.services import clock, identity_channel
from requests_app.services.access import require
from requests_app.services.transition import locked, move

TO_CONFIRM = timedelta(days=14)


def last_day(case: Case) -> date:
    """What is not confirmed by then ends without effect."""
    return case.received_on + TO_CONFIRM


@transaction.atomic
def confirm(*, case_id: UUID, by: Actor) -> Case:
    """The second step, from somebody who entered a code that was sent to the person's address. Twice is once."""
    case = locked(case_id)
    require(case, Verb.CONFIRM, by)
    if not case.awaits_second_step():
        return case
    if State(case.state) is not State.RECEIVED:
        message = _("This request has ended; ask again if you still want it.")
        raise WrongState(message)
    addresses = sorted(identity_channel.confirmed_addresses(case))
    if not addresses:
        message = _("Enter a code that we sent to your address first.")
        raise NotAllowed(message)
    chain.append(case.id, EventKind.CHOICE_CONFIRMED, by=by, payload={"addresses": addresses})
    return move(case.id, Verb.BEGIN, by=SYSTEM)


def unconfirmed() -> list[UUID]:
    """What was asked for and not confirmed in time."""
    waiting = Case.objects.filter(state=State.RECEIVED, right=Right.OPT_IN_SALE_SHARING, appeal_of=None)
    return [case.id for case in waiting if last_day(case) < clock.today()]
