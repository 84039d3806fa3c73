"""A place that only a person can look into: a paper cabinet, a storage room. Its owner is asked by mail and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NoReturn

from fulfillment.connectors.base import (
    Capability,
    Column,
    Connector,
    ConnectorError,
    Kind,
    Lookup,
    Record,
    Shape,
    Suppressed,
    Unread,
)

# What a paper's record can hold, and its type: the columns that the map of a `manual` source may name.
COLUMNS: Mapping[str, str] = {"paper": "string", "place": "string", "dated": "string", "text": "string"}


class Manual(Connector):
    """Can do nothing by itself: whoever asks it all the same is told to ask the owner, never "nothing found"."""

    capabilities: ClassVar[frozenset[Capability]] = frozenset()

    def find(self, lookup: Lookup) -> Iterator[Record | Unread]:
        _ask_the_owner(lookup)

    def suppress(self, lookup: Lookup, *, lifted: bool = False) -> Suppressed:
        del lifted
        _ask_the_owner(lookup)

    def describe(self) -> list[Column]:
        return [
            Column(shape.collection, name, kind) for shape in self.shapes.values() for name, kind in COLUMNS.items()
        ]


def paper(shape: Shape, key: str, values: Mapping[str, str]) -> Record:
    """What an owner found, as a record with the columns that the map names."""
    return Record(shape.collection, key, {name: values.get(name, "") for name in shape.columns})


def papers_of(shapes: Sequence[Shape]) -> Shape:
    """The one collection of such a source (`datamap.load` lets no map have more)."""
    return shapes[0]


def _ask_the_owner(lookup: Lookup) -> NoReturn:
    message = f"Only a person can look into {lookup.collection}; its owner is asked by mail."
    raise ConnectorError(message, permanent=True, kind=Kind.NOT_ALLOWED)
