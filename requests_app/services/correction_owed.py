"""What a correction still owes when its case ends: each place that could not be corrected is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet

from requests_app.models import Case, CorrectionItem, CorrectionPlace, Obligation
from requests_app.services import erasure

LEFT = (CorrectionItem.Result.DEFERRED, CorrectionItem.Result.PARTLY)
WORD = ":correct:"


def owe(case: Case, owners: Mapping[str, str]) -> None:
    """One obligation for each place that was approved and still holds the old value. `owners` by source key."""
    places = CorrectionPlace.objects.filter(
        item__case=case, item__ruling=CorrectionItem.Ruling.ACCEPTED, chosen=True, result__in=LEFT
    )
    for place in places:
        erasure.owe_again(
            case,
            f"{case.id}{WORD}{place.id}",
            source_key=place.source_key,
            source_name=place.source_name,
            reason=place.reason,
            owner=owners.get(place.source_key, ""),
        )


def in_collection(source_key: str, collection: str) -> QuerySet[Obligation]:
    """What is owed to the places of one collection; these obligations have no step that would say where they belong."""
    places = CorrectionPlace.objects.filter(source_key=source_key, collection=collection).exclude(reason="")
    keys = [f"{case_id}{WORD}{place_id}" for case_id, place_id in places.values_list("item__case_id", "id")]
    return Obligation.objects.filter(source_key=source_key, key__in=keys)


def place_of(row: Obligation) -> CorrectionPlace | None:
    """The place that is owed, where the obligation is one of a correction."""
    _, is_one, place_id = row.key.partition(WORD)
    if not is_one:
        return None
    return CorrectionPlace.objects.select_related("item").filter(pk=UUID(place_id)).first()
