"""An appeal against a decision: a linked case with its own clock, decided by somebody who had no part in the first.

Where a law grants none, the company does (regimes, `appeal`). The reviewer upholds the first decision
(`review.deny`), or grants the appeal (`review.send_back`): then the work is done once more on the usual route.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from requests_app import regimes
from requests_app.deadlines import add
from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, CaseLink, Channel, EventKind, Preparer
from requests_app.permissions import SYSTEM, Actor, Role, Verb
from requests_app.services import clock, intake, sequel
from requests_app.services.access import require
from requests_app.services.transition import locked, move

AGAINST = frozenset({Outcome.REFUSED, Outcome.PARTLY, Outcome.UNVERIFIED, Outcome.REFERRED})
DECIDED = (State.RECORDING, State.CLOSED)
TAKING_PART = (
    EventKind.CASE_MOVED,
    EventKind.APPROVAL_GIVEN,
    EventKind.AUTHORITY_RULED,
    EventKind.CORRECTION_RULED,
    EventKind.IDENTITY_LEVEL,
    EventKind.REDACTIONS_RULED,
)
LONGEST = 5000


def last_day(case: Case) -> date:
    """Until when this decision can be appealed; WrongState when there is none, or none against which one can."""
    if case.appeal_of_id is not None or case.outcome not in AGAINST or State(case.state) not in DECIDED:
        message = _("There is no decision here that can be appealed.")
        raise WrongState(message)
    regime = regimes.get(case.regime)
    ended = case.events.filter(kind=EventKind.CASE_MOVED, payload__to=State.RECORDING.value).last()
    if ended is None or not regime.appeal.offered:
        message = _("There is no decision here that can be appealed.")
        raise WrongState(message)
    decided_on = ended.at.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()
    return add(decided_on, regime.appeal.window, regime.business_days)


def refusal(case: Case) -> str:
    """Why this case cannot be appealed today; empty when it can."""
    try:
        until = last_day(case)
    except WrongState as error:
        return str(error)
    if earlier := case.appeals.first():
        return _("This decision was appealed already, under the reference %(reference)s.") % {
            "reference": earlier.reference
        }
    if clock.today() > until:
        return _("The time to appeal ended on %(day)s. You may make a new request at any time.") % {
            "day": until.isoformat()
        }
    return ""


@transaction.atomic
def open_appeal(*, case_id: UUID, by: Actor, text: str, channel: str = Channel.WEB) -> Case:
    """Open the linked case. What proved the identity is carried over; nothing that was decided is.

    NotValid without reasons; WrongState when nothing can be appealed, it was appealed already, or the time is over.
    """
    first = locked(case_id)
    require(first, Verb.APPEAL, by)
    text = text.strip().replace("\r\n", "\n")
    if not 0 < len(text) <= LONGEST:
        message = _("Say in up to %(longest)s characters what should be looked at again.") % {"longest": LONGEST}
        raise NotValid(message, field="text")
    if why_not := refusal(first):
        raise WrongState(why_not)
    appeal = sequel.begun(first, text=text, channel=channel, appeal_of=first)
    for one, two in ((first, appeal), (appeal, first)):
        CaseLink.objects.create(case=one, other=two, kind=CaseLink.Kind.APPEAL)
    Preparer.objects.bulk_create([Preparer(case=appeal, user_id=user_id) for user_id in sorted(took_part(first))])
    chain.append(first.pk, EventKind.APPEAL_OPENED, by=by, payload={"appeal": appeal.pk})
    opened = {"right": appeal.right, "channel": channel, "regime": appeal.regime, "version": appeal.regime_version}
    chain.append(appeal.pk, EventKind.CASE_OPENED, by=by, payload=opened | {"appeal_of": first.pk})
    sequel.carry_identity(first, appeal)
    clock.start(appeal, by=by)
    intake.acknowledge(appeal, by=by)
    moved: Case = move(appeal.pk, Verb.BEGIN, by=SYSTEM)
    return moved


def took_part(first: Case) -> set[int]:
    """Who decided, approved or prepared the first case."""
    people_of_events = first.events.filter(kind__in=TAKING_PART, by__isnull=False).values_list("by_id", flat=True)
    approvers = first.approvals.values_list("by_id", flat=True)
    preparers = first.preparers.values_list("user_id", flat=True)
    return {*people_of_events, *approvers, *preparers}


def require_fresh_eyes(case: Case, by: Actor) -> None:
    """NotAllowed when this is an appeal and whoever acts had a part in the first decision."""
    if case.appeal_of is not None and by.role is not Role.SYSTEM and by.person_id in took_part(case.appeal_of):
        message = _("You had a part in the first decision; an appeal is decided by somebody who had none.")
        raise NotAllowed(message)
