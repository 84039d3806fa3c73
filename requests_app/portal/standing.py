"""Where a case stands, for its status page: what happened, which dates count and why, what may be done now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django_fsm import can_proceed

from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Clock, Deliverable, EventKind, Message
from requests_app.portal import wording
from requests_app.regimes.schema import Regulator
from requests_app.services import (
    agent,
    appeal,
    corrected,
    declaring,
    erasure,
    extension,
    grounds,
    identity_channel,
    messages,
    notices,
    opt_in,
    referral,
    representation,
)
from requests_app.services.declaring import Declarant
from requests_app.services.referral import Referral


@dataclass(frozen=True)
class Refusal:
    """Why the answer was no: the law's ground in plain words, its citation, and what the officer explained."""

    ground: str
    citation: str
    explanation: str
    regulator: Regulator | None

    @classmethod
    def of(cls, case: Case) -> Refusal | None:
        ground = grounds.of(case) if case.outcome == Outcome.REFUSED else None
        if ground is None:
            return None
        regulator = grounds.regulator(case) if case.appeal_of_id is not None else None
        return cls(ground.text, ground.citation, notices.explanation(case), regulator)


@dataclass(frozen=True)
class Standing:
    case: Case
    stands_in: bool
    sentence: str | Promise
    history: list[tuple[dt.datetime, str | Promise]]
    clocks: list[Clock]
    extension_reason: str
    refusal: Refusal | None
    messages: list[tuple[Message, str]]
    package: Deliverable | None
    package_by_post: bool
    documents: list[Deliverable]
    same_visit: list[Case]
    may_withdraw: bool
    may_prove: bool
    signs: Declarant | None
    appeal_until: dt.date | None
    appeals: list[Case]
    asked_in_their_name: bool
    deletion: list[erasure.Told]
    referrals: list[Referral]
    corrections: list[corrected.Told]
    confirm_until: dt.date | None

    @classmethod
    def of(cls, case: Case) -> Standing:
        state = State(case.state)
        clocks = list(case.clocks.order_by("due_on"))
        ready = _package(case)
        proving = state is State.VERIFYING
        return cls(
            case=case,
            stands_in=agent.stands_in(agent.of(case)),
            sentence=_sentence(case, ready),
            history=_history(case),
            clocks=clocks,
            extension_reason=next(filter(None, map(extension.reason, clocks)), ""),
            refusal=Refusal.of(case),
            messages=messages.read(case, notes=False),
            package=ready,
            package_by_post=ready is not None and not identity_channel.collect_address(case),
            documents=list(case.deliverables.exclude(kind__in=Deliverable.ANSWERS).filter(revoked_at=None)),
            same_visit=list(Case.objects.filter(visit=case.visit).exclude(pk=case.pk).order_by("opened_at")),
            may_withdraw=can_proceed(case.withdraw),
            may_prove=proving,
            appeal_until=None if appeal.refusal(case) else appeal.last_day(case),
            appeals=list(case.appeals.order_by("opened_at")),
            confirm_until=opt_in.last_day(case) if case.is_open and case.awaits_second_step() else None,
            asked_in_their_name=representation.waits_for_the_person(case),
            deletion=erasure.told(case, get_language() or case.language),
            referrals=referral.of(case),
            corrections=corrected.told(case, get_language() or case.language),
            signs=_signs(case) if proving else None,
        )


def _signs(case: Case) -> Declarant | None:
    """Whoever asks in the person's place signs here once this page is theirs."""
    signs = declaring.wanted(case)
    return None if signs and signs.capacity and not agent.stands_in(agent.of(case)) else signs


def _sentence(case: Case, ready: Deliverable | None) -> Any:
    if ready and case.is_open:
        return wording.READY
    if begins := erasure.may_begin_at(case):
        return wording.STILL_TO_BEGIN % {"day": date_format(timezone.localtime(begins), "DATETIME_FORMAT")}
    if case.is_open and case.awaits_second_step():
        return wording.SECOND_STEP
    if case.state == State.FULFILLING and case.first_effect_at is None and erasure.waits_for_a_copy(case):
        return wording.WAITS_FOR_THE_COPY
    return wording.OUTCOMES[Outcome(case.outcome)] if case.outcome else wording.STATES[State(case.state)]


def _history(case: Case) -> list[tuple[dt.datetime, Any]]:
    """What the case went through, oldest first: the events that moved it, each as its sentence."""
    moved = case.events.filter(kind=EventKind.CASE_MOVED).order_by("sequence")
    return [(case.received_at, wording.REACHED[State.RECEIVED])] + [
        (event.at, wording.REACHED[State(event.payload["to"])]) for event in moved
    ]


def _package(case: Case) -> Deliverable | None:
    now = timezone.now()
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    packages = case.deliverables.filter(alive, kind=Deliverable.Kind.PACKAGE, revoked_at=None, release__isnull=False)
    return packages.exclude(fetches_left=0).order_by("-made_at").first()
