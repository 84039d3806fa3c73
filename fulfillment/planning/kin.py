"""How the rows of one source hang together: which refer to which, what goes first, what must not lose its parent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from fulfillment.datamap.graph import Collection, SourceMap


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """The rows of `child` carry in `column` a value by which `parent_column` names the row they refer to."""

    child: str
    column: str
    parent: str
    parent_column: str


def ties(source: SourceMap) -> tuple[Tie, ...]:
    """A reference of the map is a tie where one end is a whole primary key, whichever end declares it."""
    found: dict[Tie, None] = {}
    for item in source.collections:
        for field in item.fields:
            for reference in field.references:
                other = source.collection(f"{reference.dataset}.{reference.collection}")
                if other is None:
                    continue
                if other.primary_key == (reference.field,):
                    tie = Tie(item.address, field.path, other.address, reference.field)
                elif item.primary_key == (field.path,):
                    tie = Tie(other.address, reference.field, item.address, field.path)
                else:
                    continue
                if tie.child != tie.parent:
                    found[tie] = None
    return tuple(found)


def in_order(source: SourceMap, tied: Iterable[Tie]) -> list[str]:
    """The collections, children before parents and each after those of its `erase_after`."""
    before: dict[str, set[str]] = defaultdict(set)
    for tie in tied:
        before[tie.parent].add(tie.child)
    known = {item.address for item in source.collections}
    for item in source.collections:
        before[item.address] |= known & set(item.erase_after)
    try:
        return list(TopologicalSorter({address: sorted(before[address]) for address in sorted(known)}).static_order())
    except CycleError:  # the database decides; what it refuses is a reason of its own
        return sorted(known)


def is_shared(item: Collection, tied: Iterable[Tie]) -> bool:
    """Reached only because somebody's rows refer to it: an employer, a campaign. Others refer to it as well."""
    lines = list(tied)
    referred_to = any(tie.parent == item.address for tie in lines)
    refers = any(tie.child == item.address for tie in lines)
    return referred_to and not refers and not any(field.seed for field in item.fields)


def climbing(order: Sequence[str], tied: Iterable[Tie]) -> Iterator[Tie]:
    """The ties in such an order that what a row is given reaches its parent, and from there the parent's parent."""
    at: Mapping[str, int] = {address: number for number, address in enumerate(order)}
    yield from sorted(tied, key=lambda tie: (at[tie.child], tie))
