"""Through one source, from the person's facts along the map's references, until nothing new is found."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fulfillment.connectors.base import Connector, Lookup, Record, Unread
from fulfillment.datamap.graph import SourceMap
from fulfillment.datamap.plan import Edge, Place, Plan
from fulfillment.facts import Facts, is_named, name_paths, names_at, values_at

MENTIONS = "mentions:"
MARKS = 3
Asked = dict[str, dict[str, list[Any]]]


class Walk:
    """Remembers which rows it met (as hashes), which values it asked for, and what leads to other sources."""

    def __init__(self, source: SourceMap, plan: Plan, facts: Facts, handed: Mapping[str, Sequence[Any]]) -> None:
        self.map, self.plan, self.facts = source, plan, facts
        self.key = source.source.key
        self.rows: Counter[str] = Counter()
        self._names = {item.address: name_paths(item) for item in source.collections}
        self._onward: dict[str, list[Edge]] = defaultdict(list)
        for edge in plan.edges_from(self.key):
            self._onward[edge.origin.collection].append(edge)
        self._handed = handed
        self._used: set[tuple[str, str]] = set()
        self._tried: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
        self._met: set[int] = set()
        self._others: Counter[str] = Counter()
        self._unread: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._elsewhere: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def run(self, connector: Connector) -> Iterator[Record]:
        """Each row of the person once; every value that a reference leads to is looked up once, so a cycle ends."""
        asked = self._first()
        while asked:
            later: Asked = {}
            for collection in sorted(asked):
                for lookup in _lookups(collection, asked[collection]):
                    for found in connector.find(lookup):
                        if isinstance(found, Unread):
                            self._unread[found.collection, found.reason].append(found.key)
                        elif self._is_new(found):
                            self._follow(found, later)
                            yield found
            asked = later

    def asked_of(self, collection: str) -> dict[str, list[Any]]:
        """Column -> values by which the person was looked for in this collection."""
        fields = self._tried[collection].items()
        return {name: list(values.values()) for name, values in fields if not name.startswith(MENTIONS)}

    def warnings(self) -> list[str]:
        """What is missing from the answer. A file's name may be a person's: a mark lets the owner find it."""
        unread = [
            f"{collection}: {len(paths)} could not be read ({reason}); SHA-256 of the path begins {_marks(paths)}"
            for (collection, reason), paths in sorted(self._unread.items())
        ]
        others = [f"{name}: {n} rows carry another name and were left out" for name, n in sorted(self._others.items())]
        return [*unread, *others]

    def identifiers_used(self) -> dict[str, int]:
        return dict(sorted(Counter(kind for kind, _ in self._used).items()))

    def collections(self) -> list[dict[str, Any]]:
        """Each collection with its rows, or why it was not asked: nothing is passed over in silence."""
        reasons = {one.collection: one.reason for one in self.plan.unreachable if one.source == self.key}
        return [
            {
                "collection": item.address,
                "searched": bool(self._tried[item.address]),
                "reason": ""
                if self._tried[item.address]
                else reasons.get(item.address, "nothing that was found refers to it"),
                "rows": self.rows[item.address],
            }
            for item in self.map.collections
        ]

    def learned(self) -> dict[str, dict[str, list[Any]]]:
        """Other source -> `collection|field` -> values found here that are to be looked up there."""
        return {
            source: {place: [json.loads(sign) for sign in sorted(signs)] for place, signs in places.items()}
            for source, places in self._elsewhere.items()
        }

    def _first(self) -> Asked:
        asked: Asked = {}
        for kind, place in self.plan.seeds_of(self.key):
            supplied = self.facts.get(kind, ())
            self._used.update((kind, value) for value in supplied)
            self._add(asked, place.collection, self._column(kind, place), supplied)
        for place_of, values in self._handed.items():
            collection, _, field = place_of.partition("|")
            self._add(asked, collection, field, values)
        return asked

    def _column(self, kind: str, place: Place) -> str:
        """A field that mentions people is read for the fact; any other is compared with it."""
        collection = self.map.collection(place.collection)
        field = collection.field(place.field) if collection else None
        return f"{MENTIONS}{kind}" if field is not None and kind in field.mentions else place.field

    def _add(self, asked: Asked, collection: str, field: str, values: Sequence[Any]) -> None:
        tried = self._tried[collection][field]
        for value in values:
            sign = json.dumps(value, sort_keys=True)
            if value not in (None, "") and sign not in tried:
                tried[sign] = value
                asked.setdefault(collection, {}).setdefault(field, []).append(value)

    def _is_new(self, found: Record) -> bool:
        """Met for the first time, and the person's: a household shares its telephone, a family its mailbox."""
        mark = hash((found.collection, found.key))
        if mark in self._met:
            return False
        self._met.add(mark)
        named = names_at(found, self._names.get(found.collection, ()))
        if not is_named(named, self.facts.get("name", ())):
            self._others[found.collection] += 1
            return False
        self.rows[found.collection] += 1
        return True

    def _follow(self, found: Record, later: Asked) -> None:
        for edge in self._onward[found.collection]:
            values = list(values_at(found.values, edge.origin.field))
            if edge.target.source == self.key:
                self._add(later, edge.target.collection, edge.target.field, values)
            elif not self.map.source.located_only:  # what is held for a provider serves no search of our own
                signs = {json.dumps(value, sort_keys=True) for value in values if value not in (None, "")}
                place = f"{edge.target.collection}|{edge.target.field}"
                if signs:
                    self._elsewhere[edge.target.source][place] |= signs


def _lookups(collection: str, asked: Mapping[str, list[Any]]) -> Iterator[Lookup]:
    keys = {field: values for field, values in asked.items() if not field.startswith(MENTIONS)}
    mentions = {field.removeprefix(MENTIONS): values for field, values in asked.items() if field.startswith(MENTIONS)}
    if keys:
        yield Lookup(collection, keys=keys)
    if mentions:
        yield Lookup(collection, mentions=mentions)


def _marks(paths: Sequence[str]) -> str:
    marks = [hashlib.sha256(path.encode()).hexdigest()[:12] for path in paths[:MARKS]]
    return ", ".join([*marks, "…"] if len(paths) > MARKS else marks)
