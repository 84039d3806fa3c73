"""What each source holds about this person, as data categories: from what its search found and its map said then."""

from __future__ import annotations

from dataclasses import dataclass

from fulfillment.datamap.graph import Recipient
from fulfillment.datamap.told import recipient_of
from fulfillment.fulfil.coverage import ANSWERED
from requests_app.casefile.types import CaseSnapshot, SearchFact


@dataclass(frozen=True, slots=True)
class Holding:
    """One source that was searched to its end and holds something about the person."""

    name: str
    origin: tuple[str, ...]
    purposes: tuple[str, ...]
    recipients: tuple[Recipient, ...]
    categories: frozenset[str]

    def received_by(self, recipient: Recipient) -> frozenset[str]:
        """Which of the person's categories this recipient got from here; one that names none got any."""
        if not recipient.categories:
            return self.categories
        return frozenset(name for name in self.categories if any(_meet(name, other) for other in recipient.categories))


def holdings(case: CaseSnapshot) -> list[Holding]:
    """In the order of the sources' names, those that hold nothing left out. A map changed since changes nothing."""
    answered = (search for search in case.searches if search.state == ANSWERED and search.rows_found)
    found = [_holding(search) for search in answered]
    return [holding for holding in found if holding.categories]


def _holding(search: SearchFact) -> Holding:
    rows = [one for one in search.collections if one["rows"]]
    return Holding(
        name=search.source_name,
        origin=tuple(rows[0]["origin"]),
        purposes=tuple(rows[0]["purposes"]),
        recipients=tuple(recipient_of(kept) for kept in rows[0]["recipients"]),
        categories=frozenset(name for one in rows for name in one["categories"]),
    )


def _meet(one: str, other: str) -> bool:
    """The same category, or one of them part of the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")
