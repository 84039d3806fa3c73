"""Opt-outs across the seam: which sources could not keep the choice, and what telling them again came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from requests_app.casefile import read
from requests_app.casefile.types import Holder, SubjectKeys
from requests_app.casefile.write import _hold
from requests_app.models import Obligation
from requests_app.permissions import SYSTEM
from requests_app.services import erasure, notices, obligations, restrictions
from requests_app.services.transition import locked

WORD = ":opt-out:"


@dataclass(frozen=True)
class Left:
    """One source that could not keep the choice. `reason` is a reason code; `owner` answers for the source."""

    source_key: str
    source_name: str
    reason: str
    owner: str


@dataclass(frozen=True)
class Waiting:
    """One source that is told again, about no more than the person still wants stopped."""

    obligation: UUID
    attempt: int
    source_key: str
    about: SubjectKeys


@transaction.atomic
def settle(holder: Holder, left: Iterable[Left]) -> str:
    """What is owed, and the confirmation; how the request ended: its outcome."""
    case, late = _hold(holder), list(left)
    for one in late:
        erasure.owe_again(
            case,
            f"{case.id}{WORD}{one.source_key}",
            source_key=one.source_key,
            source_name=one.source_name,
            reason=one.reason,
            owner=one.owner,
        )
    notices.confirm_opt_out(case, late=len(late))
    return "partly" if late else "fulfilled"


@transaction.atomic
def to_retry(order_id: str) -> Waiting | None:
    """The source that was ordered; None when it is no opt-out, this attempt was told already, or nothing is owed.

    Whoever allows everything again is owed nothing any more.
    """
    obligation_id, _, attempt = order_id.partition(":")
    row = obligations.standing().filter(pk=obligation_id, attempts=int(attempt), step=None).first()
    if row is None or WORD not in row.key:
        return None
    case = locked(row.case_id)
    if restrictions.all_lifted(case):
        obligations.end(row, Obligation.State.STOPPED, by=SYSTEM)
        return None
    return Waiting(row.id, row.attempts, row.source_key, read.stopped_keys(row.case_id))


def tried(waiting: Waiting, *, outcome: str, reason: str, owner: str) -> None:
    """What telling it again came to: `written`, `not_found`, `deferred` or `by_hand`."""
    obligations.tried(waiting.obligation, attempt=waiting.attempt, outcome=outcome, reason=reason, owner=owner)
