"""`bench lookup`: how long an operator of the phone desk waits for a look-up among many cases."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from requests_app import reference
from requests_app.models import Case, User
from requests_app.permissions import Role, staff
from requests_app.services import lookup
from requests_app.services import person as people
from requests_app.services.lookup import Typed
from requests_app.vault import create_key
from umbs_privacy.bench import meter
from umbs_privacy.demo.processes import Trouble

LAW: dict[str, Any] = {
    "right": "access",
    "channel": "web",
    "relationship": "other",
    "residence": "US-TX",
    "regime": "US-TX",
}
LAW |= {"regime_version": "1", "required_level": 0, "required_approvals": 0}
SYLLABLES = "mar gar son ton ber lin rod gut smi wil ham hol can der ez man mor ris ta la ra field stone".split()
TYPED = 120


def measure(cases: int) -> Iterator[dict[str, Any]]:
    """One line: every look-up finds somebody; the target of 200 ms is for the 95th percentile."""
    call_command("migrate", verbosity=0)
    took = list(look_ups(cases))
    conditions = {"cases": cases, **meter.machine()}
    yield {"bench": "lookup", "conditions": conditions, "n": len(took), "wall_ms": meter.milliseconds(took)}


def look_ups(number: int) -> Iterator[float]:
    """Seconds of each look-up among as many cases; every one of them finds somebody."""
    names = crowd(number)
    by = staff(User(username="bench", role=Role.INTAKE.value))
    for position, name in enumerate(names[:TYPED]):
        typed = Typed(name[: 3 + position % 6], zip="75040" if position % 3 else "")
        began = time.perf_counter()
        found = lookup.search(typed, by=by)
        yield time.perf_counter() - began
        if not found:
            message = f"Look-up {position} found nobody."
            raise Trouble(message)


@transaction.atomic
def crowd(number: int) -> list[str]:
    """The surnames of as many cases, made of syllables, so that beginnings and endings repeat as they do in life."""
    dice = random.Random(7)  # noqa: S311  # nosec B311 - the same people each time
    names = ["".join(dice.choices(SYLLABLES, k=3)).title() for _ in range(number)]
    cases = [Case(id=uuid.uuid4(), reference=reference.new(), received_at=timezone.now(), **LAW) for _ in names]
    Case.objects.bulk_create(cases, batch_size=1000)
    for case, name in zip(cases, names, strict=True):
        facts = people.PersonFacts("Pat", name, postal_address=f"1 Elm St, Garland, TX 7{dice.randrange(5000):04}")
        people.write(case, facts, create_key(case.id))
    return names
