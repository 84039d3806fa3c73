"""From the maps and the kinds of facts a request brings to waves of look-ups. A pure function; no source is asked.

A reference without a direction is followed only away from the person: from the wave that is reached earlier to the
later one, and inside one wave from the column referred to. Followed both ways, the way back from a shared row (a
provider, a household, a campaign) would lead to everybody else's rows. A direction in the map is followed as it says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fulfillment.datamap.graph import Collection, SourceMap

# Facts that name one person without another fact beside them; the others find nothing alone, only in a text.
NAMING = frozenset({"email", "phone", "account"})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A field of a collection of a source."""

    source: str
    collection: str
    field: str


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """Values found at `origin` are looked up at `target`."""

    origin: Place
    target: Place


@dataclass(frozen=True, slots=True)
class Unreachable:
    source: str
    collection: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`waves` lists collections (source, address) in the order in which they can first be asked."""

    waves: tuple[tuple[tuple[str, str], ...], ...]
    seeds: tuple[tuple[str, Place], ...]
    edges: tuple[Edge, ...]
    unreachable: tuple[Unreachable, ...]

    def seeds_of(self, source: str) -> tuple[tuple[str, Place], ...]:
        return tuple((kind, place) for kind, place in self.seeds if place.source == source)

    def edges_from(self, source: str) -> tuple[Edge, ...]:
        return tuple(edge for edge in self.edges if edge.origin.source == source)


def plan(maps: Sequence[SourceMap], seed_kinds: Iterable[str]) -> Plan:
    """Waves of look-ups from the given kinds of facts (`email`, `phone`, `account`, …), over all maps at once."""
    kinds = frozenset(seed_kinds)
    asked = {(item.source.key, c.address): c for item in maps for c in item.collections if not c.skip_processing}
    seeds = tuple(
        (kind, Place(source, address, path))
        for (source, address), collection in asked.items()
        for kind, path in _entries(collection)
        if kind in kinds
    )
    directed, loose = _references(maps, asked)
    waves = _waves(seeds, (*directed, *loose, *(Edge(edge.target, edge.origin) for edge in loose)))
    depth = {node: number for number, wave in enumerate(waves) for node in wave}
    edges = tuple(edge for edge in (*directed, *_oriented(loose, depth)) if _node(edge.origin) in depth)
    return Plan(
        waves=tuple(tuple(wave) for wave in waves),
        seeds=seeds,
        edges=tuple(sorted(set(edges))),
        unreachable=tuple(_unreachable(maps, frozenset(depth), kinds)),
    )


def _entries(collection: Collection) -> Iterator[tuple[str, str]]:
    for field in collection.fields:
        if field.seed in NAMING:
            yield field.seed, field.path
        for kind in field.mentions:
            yield kind, field.path


def _references(
    maps: Sequence[SourceMap], asked: dict[tuple[str, str], Collection]
) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
    """The edges with a direction and those without (these point from the column referred to)."""
    owners = {collection.address: item.source.key for item in maps for collection in item.collections}
    directed: list[Edge] = []
    loose: list[Edge] = []
    for (source, address), collection in asked.items():
        for field in collection.fields:
            here = Place(source, address, field.path)
            for reference in field.references:
                other = f"{reference.dataset}.{reference.collection}"
                if (owners.get(other, ""), other) not in asked:
                    continue
                there = Place(owners[other], other, reference.field)
                edge = Edge(here, there) if reference.direction == "to" else Edge(there, here)
                (directed if reference.direction else loose).append(edge)
    return tuple(directed), tuple(loose)


def _waves(seeds: tuple[tuple[str, Place], ...], edges: Iterable[Edge]) -> list[list[tuple[str, str]]]:
    onward: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for edge in edges:
        onward[_node(edge.origin)].append(_node(edge.target))
    waves: list[list[tuple[str, str]]] = []
    seen: set[tuple[str, str]] = set()
    wave = list(dict.fromkeys(_node(place) for _, place in seeds))
    while wave:
        waves.append(wave)
        seen.update(wave)
        wave = list(dict.fromkeys(node for found in wave for node in onward[found] if node not in seen))
    return waves


def _oriented(loose: Iterable[Edge], depth: dict[tuple[str, str], int]) -> Iterator[Edge]:
    for edge in loose:
        origin, target = _node(edge.origin), _node(edge.target)
        if origin in depth and target in depth:
            yield Edge(edge.target, edge.origin) if depth[target] < depth[origin] else edge


def _unreachable(
    maps: Sequence[SourceMap], reached: frozenset[tuple[str, str]], kinds: frozenset[str]
) -> Iterator[Unreachable]:
    for item in maps:
        for collection in item.collections:
            if (item.source.key, collection.address) not in reached:
                yield Unreachable(item.source.key, collection.address, _why(collection, kinds))


def _why(collection: Collection, kinds: frozenset[str]) -> str:
    if collection.skip_processing:
        return "the data map says skip_processing"
    if unusable := sorted({field.seed for field in collection.fields if field.seed} - NAMING):
        return f"found only by {', '.join(unusable)}, which names no person on its own"
    if needed := sorted({kind for kind, _ in _entries(collection)} - kinds):
        return f"found only by {', '.join(needed)}, which the request does not give"
    if any(field.references for field in collection.fields):
        return "its references lead to no collection that the request reaches"
    return "the data map names no identity and no reference for it"


def _node(place: Place) -> tuple[str, str]:
    return place.source, place.collection
