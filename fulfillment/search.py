"""What a walk through one source finds, stored in sealed batches; a search that starts again doubles nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from fulfillment.connectors.base import Connector, Record
from fulfillment.datamap.told import told
from fulfillment.facts import values_at
from fulfillment.jobs import Job
from fulfillment.walk import Walk
from requests_app.casefile import read, write
from requests_app.casefile.types import FoundBatch, FoundRecord

ROWS, BYTES = 1000, 256 * 1024
AT_ONCE = 2 * 1024 * 1024  # bytes of rows in memory, over all collections, before they are stored


class Search:
    """Memory holds hashes of all rows' keys, and of the rows themselves what is stored next, in one transaction."""

    def __init__(self, job: Job, walk: Walk) -> None:
        self.job, self.walk = job, walk
        self.located_only = walk.map.source.located_only
        self.keeps_rows = not self.located_only and read.keeps_rows(job.case_id)
        self._held: dict[str, set[str]] = defaultdict(set)
        self._stored: dict[str, set[int]] = defaultdict(set)
        self._next: dict[str, int] = defaultdict(int)
        self._filling: dict[str, list[bytes]] = defaultdict(list)
        self._size: dict[str, int] = defaultdict(int)
        self._full: list[FoundBatch] = []
        self._total = 0

    def run(self, connector: Connector) -> None:
        """To the walk's end. Rows of a source that is only located are counted and forgotten (decision 12)."""
        self._recall()
        for found in self.walk.run(connector):
            if not self.keeps_rows:
                self._note(found)
            elif hash(found.key) not in self._stored[found.collection]:
                self._keep(found)
        self._store()

    def collections(self) -> list[dict[str, Any]]:
        """What the walk tells of each, and, where no row is kept, what can be said of what is held there."""
        found = self.walk.collections()
        if self.keeps_rows or self.located_only:
            return found
        return [told(self.walk.map, {**one, "held": sorted(self._held[one["collection"]])}) for one in found]

    def _note(self, found: Record) -> None:
        item = self.walk.map.collection(found.collection)
        for field in item.fields if item is not None else ():
            if field.is_theirs and any(value not in (None, "") for value in values_at(found.values, field.path)):
                self._held[found.collection].add(field.path)

    def _recall(self) -> None:
        """What an earlier try of this very search has stored: met again, it is followed, but not stored twice."""
        for batch in read.batches(self.job.case_id):
            if batch.source_key == self.walk.key:
                self._stored[batch.collection].update(hash(record.key) for record in read.records(batch.id))
                self._next[batch.collection] = max(self._next[batch.collection], batch.sequence + 1)

    def _keep(self, found: Record) -> None:
        line = FoundRecord(found.collection, found.key, found.values).line()
        if self._size[found.collection] + len(line) > BYTES or len(self._filling[found.collection]) == ROWS:
            self._close(found.collection)
        self._filling[found.collection].append(line)
        self._size[found.collection] += len(line)
        self._total += len(line)
        if self._total > AT_ONCE:
            self._store()

    def _close(self, collection: str) -> None:
        """The batch is complete; the next row of the collection begins another."""
        self._size[collection] = 0
        if lines := self._filling.pop(collection, []):
            self._full.append(FoundBatch(collection, self._next[collection], lines))
            self._next[collection] += 1

    def _store(self) -> None:
        for collection in list(self._filling):
            self._close(collection)
        if self._full:
            write.add_batches(self.job.holder, source_key=self.walk.key, batches=self._full)
        self._full, self._total = [], 0
