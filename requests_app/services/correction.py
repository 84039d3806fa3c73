"""Corrections: where the wrong value stands, how each item is ruled on, and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import regimes
from requests_app.exceptions import NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, CorrectionItem, CorrectionPlace, EventKind, Evidence, Preparer
from requests_app.permissions import SYSTEM, Actor, Verb
from requests_app.regimes.schema import Ground
from requests_app.services import disputed, matching, messages, referral, repeated, review
from requests_app.services.access import require
from requests_app.services.disputed import Answer
from requests_app.services.matching import Matched
from requests_app.services.transition import locked
from requests_app.vault import CaseVault, keyed_hash

SHORTEST = 20  # a detailed explanation is owed, 11 CCR 7023(f)
Ruling, Result = CorrectionItem.Ruling, CorrectionItem.Result


@dataclass(frozen=True)
class Found:
    """A column where a wrong value stands: each row's key and present value. `proposed`: it is about the person."""

    number: int
    source_key: str
    source_name: str
    collection: str
    column: str
    rows: tuple[dict[str, Any], ...]
    origin: tuple[str, ...]
    proposed: bool


def locate(case: Case, found: Sequence[Found], matched: Sequence[Matched] = ()) -> None:
    """Write down where each item's value stands. Searched again, a reviewer's choice of places is kept."""
    vault = CaseVault.of(case.id)
    items = {item.number: item for item in case.corrections.all()}
    before = {_address(place): place.chosen for item in items.values() for place in item.places.all()}
    CorrectionPlace.objects.filter(item__case=case).delete()
    for one in found:
        place = CorrectionPlace(
            item=items[one.number],
            source_key=one.source_key,
            source_name=one.source_name,
            collection=one.collection,
            column=one.column,
            rows=len(one.rows),
        )
        place.chosen = before.get(_address(place), one.proposed)
        place.keys_digest = keyed_hash("correction-keys", json.dumps(one.rows, sort_keys=True, default=str))
        disputed.seal_rows(place, one.rows, one.origin, vault)
        place.save(force_insert=True)
    matching.write(items.values(), matched)
    payload = {"items": len(items), "places": len(found)}
    chain.append(case.id, EventKind.PLAN_WRITTEN, by=SYSTEM, payload=payload)


def _address(place: CorrectionPlace) -> tuple[UUID, str, str, str]:
    return place.item_id, place.source_key, place.collection, place.column


def version(item: CorrectionItem) -> str:
    """What somebody who rules has seen; another ruling meanwhile makes it another."""
    return hashlib.sha256(repr(item.ruled()).encode()).hexdigest()[:24]


def grounds(case: Case) -> tuple[Ground, ...]:
    """On which a correction may be refused, by the case's law."""
    return tuple(regimes.get(case.regime).rights[case.right].grounds)


@transaction.atomic
def rule(
    *,
    case_id: UUID,
    by: Actor,
    number: int,
    seen: str,
    accept: bool,
    places: Collection[UUID] = (),
    ground: str = "",
    answer: Answer | None = None,
) -> CorrectionItem:
    """Accept one item, in these of its places, or refuse it on a ground of the law. Whoever rules has prepared.

    WrongState when it is not in review, or when somebody else ruled since `seen` was shown.
    """
    case = locked(case_id)
    require(case, Verb.RULE, by)
    if State(case.state) is not State.IN_REVIEW:
        message = _("This case is not in review.")
        raise WrongState(message)
    item = case.corrections.filter(number=number).first()
    if item is None:
        message = _("This case has no such correction.")
        raise NotFound(message)
    if seen != version(item):
        message = _("Somebody else ruled on this correction since you opened the page. Look at it again.")
        raise WrongState(message)
    given = answer or Answer()
    if accept:
        _choose(item, places)
        item.ruling, item.ground = Ruling.ACCEPTED, ""
    else:
        _check_refusal(case, number, ground, given)
        item.ruling, item.ground = Ruling.REFUSED, ground
    disputed.answer(item, given, CaseVault.of(case_id))
    item.ruled_by_id, item.ruled_at = by.person_id, timezone.now()
    item.save()
    Preparer.objects.get_or_create(case=case, user_id=by.person_id)
    review.refresh_digest(case)
    payload = {"item": number, "ruling": str(item.ruling), "ground": item.ground, "digest": case.content_digest}
    chain.append(case_id, EventKind.CORRECTION_RULED, by=by, payload=payload)
    if given.note.strip():
        about = {"number": number, "note": given.note.strip()}
        messages.note(case_id=case_id, by=by, text=_("On correction %(number)d: %(note)s") % about)
    return item


def _choose(item: CorrectionItem, places: Collection[UUID]) -> None:
    mine = {place.id for place in item.places.all()}
    if set(places) - mine:
        message = _("One of these places is not part of this correction; reload the page.")
        raise NotFound(message)
    if mine and not places:
        message = _("Choose at least one place, or refuse the correction.")
        raise NotValid(message, field="places")
    item.places.filter(pk__in=places).update(chosen=True)
    item.places.exclude(pk__in=places).update(chosen=False)


def _check_refusal(case: Case, number: int, ground: str, given: Answer) -> None:
    allowed = {one.code: f"{one.title} ({one.code})" for one in grounds(case)}
    if ground not in allowed:
        message = _("Choose one of: %(grounds)s.") % {"grounds": ", ".join(allowed.values())}
        raise NotValid(message, field="ground")
    if ground in {one.code for one in repeated.grounds(case)} and number not in repeated.refused_before(case):
        message = _("We find no refusal of the same correction within the time of this ground. Choose another ground.")
        raise NotValid(message, field="ground")
    if len(given.explanation.strip()) < SHORTEST:
        message = _("Explain to the consumer, in a sentence or two, why it stays as it is.")
        raise NotValid(message, field="explanation")


@transaction.atomic
def attach(*, case_id: UUID, by: Actor, number: int, evidence_id: UUID) -> None:
    """Say which handed-in file speaks for which item."""
    case = locked(case_id)
    require(case, Verb.UPLOAD, by)
    file = Evidence.objects.filter(case=case, pk=evidence_id, destroyed_at=None).first()
    if file is None or not case.corrections.filter(number=number).update(evidence=file):
        message = _("This case has no such correction or file.")
        raise NotFound(message)


@transaction.atomic
def hand_in(*, case_id: UUID, by: Actor, number: int, name: str, parts: Iterable[bytes]) -> None:
    """Keep a file that speaks for one item, as long as it is not decided."""
    if not locked(case_id).is_undecided:
        message = _("This request is decided already. You can send the file with a message.")
        raise WrongState(message)
    file = messages.upload(case_id=case_id, by=by, name=name, parts=parts, purpose=Evidence.Purpose.CORRECTION)
    attach(case_id=case_id, by=by, number=number, evidence_id=file.id)


def place_done(place: CorrectionPlace, **changes: Any) -> None:
    """What came of one place, as its source said and as it was found when asked again."""
    for name, value in changes.items():
        setattr(place, name, value)
    place.asked_again_at = timezone.now()
    place.save()
    payload = {
        "item": place.item.number,
        "source": place.source_key,
        "result": str(place.result),
        "reason": place.reason,
        "rows": place.rows_done,
        "left": place.rows_left,
    }
    chain.append(place.item.case_id, EventKind.CORRECTION_DONE, by=SYSTEM, payload=payload)


def settle(case: Case) -> tuple[str, str]:
    """Each item's result from its places, and how the request ended: (outcome, ground)."""
    items = list(case.corrections.prefetch_related("places"))
    for item in items:
        if item.ruling == Ruling.ACCEPTED:
            settle_item(item)
    if all(item.ruling == Ruling.REFUSED for item in items):
        return Outcome.REFUSED.value, items[0].ground
    done = all(item.result == Result.CORRECTED for item in items)
    ours = any(item.places.exists() for item in items)
    return referral.outcome(case, ours=ours, done=done)


def settle_item(item: CorrectionItem) -> None:
    """An accepted item's result from its places, now and when what was owed is done."""
    item.result = _result([str(place.result) for place in item.places.all() if place.chosen])
    item.save(update_fields=["result"])


def _result(places: Sequence[str]) -> str:
    """Nowhere found is no correction; a place that was gone by then spoils nothing where the others are corrected."""
    left = set(places) - {Result.NOT_FOUND.value}
    if not left:
        return Result.NOT_FOUND.value
    return next(iter(left)) if len(left) == 1 else Result.PARTLY.value
