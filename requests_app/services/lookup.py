"""Is there a case of this person already? Looked up while the name is typed; nothing of the person is shown.

Exact matches first, then surnames that sound alike, then those that look alike. A second fact that agrees counts for
more than a likeness.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from requests_app.exceptions import NotAllowed
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Identifier
from requests_app.permissions import Actor, Verb
from requests_app.services import person as people
from requests_app.vault import CaseVault, blind_index, likeness
from requests_app.vault.normal import normal

SHOWN = 8
OPENED = 300  # candidates whose surname is opened and compared; some 80 microseconds each
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
    hits = _hits(parts, dict(typed.facts()))
    weight = {case: sum(WEIGHT[kind] for kind in kinds) for case, kinds in hits.items()}
    likely = sorted(weight, key=lambda case: weight[case], reverse=True)[:OPENED]
    ranked = []
    for case in Case.objects.filter(pk__in=likely, key__destroyed_at=None).select_related("key", "person"):
        kinds = hits[case.pk]
        rank, how = _rank(parts, people.surname(case.person, CaseVault.unwrapped(case.key)), kinds)
        if how:
            ranked.append((rank + sum(WEIGHT[kind] for kind in kinds - NAMING), case.received_at, case.pk, how))
    best = sorted(ranked, reverse=True)[:SHOWN]
    return _shown({pk: how for _rank_, _at, pk, how in best})


NAMING = frozenset({"name_part", "sound", "edge"})


def _hits(parts: list[str], facts: dict[str, str]) -> dict[UUID, set[str]]:
    """Which kinds of index each candidate was found by. With a surname typed, it has to agree, or a number does."""
    wanted = Q()
    for part in parts:
        keys = [("name_part", part), *(("edge", edge) for edge in likeness.edges_of_typed(part))]
        if sound := likeness.sound(part):
            keys.append(("sound", sound))
        for kind, value in keys:
            wanted |= Q(kind=kind, index=blind_index(kind, value))
    for kind, value in facts.items():
        wanted |= Q(kind=kind, index=blind_index(kind, value))
    found: dict[UUID, set[str]] = defaultdict(set)
    if wanted:
        for case, kind in Identifier.objects.filter(wanted).values_list("case_id", "kind"):
            found[case].add(kind)
    return {case: kinds for case, kinds in found.items() if kinds & (NAMING | ALONE)}


def _rank(parts: list[str], surname: str, kinds: set[str]) -> tuple[float, str]:
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
    return 0, "fact" if kinds & ALONE else ""


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
