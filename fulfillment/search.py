"""The search of one source: from the person's facts along the map's references until nothing new is found."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fulfillment.connectors.base import Connector, Lookup, Record, Unread
from fulfillment.datamap.graph import SourceMap
from fulfillment.datamap.plan import Place, Plan
from fulfillment.facts import Facts, held_by, values_at
from fulfillment.jobs import Job
from requests_app.casefile import read, write
from requests_app.casefile.normal import normal
from requests_app.casefile.types import FoundRecord

ROWS, BYTES = 1000, 256 * 1024
Asked = dict[str, dict[str, list[Any]]]


class Search:
    """Reads one source and stores what it finds; memory holds one batch and the keys of the rows, not the rows."""

    def __init__(
        self, job: Job, source: SourceMap, plan: Plan, facts: Facts, handed: Mapping[str, Sequence[Any]]
    ) -> None:
        self.job, self.map, self.plan, self.facts = job, source, plan, facts
        self.key = source.source.key
        self.located_only = source.source.located_only
        self.located = 0
        self.warnings: list[str] = []
        self._handed = handed
        self._used: set[tuple[str, str]] = set()
        self._tried: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._rows: dict[str, set[str]] = defaultdict(set)
        self._others: dict[str, set[str]] = defaultdict(set)
        self._names = frozenset(normal("name", name) for name in facts.get("name", ()))
        self._stored, self._next = self._already_stored()
        self._waiting: dict[str, list[FoundRecord]] = defaultdict(list)
        self._size: dict[str, int] = defaultdict(int)
        self._elsewhere: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def run(self, connector: Connector) -> None:
        """To the fixpoint: every value that a reference leads to is looked up once."""
        asked = self._seeds()
        for place, values in self._handed.items():
            collection, _, field = place.partition("|")
            self._add(asked, collection, field, values)
        while asked:
            later: Asked = {}
            for collection in sorted(asked):
                for lookup in self._lookups(collection, asked[collection]):
                    for found in connector.find(lookup):
                        self._take(found, later)
            asked = later
        for collection in list(self._waiting):
            self._flush(collection)

    def left_out(self) -> list[str]:
        """Rows that share an address or a number with the person but carry another name: never followed, never kept."""
        return [f"{name}: {len(keys)} rows carry another name and were left out" for name, keys in self._others.items()]

    def identifiers_used(self) -> dict[str, int]:
        return {kind: sum(one == kind for one, _ in self._used) for kind in sorted({kind for kind, _ in self._used})}

    def collections(self) -> list[dict[str, Any]]:
        """Each collection with its rows, or why nothing led into it: nothing is passed over in silence."""
        reasons = {one.collection: one.reason for one in self.plan.unreachable if one.source == self.key}
        return [
            {
                "collection": item.address,
                "searched": item.address not in reasons,
                "reason": reasons.get(item.address, ""),
                "rows": len(self._rows[item.address]),
            }
            for item in self.map.collections
        ]

    def learned(self) -> dict[str, dict[str, list[Any]]]:
        return {
            source: {place: [json.loads(value) for value in sorted(values)] for place, values in places.items()}
            for source, places in self._elsewhere.items()
        }

    def _seeds(self) -> Asked:
        asked: Asked = {}
        for kind, place in self.plan.seeds_of(self.key):
            values = self.facts.get(kind, ())
            self._used.update((kind, value) for value in values)
            self._add(asked, place.collection, self._column(kind, place), values)
        return asked

    def _column(self, kind: str, place: Place) -> str:
        """A field that mentions people is read for the fact; any other is compared with it."""
        collection = self.map.collection(place.collection)
        field = collection.field(place.field) if collection else None
        return f"mentions:{kind}" if field is not None and kind in field.mentions else place.field

    def _add(self, asked: Asked, collection: str, field: str, values: Sequence[Any]) -> None:
        for value in values:
            sign = json.dumps(value, sort_keys=True)
            if value not in (None, "") and sign not in self._tried[collection, field]:
                self._tried[collection, field].add(sign)
                asked.setdefault(collection, {}).setdefault(field, []).append(value)

    def _lookups(self, collection: str, asked: Mapping[str, list[Any]]) -> Iterator[Lookup]:
        keys = {field: values for field, values in asked.items() if not field.startswith("mentions:")}
        mentions = {field[9:]: values for field, values in asked.items() if field.startswith("mentions:")}
        if keys:
            yield Lookup(collection, keys=keys)
        if mentions:
            yield Lookup(collection, mentions=mentions)

    def _take(self, found: Record | Unread, later: Asked) -> None:
        if isinstance(found, Unread):
            self.warnings.append(f"{found.collection}: {found.reason}")
            return
        if found.key in self._rows[found.collection] or found.key in self._others[found.collection]:
            return
        if self._names_somebody_else(found):
            self._others[found.collection].add(found.key)
            return
        self._rows[found.collection].add(found.key)
        for edge in self.plan.edges_from(self.key):
            if edge.origin.collection == found.collection:
                self._follow(edge.target, list(values_at(found.values, edge.origin.field)), later)
        if self.located_only:
            self.located += 1
        elif found.key not in self._stored[found.collection]:
            self._keep(found)

    def _names_somebody_else(self, found: Record) -> bool:
        """A household shares its telephone, a family its mailbox: the row of the other one is not the person's."""
        item = self.map.collection(found.collection)
        if item is None or not self._names:
            return False
        names = held_by(found, item)["name"]
        return bool(names) and not names & self._names

    def _follow(self, target: Place, values: list[Any], later: Asked) -> None:
        if target.source == self.key:
            self._add(later, target.collection, target.field, values)
            return
        signs = {json.dumps(value, sort_keys=True) for value in values if value not in (None, "")}
        if signs:
            self._elsewhere[target.source][f"{target.collection}|{target.field}"] |= signs

    def _keep(self, found: Record) -> None:
        self._waiting[found.collection].append(FoundRecord(found.collection, found.key, found.values))
        self._size[found.collection] += len(json.dumps(found.values, ensure_ascii=False, default=str))
        if len(self._waiting[found.collection]) >= ROWS or self._size[found.collection] >= BYTES:
            self._flush(found.collection)

    def _flush(self, collection: str) -> None:
        if rows := self._waiting.pop(collection, []):
            sequence = self._next[collection]
            self._next[collection] += 1
            self._size[collection] = 0
            write.add_records(
                self.job.holder, source_key=self.key, collection=collection, sequence=sequence, records=rows
            )

    def _already_stored(self) -> tuple[dict[str, set[str]], dict[str, int]]:
        """What an earlier try of this very search has stored: met again, it is followed, but not stored twice."""
        keys: dict[str, set[str]] = defaultdict(set)
        following: dict[str, int] = defaultdict(int)
        for batch in read.batches(self.job.case_id):
            if batch.source_key == self.key:
                keys[batch.collection].update(record.key for record in read.records(batch.id))
                following[batch.collection] = max(following[batch.collection], batch.sequence + 1)
        return keys, following
