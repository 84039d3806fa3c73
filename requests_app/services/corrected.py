"""What the person is told of each correction: how it was decided, what came of it, and what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from requests_app import reasons
from requests_app.models import Case, CorrectionItem, Notice
from requests_app.permissions import SYSTEM
from requests_app.services import correction, correction_items, matching, notices, origins
from requests_app.services.correction_items import Item, Place
from requests_app.services.matching import Match
from requests_app.tomlfile import in_language

Ruling, Result = CorrectionItem.Ruling, CorrectionItem.Result


@dataclass(frozen=True)
class Told:
    """`word` is empty until it is decided; `places` are (source, why, what happens next) where it is not corrected.

    `match` is told of what is shown to nobody, and then `stands` and `should_be` are not.
    """

    number: int
    what: str
    stands: str
    should_be: str
    word: str
    refused: bool
    ground: str
    citation: str
    explanation: str
    match: str
    places: tuple[tuple[str, str, str], ...]
    origins: tuple[tuple[str, str], ...]
    evidence: str
    statement: str
    may_hand_in: bool
    may_state: bool


def told(case: Case, language: str) -> list[Told]:
    """Every item in its order; a ruling shows once it is carried out, since until then it may change."""
    if case.key.destroyed_at is not None:
        return []
    return _told(case, language, over=bool(case.outcome))


def tell(case: Case) -> None:
    """The closing notice: what was corrected, what was not and why, in the language of the case."""
    with translation.override(case.language):
        items = [
            {
                "what": one.what,
                "word": one.word,
                "why": [
                    one.ground,
                    one.explanation,
                    one.match,
                    *(": ".join((place[0], " ".join(place[1:]))) for place in one.places),
                ],
                "refused": one.refused,
            }
            for one in _told(case, case.language, over=True)
        ]
    parameters = {"items": items, "refused": any(item["refused"] for item in items)}
    key = f"correction-done:{case.entry}"
    notices.order(case, Notice.Kind.CORRECTION_DONE, by=SYSTEM, key=key, parameters=parameters)


def _told(case: Case, language: str, *, over: bool) -> list[Told]:
    grounds = {ground.code: ground for ground in correction.grounds(case)}
    found = []
    for item in correction_items.read(case):
        decided = over and item.row.ruling != Ruling.OPEN
        refused = decided and item.row.ruling == Ruling.REFUSED
        ground = grounds.get(item.row.ground) if refused else None
        match = matching.told(item.row) if decided else ""
        found.append(
            Told(
                number=item.number,
                what=item.fact.what,
                stands="" if match else item.fact.stands,
                should_be="" if match else item.fact.should_be,
                word=_word(item) if decided else "",
                refused=refused,
                ground=ground.text.told(language) if ground else "",
                citation=in_language(ground.citation, language) if ground else "",
                explanation=item.answer.explanation if decided else "",
                match=match,
                places=_left(item.places, language) if decided and not refused else (),
                origins=_origins(item) if decided else (),
                evidence=item.evidence_name,
                statement=item.statement,
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
    if item.row.result == Result.NOT_FOUND and item.match not in {None, Match.NONE}:
        return _("We found the wrong value nowhere, so there was nothing to correct")
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
