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
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import reference, regimes
from requests_app.deadlines import add
from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, CaseLink, Channel, EventKind, IdentityCheck, Preparer
from requests_app.permissions import SYSTEM, Actor, Role, Verb
from requests_app.services import clock, disputed, intake
from requests_app.services import person as people
from requests_app.services.access import require
from requests_app.services.transition import locked, move
from requests_app.vault import CaseVault, create_key

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
COPIED = (
    "right",
    "relationship",
    "residence",
    "language",
    "since",
    "required_level",
    "required_approvals",
    "reading_format",
    "voicemail_ok",
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
    appeal = _opened(first, text, channel)
    for one, two in ((first, appeal), (appeal, first)):
        CaseLink.objects.create(case=one, other=two, kind=CaseLink.Kind.APPEAL)
    Preparer.objects.bulk_create([Preparer(case=appeal, user_id=user_id) for user_id in sorted(took_part(first))])
    chain.append(first.pk, EventKind.APPEAL_OPENED, by=by, payload={"appeal": appeal.pk})
    opened = {"right": appeal.right, "channel": channel, "regime": appeal.regime, "version": appeal.regime_version}
    chain.append(appeal.pk, EventKind.CASE_OPENED, by=by, payload=opened | {"appeal_of": first.pk})
    _carry_identity(first, appeal)
    clock.start(appeal, by=by)
    intake.acknowledge(appeal, by=by)
    moved: Case = move(appeal.pk, Verb.BEGIN, by=SYSTEM)
    return moved


def _opened(first: Case, text: str, channel: str) -> Case:
    regime = regimes.get(first.regime)
    appeal: Case = Case(
        reference=reference.new(),
        channel=channel,
        regime=regime.code,
        regime_version=regime.version,
        received_at=timezone.now(),
        appeal_of=first,
        **{name: getattr(first, name) for name in COPIED},
    )
    appeal.save(force_insert=True)
    vault = create_key(appeal.id)
    appeal.details_sealed = vault.seal_text(text, place=f"case.details|{appeal.id}")
    appeal.save(update_fields=["details_sealed"])
    old = CaseVault.of(first.id)
    people.write(appeal, people.read(first, old), vault)
    disputed.write(appeal, [disputed.said(item, old) for item in first.corrections.all()], vault)
    return appeal


def _carry_identity(first: Case, appeal: Case) -> None:
    """The same evidence supports the same level; reasons and the signed declaration stay with the first case."""
    for check in first.identity_checks.filter(result=IdentityCheck.Result.ACCEPTED):
        IdentityCheck.objects.create(
            case=appeal,
            method=check.method,
            result=check.result,
            level=check.level,
            kinds=check.kinds,
            points=check.points,
            channel_on_file=check.channel_on_file,
            evidence_digest=check.evidence_digest,
            by=check.by,
            at=check.at,
        )
    appeal.identity_level = first.identity_level
    appeal.save(update_fields=["identity_level"])


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
