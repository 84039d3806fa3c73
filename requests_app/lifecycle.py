"""Which state follows which. The only place that knows the order; `services.transition.move` is the only caller.

Place (`state`), health (`attention`), clocks and outcome are four different fields. Every way out files a record PDF: a
case that is refused, withdrawn, unverified, referred or merged passes RECORDING before CLOSED, and CLOSED is final.
"""

from __future__ import annotations

import threading
from typing import Any, cast

from django.db import models
from django_fsm import GET_STATE, ConcurrentTransitionMixin, FSMField, transition


class State(models.TextChoices):
    RECEIVED = "received", "Received"
    VERIFYING = "verifying", "Checking identity"
    GATHERING = "gathering", "Gathering"
    REDACTING = "redacting", "Redacting"
    PLANNING = "planning", "Planning"
    IN_REVIEW = "in_review", "In review"
    FULFILLING = "fulfilling", "Fulfilling"
    RECORDING = "recording", "Filing the record"
    CLOSED = "closed", "Closed"


class Right(models.TextChoices):
    ACCESS = "access", "Access"
    KNOW_CATEGORIES = "know_categories", "Know the categories"
    PORTABILITY = "portability", "Portability"
    DELETE = "delete", "Delete"
    CORRECT = "correct", "Correct"
    OPT_OUT_SALE_SHARING = "opt_out_sale_sharing", "Opt out of sale and sharing"
    OPT_OUT_TARGETED_ADS = "opt_out_targeted_ads", "Opt out of targeted advertising"
    OPT_OUT_PROFILING = "opt_out_profiling", "Opt out of profiling"
    LIMIT_SENSITIVE = "limit_sensitive", "Limit the use of sensitive data"
    OPT_IN_SALE_SHARING = "opt_in_sale_sharing", "Opt in again to sale and sharing"
    THIRD_PARTY_LIST = "third_party_list", "List of third parties"


class Outcome(models.TextChoices):
    FULFILLED = "fulfilled", "Fulfilled"
    PARTLY = "partly", "Partly fulfilled"
    REFUSED = "refused", "Refused"
    REFERRED = "referred", "Referred to the provider"
    UNVERIFIED = "unverified", "Identity not proven"
    WITHDRAWN = "withdrawn", "Withdrawn"
    MERGED = "merged", "Merged into another case"


_START = (State.RECEIVED, State.VERIFYING, State.GATHERING)
_END = (State.IN_REVIEW, State.FULFILLING, State.RECORDING, State.CLOSED)
_COPY = (*_START, State.REDACTING, *_END)
_EXISTENCE = (*_START, *_END)
_CHANGE = (*_START, State.PLANNING, *_END)
_SIGNAL = (State.RECEIVED, State.FULFILLING, State.RECORDING, State.CLOSED)
ROUTES: dict[Right, tuple[State, ...]] = {
    Right.ACCESS: _COPY,
    Right.PORTABILITY: _COPY,
    Right.KNOW_CATEGORIES: _EXISTENCE,
    Right.THIRD_PARTY_LIST: _EXISTENCE,
    Right.DELETE: _CHANGE,
    Right.CORRECT: _CHANGE,
    Right.OPT_OUT_SALE_SHARING: _SIGNAL,
    Right.OPT_OUT_TARGETED_ADS: _SIGNAL,
    Right.OPT_OUT_PROFILING: _SIGNAL,
    Right.LIMIT_SENSITIVE: _SIGNAL,
    Right.OPT_IN_SALE_SHARING: _SIGNAL,
}
OPT_OUTS = frozenset(right for right, route in ROUTES.items() if route is _SIGNAL) - {Right.OPT_IN_SALE_SHARING}

EXISTENCE_ONLY = frozenset(right for right, route in ROUTES.items() if route is _EXISTENCE)

BEFORE_DECISION = (State.RECEIVED, State.VERIFYING, State.GATHERING, State.REDACTING, State.PLANNING, State.IN_REVIEW)
OPEN = (*BEFORE_DECISION, State.FULFILLING, State.RECORDING)
MACHINE = (State.VERIFYING, State.GATHERING, State.REDACTING, State.PLANNING, State.FULFILLING, State.RECORDING)


def following(case: Any) -> State:
    """The state after the present one on the route of the case's right; an appeal begins with its reviewer."""
    if case.appeal_of_id is not None and case.state == State.RECEIVED:
        return State.IN_REVIEW
    route = ROUTES[Right(case.right)]
    return route[route.index(State(case.state)) + 1]


def worked_again(case: Any) -> State:
    """Where a case goes that is to be worked on once more: a refused one on appeal may never have been proven."""
    if State.GATHERING not in ROUTES[Right(case.right)]:
        return State.FULFILLING
    return State.GATHERING if identity_is_proven(case) else State.VERIFYING


def authority_is_shown(case: Any) -> bool:
    """What is carried out without a review waits for the ruling on whoever asks for the person (11 CCR 7026(j))."""
    return following(case) is not State.FULFILLING or not case.authority_is_open()


def second_step_is_taken(case: Any) -> bool:
    """What was stopped is allowed again only when it is confirmed apart from being asked for (11 CCR 7028(a))."""
    return not case.awaits_second_step()


def is_unproven(case: Any) -> bool:
    return case.state == State.VERIFYING or not second_step_is_taken(case)


def nothing_skips_the_gate(case: Any) -> bool:
    return worked_again(case) is not State.FULFILLING or gate_is_open(case)


def identity_is_proven(case: Any) -> bool:
    return bool(case.identity_level >= case.required_level)


def stage_is_complete(case: Any) -> bool:
    """Every search is answered, every batch examined, the deliverable attached: whatever the present stage owes."""
    return not case.stage_owes()


def gate_is_open(case: Any) -> bool:
    return not case.gate_refusals()


def no_effect_yet(case: Any) -> bool:
    """Nothing was changed in a source and nothing was given out."""
    return case.first_effect_at is None and not case.releases.exists()


def was_reviewed(case: Any) -> bool:
    return State.IN_REVIEW in ROUTES[Right(case.right)]


def record_is_filed(case: Any) -> bool:
    return bool(case.has_record())


_REFRESHING = threading.Lock()


class CaseLifecycle(ConcurrentTransitionMixin, models.Model):
    """The verbs that move a case. Bodies are empty or set fields on `self`; guards read rows, never a status name."""

    state = FSMField(max_length=16, choices=State.choices, default=State.RECEIVED, protected=True, db_index=True)
    entry = models.PositiveIntegerField(default=1, help_text="How many states this case has entered.")
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    ground = models.CharField(
        max_length=64, blank=True, help_text="Denial ground or reason code that decided the outcome."
    )
    first_effect_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """One thread at a time: django-fsm opens `state` for the whole process meanwhile, and for good on an error."""
        state = cast("FSMField", self._meta.get_field("state"))
        with _REFRESHING:
            state.protected = False
            try:
                models.Model.refresh_from_db(self, *args, **kwargs)
            finally:
                state.protected = True
        self._update_initial_state()

    @transition(
        field=state,
        source=State.RECEIVED,
        target=GET_STATE(
            lambda case, **_: following(case), states=[State.VERIFYING, State.FULFILLING, State.IN_REVIEW]
        ),
        conditions=[authority_is_shown, second_step_is_taken],
        custom={"label": "begin"},
    )
    def begin(self) -> None:
        """The acknowledgement is ordered; the machine takes over."""

    @transition(
        field=state,
        source=State.VERIFYING,
        target=State.GATHERING,
        conditions=[identity_is_proven],
        custom={"label": "identity proven"},
    )
    def verify(self) -> None:
        """Identity has reached the level that the law asks for this right."""

    @transition(
        field=state,
        source=[State.GATHERING, State.REDACTING, State.PLANNING, State.FULFILLING],
        target=GET_STATE(
            lambda case, **_: following(case),
            states=[State.REDACTING, State.PLANNING, State.IN_REVIEW, State.RECORDING],
        ),
        conditions=[stage_is_complete],
        custom={"label": "stage finished"},
    )
    def finish_stage(self, *, outcome: str = "", ground: str = "") -> None:
        """A machine reports that a stage is done; fulfilment also says how it ended."""
        if outcome:
            self.outcome = outcome
            self.ground = ground

    @transition(
        field=state,
        source=State.IN_REVIEW,
        target=State.FULFILLING,
        conditions=[gate_is_open],
        custom={"label": "approved"},
    )
    def release(self) -> None:
        """Enough different people approved exactly this content."""

    @transition(
        field=state,
        source=State.IN_REVIEW,
        target=GET_STATE(
            lambda case, **_: worked_again(case), states=[State.GATHERING, State.VERIFYING, State.FULFILLING]
        ),
        conditions=[nothing_skips_the_gate],
        custom={"label": "sent back"},
    )
    def send_back(self) -> None:
        """The reviewer wants the sources searched again, or grants an appeal: the work begins anew."""

    @transition(
        field=state,
        source=State.FULFILLING,
        target=State.IN_REVIEW,
        conditions=[was_reviewed, no_effect_yet],
        custom={"label": "back to review"},
    )
    def reconsider(self) -> None:
        """What was approved cannot leave as it is, or should not: people decide anew, on the same records."""

    @transition(field=state, source=list(BEFORE_DECISION), target=State.RECORDING, custom={"label": "refused"})
    def deny(self, *, ground: str) -> None:
        self.outcome, self.ground = Outcome.REFUSED, ground

    @transition(
        field=state,
        source=[*BEFORE_DECISION, State.FULFILLING],
        target=State.RECORDING,
        conditions=[no_effect_yet],
        custom={"label": "withdrawn"},
    )
    def withdraw(self) -> None:
        self.outcome = Outcome.WITHDRAWN

    @transition(
        field=state,
        source=[State.RECEIVED, State.VERIFYING],
        target=State.RECORDING,
        conditions=[is_unproven],
        custom={"label": "identity not proven"},
    )
    def expire(self, *, ground: str) -> None:
        self.outcome, self.ground = Outcome.UNVERIFIED, ground

    @transition(field=state, source=list(BEFORE_DECISION), target=State.RECORDING, custom={"label": "merged"})
    def merge(self, *, into: Any) -> None:
        """The other case goes on; this one's identity level is neither given nor taken."""
        self.outcome, self.merged_into_id = Outcome.MERGED, into

    @transition(
        field=state,
        source=State.RECORDING,
        target=State.CLOSED,
        conditions=[record_is_filed],
        custom={"label": "closed"},
    )
    def close(self) -> None:
        """The record PDF is filed; nothing is open."""
