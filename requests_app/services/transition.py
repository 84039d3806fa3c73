"""The one door to a state change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from requests_app.exceptions import GateClosed, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, EventKind
from requests_app.permissions import Actor, Verb
from requests_app.services import clock
from requests_app.services.access import require
from requests_app.signals import case_entered_state


def locked(case_id: UUID) -> Case:
    """The case with its row locked; every service that changes a case starts here, inside a transaction."""
    case: Case = Case.objects.select_for_update().get(pk=case_id)
    return case


@transaction.atomic
def move(case_id: UUID, verb: Verb, *, by: Actor, **details: Any) -> Case:
    """Lock the row, check the role, call the transition, save, write the event, tell the machinery: all or nothing."""
    case = locked(case_id)
    require(case, verb, by)
    before = State(case.state)
    try:
        getattr(case, verb.value)(**details)
        case.entry += 1
        case.stage_fence = 0
        case.plan_reported = case.fulfilment_reported = False
        if case.attention not in _stays(case):
            case.attention = Attention.NONE
        if case.state == State.CLOSED:
            case.closed_at = timezone.now()
        case.save()
    except (TransitionNotAllowed, ConcurrentTransition) as error:
        if verb is Verb.RELEASE and before is State.IN_REVIEW and (reasons := case.gate_refusals()):
            raise GateClosed(reasons) from error
        message = f"A case that is {before.label.lower()} cannot {verb.value.replace('_', ' ')} now."
        raise WrongState(message) from error
    payload = {"from": before.value, "to": str(case.state), "verb": verb.value, "entry": case.entry}
    if case.outcome:
        payload |= {"outcome": str(case.outcome), "ground": case.ground}
    chain.append(case_id, EventKind.CASE_MOVED, by=by, payload=payload)
    if case.state == State.CLOSED:
        clock.settle(case, by=by)
    case_entered_state.send(sender=Case, case_id=case.id, state=State(case.state), entry=case.entry)
    return case


def _stays(case: Case) -> set[str]:
    """What a move does not settle: somebody wrote, a mail came back, a file or an agent still waits for a ruling."""
    return {Attention.MESSAGE, Attention.NOTICE_FAILED, Attention.EVIDENCE} | (
        {Attention.AUTHORITY} if case.is_undecided else set()
    )


def enter_again(case: Case, *, by: Actor) -> None:
    """Give the present machine state to a new job; whoever still works for the former entry is refused from now on."""
    case.entry += 1
    case.stage_fence = 0
    case.plan_reported = case.fulfilment_reported = False
    case.attention = Attention.NONE
    case.save(update_fields=["entry", "stage_fence", "plan_reported", "fulfilment_reported", "attention"])
    payload = {"from": str(case.state), "to": str(case.state), "verb": Verb.RETRY.value, "entry": case.entry}
    chain.append(case.id, EventKind.CASE_MOVED, by=by, payload=payload)
    case_entered_state.send(sender=Case, case_id=case.id, state=State(case.state), entry=case.entry)


def flag(case: Case, attention: Attention, *, by: Actor) -> None:
    """Say what keeps the case from going on by itself; `NONE` when nothing does."""
    if case.attention == attention:
        return
    case.attention = attention
    case.save(update_fields=["attention"])
    chain.append(case.id, EventKind.CASE_ATTENTION, by=by, payload={"attention": attention.value})
