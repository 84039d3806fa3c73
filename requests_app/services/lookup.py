"""Is there a case of this person already? Looked up while the name is typed; nothing of the person is shown.

Exact matches first, then surnames that sound alike, then those that look alike. A second fact that agrees counts for
more than a likeness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Max, Q, Value
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from requests_app.exceptions import NotAllowed
from requests_app.lifecycle import Right, State
from requests_app.models import Case, CaseKey, Identifier, Person
from requests_app.permissions import Actor, Verb
from requests_app.services import person as people
from requests_app.vault import CaseVault, blind_index, likeness
from requests_app.vault.normal import normal

SHOWN = 8
OPENED = 150  # candidates whose surname is opened and compared; some 80 microseconds each
NAMING = ("name_part", "sound", "edge")
WEIGHT = {"name_part": 8, "sound": 3, "edge": 1, "account": 6, "phone": 6, "born": 5, "zip": 3}
ALONE = frozenset({"phone", "account"})  # facts that find a case without a name
ALIKE = 0.3  # the threshold of pg_trgm
HOW = {"exact": _("same name"), "sound": _("sounds alike"), "alike": _("looks alike"), "fact": _("same number")}


@dataclass(frozen=True)
class Typed:
    """What the operator has typed so far; any of it may be empty or half a word."""

    surname: str = ""
    born: str = ""
    phone: str = ""
    zip: str = ""
    account: str = ""

    def facts(self) -> Iterator[tuple[str, str]]:
        if sum(character.isdigit() for character in self.phone) >= 10:  # noqa: PLR2004  (a whole number)
            yield "phone", self.phone
        for kind, value in (("born", self.born), ("zip", self.zip), ("account", self.account)):
            if normal(kind, value):
                yield kind, value


@dataclass(frozen=True)
class Found:
    """All that is shown of a case before the caller is verified."""

    reference: str
    right: str
    state: str
    last_contact: date
    how: str


def search(typed: Typed, *, by: Actor) -> list[Found]:
    """The likeliest cases, best first; none before the third letter of a surname or a whole phone or account number."""
    if not by.may(Verb.TAKE_REQUEST):
        message = "Your role may not take a request."
        raise NotAllowed(message)
    parts = likeness.parts(typed.surname)
    likely = {case: (facts, alone) for case, facts, alone in _likely(parts, dict(typed.facts()))}
    keys = CaseKey.objects.filter(case__in=likely, destroyed_at=None).annotate(received_at=F("case__received_at"))
    vaults = {key.case_id: (key.received_at, CaseVault.unwrapped(key)) for key in keys}
    ranked = []
    for person in Person.objects.filter(case__in=vaults):
        (facts, alone), (received_at, vault) = likely[person.case_id], vaults[person.case_id]
        rank, how = _rank(parts, people.surname(person, vault), alone=alone > 0)
        if how:
            ranked.append((rank + facts, received_at, person.case_id, how))
    best = sorted(ranked, reverse=True)[:SHOWN]
    return _shown({pk: how for _rank_, _at, pk, how in best})


def _likely(parts: list[str], facts: dict[str, str]) -> Iterable[tuple[UUID, int, int]]:
    """The cases that are worth opening: (case, weight of the facts that agree, how many of them find it alone).

    With a surname typed, it has to agree, or a number does. Counted and ordered where the index is: thousands share the
    beginning of a surname. Both its ends count for more than one of them, so that a slip in the middle is found.
    """
    wanted = Q()
    for kind, value in [*_naming(parts), *facts.items()]:
        wanted |= Q(kind=kind, index=blind_index(kind, value))
    if not wanted:
        return ()
    agree = _weight(facts) if facts else Value(0)
    found = Identifier.objects.filter(wanted).values("case").annotate(agree=agree, naming=_weight(NAMING))
    found = found.annotate(alone=Count("pk", filter=Q(kind__in=ALONE))).filter(Q(naming__gt=0) | Q(alone__gt=0))
    likeliest = found.order_by(-F("agree") - F("naming"), "-case__received_at")[:OPENED]
    return likeliest.values_list("case", "agree", "alone")


def _naming(parts: list[str]) -> Iterator[tuple[str, str]]:
    """What the words of a surname may be indexed by."""
    for part in parts:
        yield "name_part", part
        yield from (("edge", edge) for edge in likeness.edges_of_typed(part))
        if sound := likeness.sound(part):
            yield "sound", sound


def _weight(kinds: Iterable[str]) -> Combinable:
    return reduce(add, (Count("pk", filter=Q(kind=kind)) * WEIGHT[kind] for kind in kinds))


def _rank(parts: list[str], surname: str, *, alone: bool) -> tuple[float, str]:
    """How well the name agrees, and how it is told; no word for it when neither name nor number agrees."""
    theirs = likeness.parts(surname)
    pairs = [(ours, other) for ours in parts for other in theirs]
    if any(ours == other for ours, other in pairs):
        return 10, "exact"
    if any(other.startswith(ours) for ours, other in pairs):
        return 9, "exact"
    closest = max((likeness.likeness(ours, other) for ours, other in pairs), default=0)
    if any(likeness.sound(ours) == likeness.sound(other) for ours, other in pairs):
        return 4 + closest, "sound"
    if closest >= ALIKE:
        return closest * 4, "alike"
    return 0, "fact" if alone else ""


def _shown(how: dict[Any, str]) -> list[Found]:
    zone = ZoneInfo(settings.UMBS_TIME_ZONE)
    rows = Case.objects.filter(pk__in=how).annotate(wrote=Max("messages__at"), told=Max("notices__ordered_at"))
    by_id = {row.pk: row for row in rows}
    return [
        Found(
            reference=row.reference,
            right=Right(row.right).label,
            state=State(row.state).label,
            last_contact=max(filter(None, (row.received_at, row.wrote, row.told))).astimezone(zone).date(),
            how=str(HOW[how[row.pk]]),
        )
        for row in (by_id[pk] for pk in how)
    ]
