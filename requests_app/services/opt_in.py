"""To allow again what was stopped takes two steps: a request, and a confirmation apart from it (11 CCR 7028(a)).

The second step is a code that came to the person: entered on the status page and followed by a yes, or, for whoever has
no e-mail address, said on the phone, which is the yes.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from requests_app.services import person as people
from requests_app.services.access import require
from requests_app.services.person import PersonFacts
from requests_app.services.transition import locked, move
from requests_app.vault.normal import normal

TO_CONFIRM = timedelta(days=14)
LIFTS = {Right.OPT_IN_SALE_SHARING: Right.OPT_OUT_SALE_SHARING}


def last_day(case: Case) -> date:
    """What is not confirmed by then ends without effect."""
    return case.received_on + TO_CONFIRM


def is_waited_for(case: Case) -> bool:
    """Whether the second step can still be taken."""
    return State(case.state) is State.RECEIVED and case.awaits_second_step()


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
    if not identity_channel.confirmed_addresses(case):
        message = _("Enter a code that we sent to your address first.")
        raise NotAllowed(message)
    return confirmed(case, by=by)


def confirmed(case: Case, *, by: Actor) -> Case:
    """A code came to the person, and the person said so."""
    addresses = sorted(identity_channel.confirmed_addresses(case))
    chain.append(case.id, EventKind.CHOICE_CONFIRMED, by=by, payload={"addresses": addresses})
    return move(case.id, Verb.BEGIN, by=SYSTEM)


def covered(case: Case) -> Iterator[tuple[str, str]]:
    """What may be allowed again (kind, value): the confirmed addresses alone. A posted code covers what was stopped
    under the same name and postal address, since its reader is whoever stopped it.
    """
    person = people.read(case)
    for place in sorted(identity_channel.confirmed_addresses(case)):
        kind = place.partition(":")[0]
        if kind == "post":
            yield from _stopped_by(person, LIFTS[Right(case.right)])
        else:
            yield kind, people.address(person, place)


def _stopped_by(person: PersonFacts, right: Right) -> Iterator[tuple[str, str]]:
    for case in people.cases_by("name", person.full_name):
        theirs = people.read(case)
        if case.right == right and normal("name", theirs.postal_address) == normal("name", person.postal_address):
            yield from (("email", value) for value in theirs.emails)
            yield from (("phone", value) for value in theirs.phones)
            yield from (("account", value) for value in theirs.account_numbers)


def unconfirmed() -> list[UUID]:
    """What was asked for and not confirmed in time."""
    waiting = Case.objects.filter(state=State.RECEIVED, right=Right.OPT_IN_SALE_SHARING, appeal_of=None)
    return [case.id for case in waiting if last_day(case) < clock.today()]
