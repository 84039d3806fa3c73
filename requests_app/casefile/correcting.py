"""Corrections across the seam: what to look for, where it was found, what is to be changed, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from requests_app.casefile.types import Holder
from requests_app.casefile.write import _hold
from requests_app.exceptions import Superseded
from requests_app.models import CorrectionItem, CorrectionPlace
from requests_app.services import corrected, correction, correction_owed, disputed, obligations
from requests_app.services.correction import Found
from requests_app.services.matching import Matched
from requests_app.vault import CaseVault

__all__ = [
    "Found",
    "Matched",
    "Ordered",
    "Waiting",
    "left_waiting",
    "located",
    "ordered",
    "place_done",
    "settle",
    "to_retry",
    "tried",
]


@dataclass(frozen=True)
class Ordered:
    """One approved place: each row's key and the value that stands in it, the new value, and `what` they call it."""

    id: UUID
    what: str
    source_key: str
    collection: str
    column: str
    rows: tuple[Mapping[str, Any], ...]
    new: str
    is_done: bool


@transaction.atomic
def located(holder: Holder, found: Sequence[Found], matched: Sequence[Matched] = ()) -> None:
    """Every place of every item; with it the plan of this entry is written."""
    case = _hold(holder)
    correction.locate(case, found, matched)
    case.plan_reported = True
    case.save(update_fields=["plan_reported"])


def ordered(case_id: UUID) -> list[Ordered]:
    """What an approval lets us change: the chosen places of the accepted items."""
    vault = CaseVault.of(case_id)
    places = CorrectionPlace.objects.filter(
        item__case_id=case_id, item__ruling=CorrectionItem.Ruling.ACCEPTED, chosen=True
    ).select_related("item")
    return [_ordered(place, vault) for place in places]


def _ordered(place: CorrectionPlace, vault: CaseVault) -> Ordered:
    said = disputed.said(place.item, vault)
    return Ordered(
        id=place.id,
        what=said.what,
        source_key=place.source_key,
        collection=place.collection,
        column=place.column,
        rows=tuple(disputed.rows_of(place, vault)["rows"]),
        new=said.should_be,
        is_done=place.result == CorrectionItem.Result.CORRECTED,
    )


@transaction.atomic
def place_done(
    holder: Holder,
    *,
    place_id: UUID,
    result: str,
    rows_done: int,
    rows_left: int | None,
    reason: str = "",
    error_kind: str = "",
    error: str = "",
) -> None:
    """`rows_left` still carry the old value; None when the source could not be asked. `reason` is a reason code."""
    _hold(holder)
    place = CorrectionPlace.objects.select_for_update().select_related("item").get(pk=place_id)
    if place.fence > holder.fence:
        raise Superseded
    correction.place_done(
        place,
        result=result,
        rows_done=rows_done,
        rows_left=rows_left,
        reason=reason,
        error_kind=error_kind[:32],
        error=error[:400],
        fence=holder.fence,
    )


@transaction.atomic
def settle(holder: Holder, owners: Mapping[str, str]) -> tuple[str, str]:
    """Each item's result, what is owed and by whom, and the letter; how the request ended: (outcome, ground)."""
    case = _hold(holder)
    ended = correction.settle(case)
    correction_owed.owe(case, owners)
    corrected.tell(case)
    return ended


# --- what a closed case still owes -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """One place that is tried again."""

    obligation: UUID
    attempt: int
    place: Ordered


def to_retry(order_id: str) -> Waiting | None:
    """The place that was ordered; None when it is no correction, or this attempt was told already."""
    obligation_id, _, attempt = order_id.partition(":")
    row = obligations.standing().filter(pk=obligation_id, attempts=int(attempt), step=None).first()
    place = correction_owed.place_of(row) if row is not None else None
    if row is None or place is None:
        return None
    return Waiting(row.id, row.attempts, _ordered(place, CaseVault.of(row.case_id)))


@transaction.atomic
def tried(waiting: Waiting, *, outcome: str, owner: str) -> None:
    """What the try came to, together with the item's result: the person sees both or neither."""
    place = CorrectionPlace.objects.select_related("item").get(pk=waiting.place.id)
    obligations.tried(
        waiting.obligation,
        attempt=waiting.attempt,
        outcome=outcome,
        rows_left=place.rows_left,
        reason=place.reason,
        owner=owner,
    )
    correction.settle_item(place.item)


def left_waiting(waiting: Waiting, *, outcome: str, reason: str, owner: str) -> None:
    """Nothing was tried: a hold stands, or people have to decide."""
    obligations.tried(waiting.obligation, attempt=waiting.attempt, outcome=outcome, reason=reason, owner=owner)
