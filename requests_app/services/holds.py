"""Legal holds: on a case, or on a source. What is held is neither given out nor erased, until somebody lifts the hold.

No date lifts a hold. One on a case stops all of it; one on a source leaves what it covers (LEG-08) and lets the rest
go on. What waited for a hold becomes due on the day that it is lifted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.exceptions import KeyDestroyed, NotAllowed, NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import (
    Attention,
    Case,
    CorrectionPlace,
    EventKind,
    Hold,
    Obligation,
    PlanStep,
    SourceHold,
    SystemSearch,
)
from requests_app.permissions import Actor, Verb
from requests_app.services import clock, correction_owed, obligations
from requests_app.services.access import require
from requests_app.services.transition import enter_again, locked
from requests_app.vault import CaseVault

GROUND = "LEG-08"
LONGEST_GROUND = 2000
LONGEST_MATTER = 200
KEY = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
Place = PlanStep | CorrectionPlace
COLLECTION = re.compile(r"[A-Za-z0-9_.\-]{0,160}")


@dataclass(frozen=True)
class Held:
    """One hold as a list shows it: on a case (`reference`) or on a source."""

    id: UUID
    reference: str
    source_key: str
    collection: str
    ground: str
    placed_by: str
    placed_at: datetime
    review_on: date | None
    lifted_by: str
    lifted_at: datetime | None

    @property
    def is_overdue(self) -> bool:
        """Somebody should have asked by now whether it is still needed."""
        return self.lifted_at is None and self.review_on is not None and self.review_on <= clock.today()


# --- on a case ---------------------------------------------------------------------------------------------------


@transaction.atomic
def place(*, case_id: UUID, by: Actor, ground: str, review_on: date | None = None) -> Hold:
    """From now on nothing of this case leaves or is erased, whatever was approved."""
    case = locked(case_id)
    require(case, Verb.HOLD, by)
    ground = _ground(ground, LONGEST_GROUND)
    row = Hold(case=case, placed_by_id=by.person_id, placed_at=timezone.now(), review_on=_day(review_on))
    row.ground_sealed = CaseVault.of(case_id).seal_text(ground, place=f"hold.ground|{row.id}")
    row.save()
    chain.append(case_id, EventKind.HOLD_PLACED, by=by, payload={"hold": row.id})
    return row


def of_case(case: Case) -> list[tuple[Hold, str]]:
    """The holds in force on this case, each with its ground."""
    rows = case.holds.select_related("placed_by").filter(lifted_at=None)
    vault = CaseVault.of(case.id)
    return [(row, vault.open_text(row.ground_sealed, place=f"hold.ground|{row.id}")) for row in rows]


@transaction.atomic
def lift(*, case_id: UUID, by: Actor, hold_id: UUID) -> None:
    """The last one lifted, what it had stopped begins again. A second time changes nothing."""
    case = locked(case_id)
    require(case, Verb.LIFT_HOLD, by)
    if not case.holds.filter(pk=hold_id, lifted_at=None).update(lifted_by_id=by.user_id, lifted_at=timezone.now()):
        return
    chain.append(case_id, EventKind.HOLD_LIFTED, by=by, payload={"hold": hold_id})
    if case.holds.filter(lifted_at=None).exists():
        return
    if case.state == State.FULFILLING and case.attention == Attention.HOLD:
        enter_again(case, by=by)
    obligations.hold_ended(Obligation.objects.filter(case=case))


# --- on a source -------------------------------------------------------------------------------------------------


@transaction.atomic
def place_on_source(
    *, by: Actor, source_key: str, ground: str, collection: str = "", review_on: date | None = None, sure: bool = False
) -> SourceHold:
    """What the source (or one collection of it) holds is left as it is, in every case.

    A key that no case has met yet may be mistyped, and a mistyped hold protects nothing: it is taken only if `sure`.
    """
    _may(by, Verb.HOLD)
    ground = _ground(ground, LONGEST_MATTER)
    if not KEY.fullmatch(source_key):
        message = _("Give the key of the source as the page of the sources shows it.")
        raise NotValid(message, field="source_key")
    if not COLLECTION.fullmatch(collection):
        message = _("Give the collection as the plan shows it: dataset.collection.")
        raise NotValid(message, field="collection")
    if not sure and source_key not in known_sources():
        message = _("No case has met a source with this key yet. Check it, and say that it is right.")
        raise NotValid(message, field="source_key")
    row = SourceHold.objects.create(
        source_key=source_key,
        collection=collection,
        ground=ground,
        placed_by_id=by.person_id,
        placed_at=timezone.now(),
        review_on=_day(review_on),
    )
    _tell(row, EventKind.HOLD_PLACED, by)
    return row


@transaction.atomic
def lift_from_source(*, by: Actor, hold_id: UUID) -> SourceHold:
    """Let the source go. WrongState when somebody else was quicker."""
    _may(by, Verb.LIFT_HOLD)
    row = SourceHold.objects.select_for_update().filter(pk=hold_id).first()
    if row is None:
        message = _("There is no such hold.")
        raise NotFound(message)
    if row.lifted_at is not None:
        message = _("This hold was lifted already.")
        raise WrongState(message)
    row.lifted_by_id, row.lifted_at = by.person_id, timezone.now()
    row.save(update_fields=["lifted_by", "lifted_at"])
    _tell(row, EventKind.HOLD_LIFTED, by)
    obligations.hold_ended(obligations.of_source(row.source_key, row.collection))
    if row.collection:
        obligations.hold_ended(correction_owed.in_collection(row.source_key, row.collection))
    return row


def on_source(source_key: str, collection: str) -> SourceHold | None:
    """The hold in force that covers this collection of this source, if there is one."""
    held = SourceHold.objects.filter(source_key=source_key, lifted_at=None)
    return held.filter(collection__in=["", collection]).order_by("placed_at").first()


def covered(steps: Iterable[Place]) -> dict[UUID, SourceHold]:
    """Which of these steps or places a hold on their source forbids, and which hold that is."""
    standing = list(SourceHold.objects.filter(lifted_at=None).order_by("placed_at"))
    found = ((step, next((hold for hold in standing if _covers(hold, step)), None)) for step in steps)
    return {step.id: hold for step, hold in found if hold is not None}


def known_sources() -> dict[str, str]:
    """Key -> name of every source that a case has met."""
    met = SystemSearch.objects.values_list("source_key", "source_name")
    planned = PlanStep.objects.values_list("source_key", "source_name")
    return dict(sorted({*met.distinct(), *planned.order_by("source_key").distinct()}))


def _covers(hold: SourceHold, step: Place) -> bool:
    return hold.source_key == step.source_key and hold.collection in {"", step.collection}


def _touched(hold: SourceHold) -> QuerySet[Case]:
    """Cases whose plan, or whose corrections, speak of what is held."""
    steps = PlanStep.objects.filter(source_key=hold.source_key)
    places = CorrectionPlace.objects.filter(source_key=hold.source_key)
    if hold.collection:
        steps, places = steps.filter(collection=hold.collection), places.filter(collection=hold.collection)
    concerned = Q(pk__in=steps.values("case_id")) | Q(pk__in=places.values("item__case_id"))
    cases: QuerySet[Case] = Case.objects.filter(concerned)
    return cases.order_by("id")


def _tell(hold: SourceHold, kind: EventKind, by: Actor) -> None:
    """A hold on a source stands in the ledger of every case that it concerns."""
    for case_id in _touched(hold).values_list("id", flat=True):
        chain.append(case_id, kind, by=by, payload={"hold": hold.id, "source": hold.source_key})


# --- the list ----------------------------------------------------------------------------------------------------


def listed(*, by: Actor, in_force: bool = True, text: str = "") -> list[Held]:
    """Every hold, those to look at again first; `text` is part of a reference, a source or a matter."""
    _may(by, Verb.VIEW)
    cases = Hold.objects.filter(lifted_at__isnull=in_force).select_related("case__key", "placed_by", "lifted_by")
    sources = SourceHold.objects.filter(lifted_at__isnull=in_force).select_related("placed_by", "lifted_by")
    if text := text.strip():
        cases = cases.filter(case__reference__icontains=text)
        matter = Q(source_key__icontains=text) | Q(collection__icontains=text) | Q(ground__icontains=text)
        sources = sources.filter(matter)
    found = [
        *(_held(row, reference=row.case.reference, ground=_opened(row)) for row in cases),
        *(_held(row, source_key=row.source_key, collection=row.collection, ground=row.ground) for row in sources),
    ]
    return sorted(found, key=lambda one: (one.review_on or date.max, one.placed_at))


def _held(
    row: Hold | SourceHold, *, reference: str = "", source_key: str = "", collection: str = "", ground: str
) -> Held:
    return Held(
        id=row.id,
        reference=reference,
        source_key=source_key,
        collection=collection,
        ground=ground,
        placed_by=row.placed_by.username,
        placed_at=row.placed_at,
        review_on=row.review_on,
        lifted_by=row.lifted_by.username if row.lifted_by else "",
        lifted_at=row.lifted_at,
    )


def _opened(row: Hold) -> str:
    try:
        return CaseVault.unwrapped(row.case.key).open_text(row.ground_sealed, place=f"hold.ground|{row.id}")
    except KeyDestroyed:
        return "—"


# --- what every door asks ----------------------------------------------------------------------------------------


def _may(by: Actor, verb: Verb) -> None:
    if not by.may(verb):
        message = _("Your role may not do this with a legal hold.")
        raise NotAllowed(message)


def _ground(text: str, longest: int) -> str:
    text = text.strip()
    if not text:
        message = _("Name the ground of the hold.")
        raise NotValid(message, field="ground")
    if len(text) > longest:
        message = _("Shorten the ground to %(longest)d characters.") % {"longest": longest}
        raise NotValid(message, field="ground")
    return text


def _day(day: date | None) -> date | None:
    if day is not None and day <= clock.today():
        message = _("Give a day that is still to come, or none.")
        raise NotValid(message, field="review_on")
    return day
