"""Do the supplied facts agree with what the sources hold: kinds and counts, never values.

Facts count together only when one person's rows hold them: rows that a source itself ties to each other, by an e-mail
address or an account number that stands in both. What the requester claims ties nothing, or somebody could have a row
of their own (a newsletter sign-up under another's name) counted together with the other's account.

An address that a source also holds under another name (a family's mailbox) is no channel of this person's: whoever
reads it may be the other one, so a code that was read there proves nothing, and no copy goes there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import structlog

from fulfillment import sources
from fulfillment.connectors.base import Connector, ConnectorError, Lookup, Record, Unread
from fulfillment.datamap.graph import Collection, SourceMap
from fulfillment.datamap.plan import NAMING, plan
from fulfillment.facts import Facts, facts_of, held_by, is_named
from fulfillment.jobs import Job
from requests_app.casefile import read, write
from requests_app.casefile.normal import normal

TYING = ("email", "account")
TRIES = 3
ENOUGH = 1_000  # rows of one collection that are compared; a person is known long before
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Agreement:
    """What rows agree on. `places` are the person's own addresses by position (`email:0`), `ties` what they hold."""

    kinds: frozenset[str]
    places: frozenset[str]
    ties: frozenset[str]

    def __or__(self, other: Agreement) -> Agreement:
        return Agreement(self.kinds | other.kinds, self.places | other.places, self.ties | other.ties)


def handle(job: Job) -> None:
    """Compare and report, by the same questions whether or not anybody is found.

    A source that is down proves nothing: it is asked twice more, then the others' answer has to do.
    """
    facts = facts_of(read.subject_keys(job.case_id))
    rows: list[Agreement] = []
    shared: set[str] = set()
    silent: list[ConnectorError] = []
    everything = plan(sources.maps(), [kind for kind in NAMING if facts.get(kind)])
    for source in sources.enabled():
        places = everything.seeds_of(source.key)
        try:
            with sources.connect(source) as connector:
                found = rows_named(
                    connector, sources.map_of(source), [(p.collection, p.field, facts[k]) for k, p in places]
                )
                for row, item in found:
                    if one := _agreement(row, item, facts):
                        rows.append(one)
                    else:
                        shared |= _places(held_by(row, item), facts) | _home(held_by(row, item), facts)
        except ConnectorError as error:
            log.warning("a source could not be asked for a match", source_key=source.key, kind=str(error.kind))
            silent.append(error)
    if job.attempt < TRIES and (passing := next((error for error in silent if not error.permanent), None)):
        raise passing
    best = max(_together(rows), key=lambda one: (len(one.kinds), sorted(one.kinds)), default=None)
    kinds, on_file = (best.kinds, best.places - shared) if best else ((), ())
    write.record_match(job.case_id, kinds=sorted(kinds), on_file=sorted(on_file))


def rows_named(
    connector: Connector, source: SourceMap, asked: Iterable[tuple[str, str, tuple[str, ...]]]
) -> Iterator[tuple[Record, Collection]]:
    """Rows that a naming fact leads to directly; texts that only mention somebody prove nothing."""
    lookups: dict[str, dict[str, list[str]]] = {}
    for address, path, values in asked:
        item = source.collection(address)
        if item and (field := item.field(path)) and not field.mentions:
            lookups.setdefault(address, {}).setdefault(path, []).extend(values)
    for item in source.collections:
        if keys := lookups.get(item.address):
            for found in islice(connector.find(Lookup(item.address, keys=keys)), ENOUGH):
                if not isinstance(found, Unread):
                    yield found, item


def _agreement(row: Record, item: Collection, facts: Facts) -> Agreement | None:
    """None when the row carries somebody else's name."""
    held = held_by(row, item)
    if not is_named(held["name"], facts["name"]):
        return None
    places = _places(held, facts)
    kinds = {place.partition(":")[0] for place in places}
    if held["name"] and facts["name"]:
        kinds.add("name")
    if set(facts["date_of_birth"]) & held["date_of_birth"]:
        kinds.add("date_of_birth")
    if home := _home(held, facts):
        kinds.add("postal_address")
        places |= home
    ties = frozenset(f"{kind}:{value}" for kind in TYING for value in held[kind])
    return Agreement(frozenset(kinds), frozenset(places), ties)


def _places(held: dict[str, set[str]], facts: Facts) -> set[str]:
    """Which of the given addresses and numbers, by position, the row holds."""
    return {
        f"{kind}:{number}"
        for kind in NAMING
        for number, value in enumerate(facts[kind])
        if normal(kind, value) in held[kind]
    }


def _home(held: dict[str, set[str]], facts: Facts) -> set[str]:
    """The place of the given postal address, when the row holds it: a letter there reaches whoever opens the mail."""
    told = {normal("name", address) for address in facts["postal_address"]}
    pairs = ((street, code) for street in held["street"] for code in held["postal_code"])
    lives_there = any(
        street and code and street in address and code in address for street, code in pairs for address in told
    )
    return {"post:0"} if lives_there else set()


def _together(rows: Iterable[Agreement]) -> list[Agreement]:
    """The rows of each person as one: those that share a tie, directly or through others."""
    people: list[Agreement] = []
    for row in rows:
        joined, apart = row, []
        for one in people:
            if one.ties & row.ties:
                joined |= one
            else:
                apart.append(one)
        people = [*apart, joined]
    return people
