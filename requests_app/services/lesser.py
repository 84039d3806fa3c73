"""A request that is not proven enough is answered as the lesser right, where that much is proven (11 CCR 7024(a))."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from requests_app import regimes
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Case, Clock, EventKind, Level
from requests_app.permissions import SYSTEM, Verb
from requests_app.regimes.schema import Right
from requests_app.services import clock, messages
from requests_app.services.transition import locked, move

TO_ANSWER_IT = timedelta(days=10)  # searched, approved by two people and sent before the answer is due


def answer_due() -> int:
    """Every unproven request whose answer is due soon and that proves enough for its lesser right; how many."""
    waiting = Case.objects.filter(
        state=State.VERIFYING,
        appeal_of=None,
        clocks__kind=Clock.Kind.ANSWER,
        clocks__ended="",
        clocks__due_on__lte=clock.today() + TO_ANSWER_IT,
    )
    return sum(_answer(case_id) for case_id in waiting.values_list("pk", flat=True))


@transaction.atomic
def _answer(case_id: UUID) -> bool:
    case = locked(case_id)
    right = _lesser(case)
    if right is None:
        return False
    payload = {"method": "lesser_right", "from": case.right, "to": right.name}
    case.right, case.required_level = right.name, _level(right)
    case.save(update_fields=["right", "required_level"])
    chain.append(case.id, EventKind.IDENTITY_CHECKED, by=SYSTEM, payload=payload)
    with translation.override(case.language):
        messages.tell(
            case,
            _(
                "What you proved is not enough for a copy, so that nobody else gets your records. It is enough to tell"
                " you which kinds of information we hold about you, so we answer that. You may ask for the copy again"
                " at any time."
            ),
        )
    move(case.id, Verb.VERIFY, by=SYSTEM)
    return True


def _lesser(case: Case) -> Right | None:
    """None when there is none, or when not even that is proven."""
    rights = regimes.get(case.regime).rights
    name = rights[case.right].identity.unproven_becomes
    right = rights[name] if name and State(case.state) is State.VERIFYING else None
    return right if right is not None and case.identity_level >= _level(right) else None


def _level(right: Right) -> Level:
    return Level[right.identity.level.upper()]
