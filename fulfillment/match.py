"""Do the supplied facts agree with what the sources hold: kinds and counts, never values.

A fact counts only in rows that belong together: rows with the person's full name, or no name at all, that are
A fact counts only in rows that belong together: rows with the full name of the person, or no name at all, that are
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from fulfillment import sources
from fulfillment.connectors.base import Connector, ConnectorError, Lookup, Record, Unread
from fulfillment.datamap.graph import Collection, SourceMap
from fulfillment.datamap.plan import NAMING, plan
from fulfillment.facts import Facts, facts_of, held_by
from fulfillment.jobs import Job
from requests_app.casefile import read, write
from requests_app.casefile.normal import normal

JOINING = ("email", "account")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Agreement:
    """What one row agrees on; `places` are the person's own addresses by position, e.g. `email:0`."""

    kinds: frozenset[str]
    places: frozenset[str]


def handle(job: Job) -> None:
    """Compare and report, the same way whether or not anybody is found. A source that is down proves nothing."""
    keys = read.subject_keys(job.case_id)
    facts = facts_of(keys)
    names = frozenset(normal("name", name) for name in keys.names)
    rows = [agreement for row, item in _rows(facts) for agreement in [_agreement(row, item, facts, names)] if agreement]
    kinds, places = _together(rows)
    write.record_match(job.case_id, kinds=sorted(kinds), on_file=sorted(places))


def _rows(facts: Facts) -> Iterator[tuple[Record, Collection]]:
    """Rows that a naming fact leads to directly, in every source that answers."""
    everything = plan(sources.maps(), [kind for kind in NAMING if facts.get(kind)])
    for source in sources.enabled():
        lookups: dict[str, dict[str, list[str]]] = {}
        for kind, place in everything.seeds_of(source.key):
            lookups.setdefault(place.collection, {}).setdefault(place.field, []).extend(facts[kind])
        try:
            with sources.connect(source) as connector:
                yield from _found(connector, sources.map_of(source), lookups)
        except ConnectorError as error:
            log.warning("a source could not be asked for a match", source_key=source.key, kind=str(error.kind))


def _found(
    connector: Connector, source: SourceMap, lookups: dict[str, dict[str, list[str]]]
) -> Iterator[tuple[Record, Collection]]:
    for item in source.collections:
        asked = {
            path: values
            for path, values in lookups.get(item.address, {}).items()
            if (field := item.field(path)) is not None and not field.mentions
        }
        if asked:
            for found in connector.find(Lookup(item.address, keys=asked)):
                if not isinstance(found, Unread):
                    yield found, item


def _agreement(row: Record, item: Collection, facts: Facts, names: frozenset[str]) -> Agreement | None:
    """None when the row carries somebody else's name."""
    held = held_by(row, item)
    if held["name"] and not held["name"] & names:
        return None
    kinds, places = set(), set()
    for kind in ("email", "phone", "account"):
        for number, value in enumerate(facts[kind]):
            if normal(kind, value) in held[kind]:
                kinds.add(kind)
                places.add(f"{kind}:{number}")
    if set(facts["date_of_birth"]) & held["date_of_birth"]:
        kinds.add("date_of_birth")
    told = {normal("name", address) for address in facts["postal_address"]}
    if any(
        street and street in address and code in address
        for address in told
        for street in held["street"]
        for code in held["postal_code"]
    ):
        kinds.add("postal_address")
    return Agreement(frozenset(kinds), frozenset(places))


def _together(rows: list[Agreement]) -> tuple[set[str], set[str]]:
    """The union over rows joined by an e-mail or account of the person; nothing when no row is joined."""
    joined = [row for row in rows if row.kinds & set(JOINING)]
    kinds = {kind for row in joined for kind in row.kinds}
    places = {place for row in joined for place in row.places}
    return kinds, places
