"""How a case ends without an answer to what was asked: taken back, or never proven to come from the person."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from requests_app.lifecycle import State
from requests_app.models import Case, Clock, Notice
from requests_app.permissions import SYSTEM, Actor, Verb
from requests_app.services import agent_notices, clock, lesser, notices, opt_in
from requests_app.services.transition import move

GROUND = "identity_unproven"
TO_TELL_IT = timedelta(days=3)  # the notice must have gone out by the answer's date, and a mail is tried for three days


@transaction.atomic
def withdraw(*, case_id: UUID, by: Actor, by_agent: bool = False) -> Case:
    """Stop the work on a request that its requester takes back, and confirm it. WrongState once something was done.

    `by_agent`: whoever asked for the person took it back, not the person.
    """
    case = move(case_id, Verb.WITHDRAW, by=by)
    notices.order(case, Notice.Kind.WITHDRAWN, by=by, key="withdrawn", parameters={"by_agent": by_agent})
    agent_notices.tell_end(case, by=by)
    return case


def expire_unproven() -> int:
    """End every case whose identity is still open shortly before its answer is due, and every choice that nobody
    confirmed in time; tell the requester so.

    11 CCR 7022(a), 7024(a)-(b): a request that cannot be verified is answered all the same, within the time to answer.
    """
    lesser.answer_due()
    overdue = Case.objects.filter(
        state=State.VERIFYING,
        clocks__kind__in=(Clock.Kind.ANSWER, Clock.Kind.APPEAL),
        clocks__ended="",
        clocks__due_on__lte=clock.today() + TO_TELL_IT,
    )
    ends = [*overdue.values_list("pk", flat=True), *opt_in.unconfirmed()]
    return sum(_expire(case_id) for case_id in ends)


@transaction.atomic
def _expire(case_id: UUID) -> bool:
    case: Case = Case.objects.select_for_update().get(pk=case_id)
    if not can_proceed(case.expire):
        return False  # proven, confirmed or taken back, since the list was made
    case = move(case_id, Verb.EXPIRE, by=SYSTEM, ground=GROUND)
    notices.order(case, Notice.Kind.UNVERIFIED, by=SYSTEM, key="unverified")
    agent_notices.tell(case, by=SYSTEM, accepted=False)
    return True
