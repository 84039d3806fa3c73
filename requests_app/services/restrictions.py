"""The suppression list: who must not be sold, shared or written to. Other systems ask it before they act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from requests_app.ledger import chain
from requests_app.lifecycle import OPT_OUTS
from requests_app.models import Case, EventKind, Restriction
from requests_app.permissions import SYSTEM
from requests_app.services import person as people
from requests_app.vault import suppression_token


def not_asked_until(day: date) -> date:
    """Whoever opted out on that day is not asked to opt in again for twelve months (Cal. Civ. Code 1798.135(c)(4))."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def not_asked_after(cases: Iterable[Case]) -> date | None:
    """The same for the opt-outs among these cases; None when there is none."""
    days = [case.received_on for case in cases if case.right in OPT_OUTS]
    return not_asked_until(max(days)) if days else None


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
                "do_not_ask_until": not_asked_until(case.received_on),
            },
        )
    payload = {"count": len(facts), "purpose": case.right}
    chain.append(case.id, EventKind.RESTRICTION_ADDED, by=SYSTEM, payload=payload)
    return len(facts)
