"""What the person is told of each correction: how it was decided, what came of it, and what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from requests_app import reasons
from requests_app.models import Case, CorrectionItem
from requests_app.services import correction, correction_items, origins
from requests_app.services.correction_items import Item, Place

Ruling, Result = CorrectionItem.Ruling, CorrectionItem.Result


@dataclass(frozen=True)
class Told:
    """`word` is empty until it is decided; `places` are (source, why, what happens next) where it is not corrected."""

    number: int
    what: str
    stands: str
    should_be: str
    word: str
    ground: str
    citation: str
    explanation: str
    places: tuple[tuple[str, str, str], ...]
    origins: tuple[tuple[str, str], ...]
    evidence: str
    may_hand_in: bool
    may_state: bool


def told(case: Case, language: str) -> list[Told]:
    """Every item in its order; a ruling shows once it is carried out, since until then it may change."""
    if case.key.destroyed_at is not None:
        return []
    grounds = {ground.code: ground for ground in correction.grounds(case)}
    found = []
    for item in correction_items.read(case):
        decided = bool(case.outcome) and item.row.ruling != Ruling.OPEN
        refused = decided and item.row.ruling == Ruling.REFUSED
        ground = grounds.get(item.row.ground) if refused else None
        found.append(
            Told(
                number=item.number,
                what=item.fact.what,
                stands=item.fact.stands,
                should_be=item.fact.should_be,
                word=_word(item) if decided else "",
                ground=ground.text.get(language, ground.text["en"]) if ground else "",
                citation=ground.citation if ground else "",
                explanation=item.answer.explanation if decided else "",
                places=_left(item.places, language) if decided and not refused else (),
                origins=_origins(item) if decided else (),
                evidence=item.evidence_name,
                may_hand_in=case.is_undecided,
                may_state=refused and item.answer.health,
            )
        )
    return found


def _word(item: Item) -> str:
    if item.row.ruling == Ruling.REFUSED:
        return _("Stays as it is")
    words = {
        Result.CORRECTED: _("Corrected"),
        Result.PARTLY: _("Corrected in part"),
        Result.DEFERRED: _("Not corrected yet"),
        Result.NOT_FOUND: _("We do not hold this anywhere, so there was nothing to correct"),
    }
    return words[Result(item.row.result)] if item.row.result else ""


def _left(places: Sequence[Place], language: str) -> tuple[tuple[str, str, str], ...]:
    """Each reason once for each source."""
    found = []
    for place in places:
        if place.row.chosen and place.row.reason:
            reason = reasons.get(place.row.reason)
            found.append((place.row.source_name, reason.text.told(language), reason.next.told(language)))
    return tuple(dict.fromkeys(found))


def _origins(item: Item) -> tuple[tuple[str, str], ...]:
    """From whom a source had the wrong value, where that was not the person alone (11 CCR 7023(i))."""
    found = {
        place.row.source_name: ", ".join(origins.told(place.origin))
        for place in item.places
        if set(place.origin) - {"direct"}
    }
    return tuple(found.items())
