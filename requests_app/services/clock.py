"""The legal clocks of a case: started from the law with its derivation, met, settled when the case closes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from requests_app import derivation, regimes
from requests_app.ledger import chain
from requests_app.models import Case, Clock, EventKind
from requests_app.permissions import Actor


def start(case: Case, *, by: Actor) -> None:
    """Every clock that the case's law and the strict default set for its right."""
    zone = ZoneInfo(settings.UMBS_TIME_ZONE)
    regime = regimes.get(case.regime)
    for clock in derivation.derive(regime, case.right, case.received_at, channel=case.channel, zone=zone):
        row = Clock.objects.create(
            case=case,
            kind=clock.kind.value,
            regime=regime.code,
            regime_version=regime.version,
            started_on=clock.started_on,
            due_on=clock.due_on,
            first_due_on=clock.due_on,
            may_extend_to=clock.extended_due_on,
            notice_by=clock.notice_by,
            derivation=[step.as_json() for step in clock.steps],
        )
        payload = {"clock": row.kind, "due": row.due_on.isoformat(), "regime": regime.code, "version": regime.version}
        chain.append(case.id, EventKind.CLOCK_STARTED, by=by, payload=payload)
    refresh(case)


def refresh(case: Case) -> None:
    """`next_due_on` is the earliest running clock; every service that touches a clock ends here."""
    case.next_due_on = case.clocks.filter(ended="").aggregate(first=Min("due_on"))["first"]
    case.save(update_fields=["next_due_on"])


def meet(case: Case, kind: Clock.Kind, *, by: Actor) -> None:
    """What this clock asks for was done now. A clock that has ended stays as it ended."""
    now = timezone.now()
    today = now.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()
    for row in case.clocks.filter(kind=kind, ended=""):
        row.ended = Clock.Ended.MET if today <= row.due_on else Clock.Ended.MET_LATE
        row.ended_at = now
        row.save(update_fields=["ended", "ended_at"])
        chain.append(case.id, EventKind.CLOCK_ENDED, by=by, payload={"clock": row.kind, "ended": row.ended})
    refresh(case)


def settle(case: Case, *, by: Actor) -> None:
    """The case is closed: it was answered, one way or another, and nothing runs on."""
    for kind in (Clock.Kind.ACKNOWLEDGE, Clock.Kind.ANSWER, Clock.Kind.OPT_OUT, Clock.Kind.REFERRAL):
        meet(case, kind, by=by)
