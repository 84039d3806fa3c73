"""`manage.py bench`: how long an operator of the phone desk waits for a look-up among many cases.

The database is made for it beside the configured one, on the same server, and dropped afterwards.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from requests_app import reference
from requests_app.models import Case, User
from requests_app.permissions import Role, staff
from requests_app.services import lookup
from requests_app.services import person as people
from requests_app.services.lookup import Typed
from requests_app.vault import create_key

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
TARGET = 200  # ms, at the 95th percentile


class Command(BaseCommand):
    help = "Measure the look-up of the phone desk in a database that is made for it and dropped afterwards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=50_000, help="How many cases to look among (default 50000).")

    def handle(self, *_args: Any, **options: Any) -> None:
        number = options["cases"]
        if number < TYPED:
            message = f"Give --cases as {TYPED} or more."
            raise CommandError(message)
        configured = connection.settings_dict["NAME"]
        with tempfile.TemporaryDirectory() as folder:
            if connection.vendor == "sqlite":  # a file as in use, where Django would take memory
                connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            try:
                self.stdout.write(f"Writing {number} cases")
                took = sorted(look_ups(number))
            finally:
                connection.creation.destroy_test_db(configured, verbosity=0)
        p95 = statistics.quantiles(took, n=20)[-1]
        self.stdout.write(
            f"look-up among {number} cases on {connection.vendor}: median {statistics.median(took):.0f} ms, "
            f"p95 {p95:.0f} ms (target {TARGET}), slowest {took[-1]:.0f} ms, {len(took)} look-ups"
        )


def look_ups(number: int) -> Iterator[float]:
    """Milliseconds of each look-up among as many cases; every one of them finds somebody."""
    names = crowd(number)
    by = staff(User(username="bench", role=Role.INTAKE.value))
    for position, name in enumerate(names[:TYPED]):
        typed = Typed(name[: 3 + position % 6], zip="75040" if position % 3 else "")
        began = time.perf_counter()
        found = lookup.search(typed, by=by)
        yield (time.perf_counter() - began) * 1000
        if not found:
            message = f"Look-up {position} found nobody."
            raise CommandError(message)


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
