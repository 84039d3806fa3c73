"""What is released of one collection: the stored rows with everything that was ruled withheld taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from fulfillment.fulfil.stated import Statement, about
from fulfillment.plain_names import Name, plain_names
from fulfillment.redact.apply import burn
from fulfillment.redact.labels import Label
from requests_app.casefile import read, statements
from requests_app.casefile.types import Batch


@dataclass(slots=True)
class Released:
    """One collection of one source; `title` is what people call it.

    Rows are read from the batches each time, so memory is bounded by a batch.
    """

    source_key: str
    source_name: str
    collection: str
    title: str
    batches: tuple[Batch, ...]
    language: str
    headings: list[str] = field(default_factory=list)
    found: int = 0
    withheld: int = 0
    kinds: Counter[Label] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)
    statements: dict[int, list[Statement]] = field(default_factory=dict)  # by the number of the released row, from 0

    @property
    def bare_name(self) -> str:
        """The same in every language, for the names of files."""
        return self.collection.rpartition(".")[2].replace("_", "-")

    @property
    def released(self) -> int:
        return self.found - self.withheld

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows that go out, in the order in which they were found."""
        for batch in self.batches:
            withheld = read.approved_redactions(batch.id)
            for number, record in enumerate(read.records(batch.id)):
                burned = burn(record.values, withheld.get(number, ()), self.language)
                if not burned.whole:
                    yield burned.values

    def count(self) -> None:
        """Read everything once: how many rows, which columns, which kinds and strings are withheld, what was stated."""
        stated = statements.on_records(self.source_key, self.collection)
        columns: dict[str, None] = {}
        for batch in self.batches:
            withheld = read.approved_redactions(batch.id)
            for number, record in enumerate(read.records(batch.id)):
                burned = burn(record.values, withheld.get(number, ()), self.language)
                self.found += 1
                self.withheld += burned.whole
                self.kinds += burned.kinds
                self.taken |= burned.taken
                columns |= dict.fromkeys(burned.values)
                if not burned.whole and (said := about(record.values, stated, self.language)):
                    self.statements[self.released - 1] = said
        self.headings = list(columns)


def collections(case_id: UUID, language: str) -> list[Released]:
    """Every collection in which something was found, counted."""
    batches = sorted(read.batches(case_id), key=lambda b: (b.source_key, b.collection, b.sequence))
    name = plain_names(language)
    made = [
        _released(tuple(group), name, language)
        for _, group in groupby(batches, key=lambda b: (b.source_key, b.collection))
    ]
    for one in made:
        one.count()
    return made


def _released(batches: Sequence[Batch], name: Name, language: str) -> Released:
    first = batches[0]
    return Released(
        source_key=first.source_key,
        source_name=first.source_name,
        collection=first.collection,
        title=name(first.source_key, first.collection),
        batches=tuple(batches),
        language=language,
    )
