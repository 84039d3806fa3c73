"""The person's other e-mail addresses, telephones and account numbers, as her own rows taught them: hers alone.

Who deletes or opts out gave some; at the others nobody may write to her either (11 CCR 7022(e), 7026(f)). Hers is what
stands in rows about her, in columns that the map gives to nobody else, outside collections that others belong to as
well. Not hers alone is what a source also holds in a row under another name (a household's telephone, the mailbox of
who pays), or what her own rows give for somebody else: were it restricted, that other one would get no mail any more.
Where she gave no name, nobody can be told apart from her, and nothing is learned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from fulfillment import sources
from fulfillment.connectors.base import ConnectorError
from fulfillment.datamap.graph import Collection, SourceMap
from fulfillment.datamap.plan import NAMING, plan
from fulfillment.facts import Facts, held_by, identifiers, is_named
from fulfillment.match import rows_named
from fulfillment.planning import kin
from requests_app.casefile import erasing
from requests_app.casefile.normal import normal

Identifier = tuple[str, str]  # kind, value as it stands in the source
Rows = Iterable[tuple[Collection, Mapping[str, Any]]]
log = structlog.get_logger(__name__)


def rows_about(source: SourceMap, found: Mapping[str, Iterable[Mapping[str, Any]]]) -> Rows:
    """The rows of one source by their collections, but for those that others belong to: a firm's is no one's."""
    shared = kin.shared(source, kin.ties(source))
    for address, rows in found.items():
        item = source.collection(address)
        if item is not None and address not in shared:
            yield from ((item, values) for values in rows)


def in_rows(rows: Rows, facts: Facts) -> set[Identifier]:
    """What these rows of hers give as hers beyond what she gave; not yet held against the rows of other people."""
    if not facts["name"]:
        return set()
    own: set[Identifier] = set()
    known = {(kind, normal(kind, value)) for kind in NAMING for value in facts[kind]}
    for item, values in rows:
        own.update(identifiers(values, item))
        known |= {(kind, normal(kind, value)) for kind, value in identifiers(values, item, others=True)}
    usable = ((kind, value) for kind, value in own if erasing.can_be_restricted(kind, value))
    return {(kind, value) for kind, value in usable if (kind, normal(kind, value)) not in known}


def alone(candidates: set[Identifier], facts: Facts) -> tuple[list[Identifier], list[ConnectorError]]:
    """Those that no source holds under another name, in normal form; and what kept a source from saying so."""
    values: dict[str, list[str]] = defaultdict(list)
    for kind, value in sorted(candidates):
        values[kind].append(value)
    everything = plan(sources.maps(), values)
    silent: list[ConnectorError] = []
    shared: set[Identifier] = set()
    for source in sources.enabled():
        places = [
            (place.collection, place.field, tuple(values[kind])) for kind, place in everything.seeds_of(source.key)
        ]
        source_map = sources.map_of(source)
        if not places or source_map.source.located_only:  # what is held for a provider serves no search of our own
            continue
        try:
            with sources.connect(source) as connector:
                for row, item in rows_named(connector, source_map, places):
                    held = held_by(row, item)
                    if not is_named(held["name"], facts["name"]):
                        shared |= {(kind, value) for kind in NAMING for value in held[kind]}
        except ConnectorError as error:
            log.warning("a source could not say whose identifiers are", source_key=source.key, kind=str(error.kind))
            silent.append(error)
    found = {(kind, normal(kind, value)) for kind, value in candidates}
    return sorted(found - shared), silent
