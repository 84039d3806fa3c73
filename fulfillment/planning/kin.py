"""How the rows of one source hang together: which refer to which, what goes first, what must not lose its parent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from fulfillment.datamap.graph import SourceMap


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


def shared(source: SourceMap, tied: Sequence[Tie]) -> frozenset[str]:
    """Collections reached only because somebody's rows refer to them: an employer, its industry. So do others' rows.

    About the person are those with an identity of their own, those that values of another kind lead to, and whatever
    refers to a row of these.
    """
    ends = {(tie.child, tie.column) for tie in tied} | {(tie.parent, tie.parent_column) for tie in tied}
    about = {
        item.address
        for item in source.collections
        for field in item.fields
        if field.seed or field.mentions or (field.references and (item.address, field.path) not in ends)
    }
    while more := {tie.child for tie in tied if tie.parent in about} - about:
        about |= more
    return frozenset(tie.parent for tie in tied) - about


def climbing(order: Sequence[str], tied: Iterable[Tie]) -> Iterator[Tie]:
    """The ties in such an order that what a row is given reaches its parent, and from there the parent's parent."""
    at: Mapping[str, int] = {address: number for number, address in enumerate(order)}
    yield from sorted(tied, key=lambda tie: (at[tie.child], tie))
