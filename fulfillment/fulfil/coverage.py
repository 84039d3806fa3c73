"""The coverage statement: every source, searched or not and why, by what, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fulfillment.fulfil.released import Released
from fulfillment.pdf.words import IDENTIFIER, WHY_NOT
from requests_app.casefile.types import CaseSnapshot, SearchFact

ANSWERED, REFERRED = "answered", "referred"


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


def is_searched(search: SearchFact) -> bool:
    """To its end, also where whatever was found would have been a provider's."""
    return search.state == ANSWERED or (search.state == REFERRED and not search.rows_found)


def is_referred(search: SearchFact) -> bool:
    """It holds records of this person for a health care provider: counted, never opened."""
    return search.state == REFERRED and search.rows_found > 0


def coverage(case: CaseSnapshot, found: Sequence[Released]) -> list[Coverage]:
    """In the order of the sources' names. Rows are counted from what is in the package, not from memory."""
    providers = {one.source_key: one.provider for one in case.referrals}
    return [
        _one(search, [r for r in found if r.source_key == search.source_key], providers.get(search.source_key, ""))
        for search in case.searches
    ]


def _one(search: SearchFact, found: Sequence[Released], provider: str) -> Coverage:
    searched = is_searched(search)
    return Coverage(
        source=search.source_name,
        searched=searched,
        why_not="" if searched else _why_not(search, provider),
        identifiers_used=tuple(str(IDENTIFIER.get(kind, kind)) for kind in sorted(search.identifiers_used)),
        rows_found=search.rows_found,
        rows_withheld=sum(r.withheld for r in found),
        rows_released=sum(r.released for r in found),
        warnings=search.warnings,
    )


def _why_not(search: SearchFact, provider: str) -> str:
    if is_referred(search) and provider:
        told = _(
            "We hold these records for %(provider)s, who decides about them. We told them of your request; ask them."
        )
        return told % {"provider": provider}
    reason = search.reason or search.state
    return str(WHY_NOT.get(reason, reason))
