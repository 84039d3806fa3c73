"""One source erased: all of it or nothing, once, and then asked again in a new conversation, whatever it said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fulfillment import effects, sources
from fulfillment.connectors import capabilities
from fulfillment.connectors.base import Act, Capability, ConnectorError, Erasure, Lookup, Record
from fulfillment.datamap.graph import Collection
from fulfillment.datamap.plan import plan
from fulfillment.facts import facts_of
from fulfillment.jobs import Job
from fulfillment.models import DataSource
from fulfillment.planning import kin
from fulfillment.reasons import BY_HAND, CAME_LATER, HELD, NO_EFFECT, SHARED, reason_for
from fulfillment.walk import Walk
from requests_app.casefile import erasing, read
from requests_app.casefile.erasing import Ordered

Known = Mapping[str, frozenset[tuple[str, ...]]]
Row = tuple[str, tuple[str, ...]]
STAYING = frozenset({"keep", "refer"})
WORDS: Mapping[str, str] = {
    "delete": "deleted",
    "null": "nulled",
    "pseudonymise": "pseudonymised",
    "trim": "trimmed",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one step. `left` is None when the source could not be asked again."""

    step: Ordered
    result: str
    rows: int
    left: int | None
    reason: str = ""
    error_kind: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """`passing` is the error that may pass by itself, if there was one.

    `later`: collection -> rows of the person's that came after the plan, where none of these steps is about them.
    """

    done: list[Done]
    passing: ConnectorError | None = None
    later: Mapping[str, int] = field(default_factory=dict)


def erase(job: Job, source_key: str, steps: Sequence[Ordered], *, key: str) -> Tried:
    """Carry out these steps of one source, in their order, under the name `key`; the same again does nothing twice."""
    free = _free(source_key, steps)
    held = _stopped(source_key, [step for step in steps if step not in free], HELD)
    if not free:
        return held
    tried = _carry_out(job, source_key, free, key)
    return Tried([*tried.done, *held.done], tried.passing or held.passing, tried.later)


def _carry_out(job: Job, source_key: str, steps: Sequence[Ordered], key: str) -> Tried:
    said: list[int] = []
    try:
        source = sources.named(source_key)
        if Capability.ERASE not in capabilities(source.connector):
            return Tried([_not_done(step, BY_HAND) for step in steps])
        if needed := _needed(job, source, steps):
            return _stopped(source_key, steps, needed)
        said = _once(job, source, steps, key)
        left, later = _asked_again(job, source, steps)
    except ConnectorError as error:
        return _broken_off(steps, said or [0] * len(steps), error)
    return Tried(list(map(_found, steps, said, left)), later=later)


def _stopped(source_key: str, steps: Sequence[Ordered], reason: str) -> Tried:
    """Nothing more is told to the source. What it was told before somebody died is asked for, not guessed."""
    begun = [step for step in steps if step.is_begun]
    waiting = [_not_done(step, reason) for step in steps if not step.is_begun]
    if not begun:
        return Tried(waiting)
    try:
        with sources.connect(sources.named(source_key)) as connector:
            left = connector.remaining(_erasures(begun))
    except ConnectorError as error:
        failed = _broken_off(begun, [0] * len(begun), error)
        return Tried([*waiting, *failed.done], failed.passing)
    return Tried([*waiting, *(_seen(step, number, reason) for step, number in zip(begun, left, strict=True))])


def _broken_off(steps: Sequence[Ordered], said: Sequence[int], error: ConnectorError) -> Tried:
    failed = [_failed(step, number, error) for step, number in zip(steps, said, strict=True)]
    return Tried(failed, None if error.permanent else error)


def _free(source_key: str, steps: Sequence[Ordered]) -> Sequence[Ordered]:
    """Those before the first that a hold covers by now: what comes after it in the order may be needed by it.

    Rows that are kept anyway need nothing that goes, so that one that only loses fields stops nobody but itself.
    """
    held = {step.id for step in steps if erasing.is_held(source_key, step.collection)}
    stops = (number for number, step in enumerate(steps) if step.id in held and step.action != Act.TRIM)
    return [step for step in steps[: next(stops, len(steps))] if step.id not in held]


def _needed(job: Job, source: DataSource, steps: Sequence[Ordered]) -> str:
    """Why rows that would go are needed by one that stands in no plan; empty where none is.

    A database that cascades would take it along, and one without constraints would leave it an orphan; neither says so.
    Somebody else's stops it for long (TEC-08); the person's own, which came later, only until people decided about it.
    """
    going = {step.collection: step.keys for step in steps if step.action == Act.DELETE}
    source_map, known = sources.map_of(source), _known(job, source)
    needing: set[Row] = set()
    with sources.connect(source) as connector:
        for tie in kin.ties(source_map):
            child = source_map.collection(tie.child)
            if child is None or not child.primary_key or tie.parent not in going:
                continue
            named = [key[tie.parent_column] for key in going[tie.parent]]
            for found in connector.find(Lookup(tie.child, keys={tie.column: named})):
                if isinstance(found, Record) and (row := _key(child, found)) not in known.get(tie.child, ()):
                    needing.add((tie.child, row))
    if not needing:
        return ""
    return CAME_LATER if needing <= {row for row, _ in _found_now(job, source)} else SHARED


def _known(job: Job, source: DataSource) -> Known:
    """Collection -> the keys of every row that the plan speaks of."""
    found = erasing.all_keys(job.case_id, source.key)
    return {place: frozenset(_signed(key) for key in keys) for place, keys in found.items()}


def _key(item: Collection, found: Record) -> tuple[str, ...]:
    return _signed({name: found.values.get(name) for name in item.primary_key})


def _erasures(steps: Sequence[Ordered]) -> list[Erasure]:
    return [Erasure(step.collection, Act(step.action), step.keys, step.without) for step in steps]


def _once(job: Job, source: DataSource, steps: Sequence[Ordered], key: str) -> list[int]:
    """How many rows each step erased, says the source. Found begun and not ended, the source is asked first."""

    def act() -> dict[str, Any]:
        erasing.begin([step.id for step in steps])
        with sources.connect(source) as connector:
            done = connector.erase(_erasures(steps))
        return {"rows": {str(step.id): one.before - one.left for step, one in zip(steps, done, strict=True)}}

    def settled() -> dict[str, Any] | None:
        with sources.connect(source) as connector:
            left = connector.remaining(_erasures(steps))
        return None if any(left) else {"rows": {str(step.id): len(step.keys) for step in steps}}

    rows = effects.once(job, key, act=act, settled=settled)["rows"]
    return [int(rows.get(str(step.id), 0)) for step in steps]


def asked_again(job: Job, source: DataSource, steps: Sequence[Ordered]) -> list[int]:
    """What is left of each step: by the rows' own keys, and by everything that the person can be found by.

    Rows that are found now and were in no plan count too: "deleted" means that the source answers with nothing.
    """
    return _asked_again(job, source, steps)[0]


def _asked_again(job: Job, source: DataSource, steps: Sequence[Ordered]) -> tuple[list[int], Counter[str]]:
    """With what is left of each step, the rows that came later in collections that none of them is about."""
    with sources.connect(source) as connector:
        left = connector.remaining(_erasures(steps))
    more = unplanned(job, source)
    about = [0 if step.action == Act.TRIM else more.pop(step.collection, 0) for step in steps]
    return [number + later for number, later in zip(left, about, strict=True)], more


def unplanned(job: Job, source: DataSource) -> Counter[str]:
    """Collection -> rows of the person that are there now, that no plan speaks of and that the map does not keep."""
    known, more = _known(job, source), Counter[str]()
    for (collection, key), item in _found_now(job, source):
        if item.on_delete not in STAYING:
            more[collection] += key not in known.get(collection, ())
    return +more


def _found_now(job: Job, source: DataSource) -> Iterator[tuple[Row, Collection]]:
    """Every row that the person can be found by, but for what is about nobody: a firm that others belong to as well."""
    walk = _walk(job, source)
    shared = kin.shared(walk.map, kin.ties(walk.map))
    with sources.connect(source) as connector:
        for found in walk.run(connector):
            item = walk.map.collection(found.collection)
            if item is not None and not (found.collection in shared and item.on_delete is None):
                yield (found.collection, _key(item, found)), item


def rows_now(job: Job, source: DataSource) -> int:
    """How many rows of the person the source holds, whatever was planned for it."""
    walk = _walk(job, source)
    with sources.connect(source) as connector:
        return sum(1 for _ in walk.run(connector))


def _walk(job: Job, source: DataSource) -> Walk:
    """By the person's facts and by what the other sources taught, as the search of the case went."""
    facts = facts_of(read.subject_keys(job.case_id))
    everything = plan(sources.maps(), [kind for kind, values in facts.items() if values])
    handed, _ = read.handed_to(job.case_id, source.key)
    return Walk(sources.map_of(source), everything, facts, handed)


def _signed(key: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(key[name]) for name in sorted(key))


def _found(step: Ordered, said: int, left: int) -> Done:
    if left:
        return Done(step, "deferred", max(0, min(said, len(step.keys) - left)), left, NO_EFFECT)
    done = said or (len(step.keys) if step.is_begun else 0)
    return Done(step, WORDS[step.action] if done else "not_found", done, 0)


def _seen(step: Ordered, left: int, reason: str) -> Done:
    done = len(step.keys) - left
    return Done(step, "deferred", done, left, reason) if left else Done(step, WORDS[step.action], done, 0)


def _not_done(step: Ordered, reason: str) -> Done:
    return Done(step, "deferred", 0, None, reason)


def _failed(step: Ordered, said: int, error: ConnectorError) -> Done:
    """Also when only the second question failed: what nobody has seen gone does not count as gone."""
    return Done(step, "deferred", said, None, reason_for(error.kind), str(error.kind), str(error))
