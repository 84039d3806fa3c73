"""The suppression list: who must not be sold, shared or written to. Other systems ask it before they act."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from requests_app.ledger import chain
from requests_app.models import Case, EventKind, Restriction
from requests_app.permissions import SYSTEM
from requests_app.services import person as people
from requests_app.vault import suppression_token


def _in_twelve_months(day: date) -> date:
    """Nobody is asked to opt in again for twelve months (Cal. Civ. Code 1798.135(c)(4))."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def add(case: Case) -> int:
    """One entry per identifier of the person; adding again renews. Returns how many there are for this case."""
    person = people.read(case)
    now = timezone.now()
    facts = [("email", value) for value in person.emails]
    facts += [("phone", value) for value in person.phones]
    facts += [("account", value) for value in person.account_numbers]
    for kind, value in facts:
        Restriction.objects.update_or_create(
            token=suppression_token(kind, value),
            purpose=case.right,
            defaults={
                "kind": kind,
                "case_reference": case.reference,
                "since": now,
                "do_not_ask_until": _in_twelve_months(case.received_on),
            },
        )
    payload = {"count": len(facts), "purpose": case.right}
    chain.append(case.id, EventKind.RESTRICTION_ADDED, by=SYSTEM, payload=payload)
    return len(facts)
