"""The legal clocks of a case: started from the law with its derivation, met, and ended when the case closes.

The dates are fixed when a clock starts and kept with their derivation: a later edit of a law file moves none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Min, QuerySet
from django.utils import timezone

from requests_app import derivation, regimes
from requests_app.derivation import Derivation
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, Right
from requests_app.models import Case, Channel, Clock, EventKind, Notice
from requests_app.permissions import Actor
from requests_app.regimes import places
from requests_app.regimes.schema import Regime

# What each notice answers once it has gone out. An opt-out is met when it is carried out, not when that is confirmed.
ANSWERS: dict[str, tuple[Clock.Kind, ...]] = {
    Notice.Kind.ACKNOWLEDGEMENT: (Clock.Kind.ACKNOWLEDGE,),
    Notice.Kind.READY: (Clock.Kind.ANSWER,),
    Notice.Kind.CORRECTION_DONE: (Clock.Kind.ANSWER,),
    Notice.Kind.DELETION_DONE: (Clock.Kind.ANSWER,),
    Notice.Kind.DENIAL: (Clock.Kind.ANSWER, Clock.Kind.OPT_OUT),
    Notice.Kind.UNVERIFIED: (Clock.Kind.ANSWER,),
    Notice.Kind.APPEAL_UPHELD: (Clock.Kind.APPEAL,),
    Notice.Kind.PROVIDER_TOLD: (Clock.Kind.REFERRAL,),
}

LOST = frozenset({"extension_returned", "extension_void"})  # steps after which the first date counts


def today() -> date:
    """The day it is where the company is."""
    return day_of(timezone.now())


def opt_out_due() -> date:
    """The day by which the strict default carries out an opt-out that comes now."""
    zone = ZoneInfo(settings.UMBS_TIME_ZONE)
    regime = regimes.for_residence(places.ELSEWHERE)
    clocks = derivation.derive(regime, Right.OPT_OUT_SALE_SHARING, timezone.now(), channel=Channel.WEB, zone=zone)
    return clocks[0].due_on


def day_of(moment: datetime) -> date:
    """The day it was where the company is."""
    return moment.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()


def start(case: Case, *, by: Actor) -> None:
    """Every clock that the case's law and the strict default set for its right; an appeal has its own alone."""
    zone = ZoneInfo(settings.UMBS_TIME_ZONE)
    regime = regimes.get(case.regime)
    what = case.right if case.appeal_of_id is None else Clock.Kind.APPEAL.value
    received = case.received_on if case.channel == Channel.MAIL else case.received_at  # a stamp has no hour
    for clock in derivation.derive(regime, what, received, channel=case.channel, zone=zone):
        _write(case, regime, clock, by=by)
    refresh(case)


def start_referral(case: Case, *, by: Actor) -> None:
    """Records held for a provider were found: the clock to tell it runs from the first such day."""
    if not case.clocks.filter(kind=Clock.Kind.REFERRAL).exists():
        regime = regimes.get(case.regime)
        _write(case, regime, derivation.found(regime, today()), by=by)
        refresh(case)


def _write(case: Case, regime: Regime, clock: Derivation, *, by: Actor) -> None:
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


def refresh(case: Case) -> None:
    """`next_due_on` is the earliest running clock; every service that touches a clock ends here."""
    case.next_due_on = case.clocks.filter(ended="").aggregate(first=Min("due_on"))["first"]
    Case.objects.filter(pk=case.pk).update(next_due_on=case.next_due_on)


def meet(case: Case, *kinds: Clock.Kind, by: Actor, on: date | None = None) -> None:
    """What these clocks ask for was done on that day, today unless told. A clock that has ended stays as it ended."""
    done_on = on or today()
    for row in case.clocks.filter(kind__in=kinds, ended=""):
        _end(row, Clock.Ended.MET if done_on <= row.due_on else Clock.Ended.MET_LATE, by=by)
    refresh(case)


def met_by(notice: Notice, *, by: Actor, on: date | None = None) -> None:
    """A notice went out: the clocks that it answers are met, on the day it was posted when it was posted.

    What answers a request answers an appeal as well, once the work was done again. The notice of an extension answers
    nothing, but late it is no notice.
    """
    if notice.kind == Notice.Kind.EXTENSION:
        _extend_again(notice.case, by=by, told_on=on or today())
        _hold_to_the_first_date(notice.case, by=by, told_on=on or today())
    if kinds := answered_by(notice):
        meet(notice.case, *kinds, by=by, on=on)


def answered_by(notice: Notice) -> tuple[Clock.Kind, ...]:
    """The clocks that it meets when it goes out, if they still run."""
    kinds = () if _waits_for_a_provider(notice) else ANSWERS.get(notice.kind, ())
    return (*kinds, Clock.Kind.APPEAL) if {Clock.Kind.ANSWER, Clock.Kind.OPT_OUT} & set(kinds) else kinds


def _waits_for_a_provider(notice: Notice) -> bool:
    """Of several providers the last one that is told meets the clock."""
    return notice.kind == Notice.Kind.PROVIDER_TOLD and _untold(notice.case).exists()


def _untold(case: Case) -> QuerySet[Notice]:
    told = (Notice.State.SENT, Notice.State.POSTED)
    return case.notices.filter(kind=Notice.Kind.PROVIDER_TOLD).exclude(state__in=told)


def _hold_to_the_first_date(case: Case, *, by: Actor, told_on: date) -> None:
    """An extension holds only when its notice went out in time (Cal. Civ. Code 1798.130(a)(2)(A))."""
    late = case.clocks.filter(ended="", extended_at__isnull=False, notice_by__lt=told_on)
    for row in late.exclude(due_on=F("first_due_on")):
        values = {"on": told_on, "notice_by": row.notice_by or row.first_due_on, "due": row.first_due_on}
        _move(row, row.first_due_on, "extension_void", values)
        payload = {"clock": row.kind, "due": row.due_on.isoformat(), "notice": told_on.isoformat()}
        chain.append(case.id, EventKind.EXTENSION_VOID, by=by, payload=payload)
    refresh(case)


def came_back(notice: Notice, *, answered: Collection[Clock.Kind]) -> list[str]:
    """A mail that had gone out never arrived: which clocks run on. `answered` are those that it met by going out.

    The notice of an extension that nobody got is none: the first date counts until it has gone out again, in time.
    """
    case = notice.case
    if notice.kind == Notice.Kind.EXTENSION:
        return _without_its_notice(case)
    arrived = case.notices.filter(state__in=(Notice.State.SENT, Notice.State.POSTED))
    others = {kind for other in arrived for kind in answered_by(other)}
    met = case.clocks.filter(ended__in=(Clock.Ended.MET, Clock.Ended.MET_LATE), kind__in=set(answered) - others)
    kinds = list(met.values_list("kind", flat=True))
    run_again(case, kinds)
    return kinds


def _without_its_notice(case: Case) -> list[str]:
    extended = case.clocks.filter(ended="", extended_at__isnull=False).exclude(due_on=F("first_due_on"))
    kinds = []
    for row in extended:
        values = {"due": row.first_due_on, "notice_by": row.notice_by or row.first_due_on}
        _move(row, row.first_due_on, "extension_returned", values)
        kinds.append(row.kind)
    refresh(case)
    return kinds


def is_too_late(notice: Notice) -> bool:
    """It tells of an extension that holds no longer, even if it went out today."""
    extended = notice.case.clocks.filter(extended_at__isnull=False, notice_by__lt=today())
    return notice.kind == Notice.Kind.EXTENSION and extended.exists()


def _extend_again(case: Case, *, by: Actor, told_on: date) -> None:
    """The notice that had come back, or had been marked with a wrong day, went out while there was time for it."""
    for row in case.clocks.filter(ended="", due_on=F("first_due_on"), notice_by__gte=told_on):
        if row.may_extend_to is None or row.derivation[-1]["code"] not in LOST:
            continue
        _move(row, row.may_extend_to, "extended", {"on": told_on, "due": row.may_extend_to, "before": row.first_due_on})
        payload = {"clock": row.kind, "due": row.due_on.isoformat(), "before": row.first_due_on.isoformat()}
        chain.append(case.id, EventKind.CLOCK_EXTENDED, by=by, payload=payload)
    refresh(case)


def _move(row: Clock, due_on: date, code: str, values: Mapping[str, date]) -> None:
    """Another date counts; the derivation says why."""
    rule = next(step for step in row.derivation if step["code"] == "extension")
    row.derivation = [*row.derivation, derivation.Step(code, values, rule["citation"]).as_json()]
    row.due_on = due_on
    row.save(update_fields=["due_on", "derivation"])


def run_again(case: Case, kinds: Collection[str]) -> None:
    """What had met these clocks turned out not to have happened."""
    case.clocks.filter(kind__in=kinds).update(ended="", ended_at=None)
    refresh(case)


def settle(case: Case, *, by: Actor) -> None:
    """The case is closed: a withdrawal or merger stops the clocks, any other end meets them.

    A provider that was not told is still to be told, and an answer that came back is still to be given: these run on.
    """
    if case.outcome in {Outcome.WITHDRAWN, Outcome.MERGED}:
        for row in case.clocks.filter(ended=""):
            _end(row, Clock.Ended.STOPPED, by=by)
        refresh(case)
    else:
        kinds = set(Clock.Kind) - ({Clock.Kind.REFERRAL} if _untold(case).exists() else set())
        lost = case.notices.filter(state=Notice.State.BOUNCED, settled_at=None)
        meet(case, *sorted(kinds.difference(*(answered_by(notice) for notice in lost))), by=by)


def _end(row: Clock, ended: Clock.Ended, *, by: Actor) -> None:
    row.ended, row.ended_at = ended, timezone.now()
    row.save(update_fields=["ended", "ended_at"])
    chain.append(row.case_id, EventKind.CLOCK_ENDED, by=by, payload={"clock": row.kind, "ended": ended.value})
