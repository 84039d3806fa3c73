"""Whether what a person says is right is what we hold, of what is shown to nobody, not even to them (11 CCR 7023(j)).

Told once for each item, in the answer that people approved: nobody can try one value after another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.lifecycle import Outcome
from requests_app.models import CorrectionItem, CorrectionPlace

Ruling, Result = CorrectionItem.Ruling, CorrectionItem.Result
SCRAMBLED = frozenset({"PASSWORD", "SECURITY_ANSWER", "BIOMETRIC"})  # that it reads otherwise does not show that it is


class Match(models.TextChoices):
    """What is told. Where people have several of a kind, such as two bank accounts, some may match."""

    SAME = "same", _("What you say it should be matches what we hold now.")
    SOME = (
        "some",
        _(
            "What you say it should be matches what we hold now in some places. In others we hold something else of "
            "this kind."
        ),
    )
    OTHER = "other", _("What you say it should be does not match what we hold now.")
    UNKNOWN = (
        "unknown",
        _("What we hold of this kind may be scrambled, so we cannot tell whether it matches what you say."),
    )
    NONE = "none", _("We hold nothing of this kind about you in any field that is made for it.")


@dataclass(frozen=True)
class Matched:
    """One item of such a kind: fields of that kind that hold what it should be, and fields that hold neither value."""

    number: int
    kind: str
    same: int
    other: int


def write(items: Iterable[CorrectionItem], matched: Iterable[Matched]) -> None:
    """Searched again, what was found before is forgotten."""
    by_number = {one.number: one for one in matched}
    for item in items:
        one = by_number.get(item.number, Matched(item.number, "", 0, 0))
        item.never_kind, item.held_same, item.held_other = one.kind, one.same, one.other
        item.save(update_fields=["never_kind", "held_same", "held_other"])


def found(item: CorrectionItem) -> Match | None:
    """By what the sources held when they were searched and what was corrected since; None for any other kind."""
    if not item.never_kind:
        return None
    chosen = [place for place in item.places.all() if place.chosen]
    same = item.held_same + sum(place.rows_done for place in chosen)
    other = item.held_other + sum(map(_left, chosen))
    if other and not same:
        return Match.UNKNOWN if item.never_kind in SCRAMBLED else Match.OTHER
    if same:
        return Match.SOME if other else Match.SAME
    return Match.NONE


def told(item: CorrectionItem) -> str:
    """The sentence, in the language that is on; empty unless the item was ruled on and the request not taken back."""
    match = found(item)
    if match is None or item.ruling == Ruling.OPEN or item.case.outcome == Outcome.WITHDRAWN:
        return ""
    return str(match.label)


def _left(place: CorrectionPlace) -> int:
    """Rows in which the wrong value stands still."""
    if place.result == Result.NOT_FOUND:
        return 0
    return place.rows_left if place.rows_left is not None else place.rows - place.rows_done
