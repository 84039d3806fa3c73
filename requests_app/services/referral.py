"""Records held for a health care provider: the provider is told, the person referred to it, and its answer awaited.

45 CFR 164.504(e): as its business associate we may neither give out nor change them for ourselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import deadlines, regimes
from requests_app.exceptions import NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, Right
from requests_app.models import Case, EventKind, Notice, Obligation
from requests_app.permissions import SYSTEM, Actor, Verb
from requests_app.services import clock, notices
from requests_app.services.access import require
from requests_app.services.transition import locked

GROUND = "SCP-01"
WAITS = (Obligation.State.OPEN, Obligation.State.ESCALATED)
LONGEST_OWNER = 200


@dataclass(frozen=True)
class Referral:
    """One source, and whose records it holds. `told_on` is None while the mail is on its way."""

    id: UUID
    source_key: str
    source_name: str
    provider: str
    told_on: date | None
    answer_by: date
    state: str

    @property
    def is_open(self) -> bool:
        return self.state in WAITS


def refer(case: Case, *, source_key: str, source_name: str, provider: str, contact: str) -> None:
    """Records of this person were found in a provider's source. Found again, nobody is told twice."""
    rule = regimes.get(case.regime).referral
    span = rule.correct if case.right == Right.CORRECT else rule.answer
    row, created = Obligation.objects.get_or_create(
        key=f"{case.id}:referral:{source_key}",
        defaults={
            "case": case,
            "kind": Obligation.Kind.REFERRAL,
            "source_key": source_key,
            "source_name": source_name,
            "reason": GROUND,
            "owner": f"{provider[: LONGEST_OWNER - len(contact) - 3]} ({contact})",
            "due_on": deadlines.add(clock.today(), span, regimes.get(case.regime).business_days),
            "opened_at": timezone.now(),
        },
    )
    if not created:
        return
    payload = {"obligation": row.id, "kind": row.kind, "source": source_key, "reason": GROUND}
    chain.append(case.id, EventKind.OBLIGATION_OPENED, by=SYSTEM, payload=payload | {"due_on": row.due_on.isoformat()})
    clock.start_referral(case, by=SYSTEM)
    parameters = {"source": source_name, "provider": provider}
    notices.order(
        case, Notice.Kind.PROVIDER_TOLD, by=SYSTEM, key=f"provider:{source_key}", to=contact, parameters=parameters
    )
    notices.order(case, Notice.Kind.REFERRAL, by=SYSTEM, key="referral")


def of(case: Case) -> list[Referral]:
    """Every provider that records of this case are held for."""
    told = {notice.key: notice.sent_at for notice in case.notices.filter(kind=Notice.Kind.PROVIDER_TOLD)}
    rows = case.obligations.filter(kind=Obligation.Kind.REFERRAL).order_by("source_name")
    return [_fact(row, told.get(f"{case.id}:provider:{row.source_key}")) for row in rows]


def _fact(row: Obligation, sent_at: datetime | None) -> Referral:
    told_on = clock.day_of(sent_at) if sent_at else None
    return Referral(row.id, row.source_key, row.source_name, row.owner, told_on, row.due_on, str(row.state))


def outcome(case: Case, *, ours: bool, done: bool) -> tuple[str, str]:
    """How a request ends of which part is a provider's: (outcome, ground). `ours`: something of it was ours to do."""
    if not case.obligations.filter(kind=Obligation.Kind.REFERRAL).exists():
        return (Outcome.FULFILLED if done else Outcome.PARTLY).value, ""
    return (Outcome.PARTLY.value, "") if ours else (Outcome.REFERRED.value, GROUND)


@transaction.atomic
def confirm(*, case_id: UUID, by: Actor, referral_id: UUID, on: date) -> None:
    """The provider said on this day that it has the request and answers the person itself."""
    case = locked(case_id)
    require(case, Verb.CONFIRM_REFERRAL, by)
    row = case.obligations.filter(pk=referral_id, kind=Obligation.Kind.REFERRAL).first()
    if row is None:
        message = _("This case has no such referral.")
        raise NotFound(message)
    if row.state not in WAITS:
        message = _("This provider has confirmed already.")
        raise WrongState(message)
    if not clock.day_of(row.opened_at) <= on <= clock.today():
        message = _("Give the day on which the provider confirmed: not before we told it, not in the future.")
        raise NotValid(message, field="on")
    row.state, row.ended_at, row.outcome = Obligation.State.DONE, timezone.now(), "referred"
    row.save(update_fields=["state", "ended_at", "outcome"])
    payload = {"obligation": row.id, "kind": row.kind, "source": row.source_key, "on": on.isoformat()}
    chain.append(case.id, EventKind.OBLIGATION_ENDED, by=by, payload=payload)


def escalate_unanswered() -> int:
    """The provider's time is over and it has not confirmed: somebody has to ring. How many are new."""
    late = Obligation.objects.filter(
        kind=Obligation.Kind.REFERRAL, state=Obligation.State.OPEN, due_on__lt=clock.today()
    )
    return sum(_escalate(referral_id) for referral_id in late.values_list("pk", flat=True))


@transaction.atomic
def _escalate(referral_id: UUID) -> bool:
    locked(Obligation.objects.values_list("case_id", flat=True).get(pk=referral_id))
    row = Obligation.objects.select_for_update().get(pk=referral_id)
    if row.state != Obligation.State.OPEN:
        return False
    row.state, row.tried_at = Obligation.State.ESCALATED, timezone.now()
    row.save(update_fields=["state", "tried_at"])
    payload = {"obligation": row.id, "kind": row.kind, "source": row.source_key, "outcome": "unanswered"}
    chain.append(row.case_id, EventKind.OBLIGATION_TRIED, by=SYSTEM, payload=payload)
    return True
