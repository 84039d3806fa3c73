"""What each source holds about this person, as data categories: from what was found there, not from the map alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fulfillment import sources
from fulfillment.datamap.graph import Recipient, Source, SourceMap
from fulfillment.fulfil.coverage import ANSWERED
from fulfillment.models import DataSource
from requests_app.casefile.types import CaseSnapshot


@dataclass(frozen=True, slots=True)
class Holding:
    """One source that was searched to its end and holds something about the person."""

    source: Source
    categories: frozenset[str]

    def received_by(self, recipient: Recipient) -> frozenset[str]:
        """Which of the person's categories this recipient got from here; one that names none got any."""
        if not recipient.categories:
            return self.categories
        return frozenset(name for name in self.categories if any(_meet(name, other) for other in recipient.categories))


def holdings(case: CaseSnapshot) -> list[Holding]:
    """In the order of the sources' names, those that hold nothing left out."""
    maps = {row.key: sources.map_of(row) for row in DataSource.objects.all()}
    answered = [search for search in case.searches if search.state == ANSWERED and search.source_key in maps]
    found = [(maps[search.source_key], search.collections) for search in answered]
    held = [Holding(one.source, _categories(one, collections)) for one, collections in found]
    return [holding for holding in held if holding.categories]


def _categories(source: SourceMap, collections: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Of the columns that hold something; where nobody could look at columns (papers), of all that the map names."""
    found: set[str] = set()
    for one in collections:
        item = source.collection(one["collection"]) if one["rows"] else None
        for field in item.fields if item is not None else ():
            if field.is_theirs and field.path in one.get("held", [field.path]):
                found.update(name for name in field.data_categories if name.startswith("user"))
    return frozenset(found)


def _meet(one: str, other: str) -> bool:
    """The same category, or one of them part of the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")
