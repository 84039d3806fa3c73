"""The coverage statement: every source, searched or not and why, by what, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fulfillment.fulfil.released import Released
from fulfillment.pdf.words import IDENTIFIER, WHY_NOT
from requests_app.casefile.types import SearchFact

ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Coverage:
    """One source, in the reader's language; `why_not` is empty when it was searched to its end."""

    source: str
    searched: bool
    why_not: str
    identifiers_used: tuple[str, ...]
    rows_found: int
    rows_withheld: int
    rows_released: int
    warnings: tuple[str, ...]


def coverage(searches: Iterable[SearchFact], found: Sequence[Released]) -> list[Coverage]:
    """In the order of the sources' names. Rows are counted from what is in the package, not from memory."""
    return [_one(search, [r for r in found if r.source_key == search.source_key]) for search in searches]


def _one(search: SearchFact, found: Sequence[Released]) -> Coverage:
    searched = search.state == ANSWERED
    reason = search.reason or search.state
    return Coverage(
        source=search.source_name,
        searched=searched,
        why_not="" if searched else str(WHY_NOT.get(reason, reason)),
        identifiers_used=tuple(str(IDENTIFIER.get(kind, kind)) for kind in sorted(search.identifiers_used)),
        rows_found=search.rows_found,
        rows_withheld=sum(r.withheld for r in found),
        rows_released=sum(r.released for r in found),
        warnings=search.warnings,
    )
