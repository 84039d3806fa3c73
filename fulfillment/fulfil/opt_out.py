"""Opt-out: written at each source that can, then asked for again, and to the suppression list; each answer is kept."""

from __future__ import annotations

from collections.abc import Mapping

from fulfillment import sources
from fulfillment.connectors.base import ConnectorError, Kind, Lookup, Record, Unread
from fulfillment.datamap.graph import Collection
from fulfillment.datamap.plan import NAMING, plan
from fulfillment.facts import Facts, facts_of
from fulfillment.jobs import Job
from fulfillment.models import DataSource
from fulfillment.walk import Walk
from requests_app.casefile import deliver, read, write
from requests_app.casefile.types import CaseSnapshot

TRIES = 3
Choice = Mapping[str, str | int | bool | None]


def carry_out(job: Job, case: CaseSnapshot) -> None:
    """Safe to run twice: a flag set a second time is the flag. What failed for now is tried again with the job."""
    write.first_effect(job.holder)
    failed = ask_each(job, case, facts_of(read.subject_keys(case.id)))
    deliver.restrict(job.holder)
    try_again(job, failed)
    deliver.confirm_opt_out(job.holder)
    write.fulfilled(job.holder, outcome="partly" if failed else "fulfilled")


def ask_each(job: Job, case: CaseSnapshot, facts: Facts, *, lifted: bool = False) -> list[ConnectorError]:
    """Every source that has not answered yet; returns what failed. `lifted`: the person allows it again."""
    done = {one.source_key for one in case.suppressions if one.result != "failed"}
    failed = []
    for source in sources.enabled():
        if source.key not in done:
            job.check()
            failed += _ask(job, source, facts, lifted=lifted)
    return failed


def try_again(job: Job, failed: list[ConnectorError]) -> None:
    """What may pass is raised, so that the job comes back to it."""
    if job.attempt < TRIES and (passing := next((error for error in failed if not error.permanent), None)):
        raise passing


def _ask(job: Job, source: DataSource, facts: Facts, *, lifted: bool) -> list[ConnectorError]:
    """Ask one source; its answer is written down before the next one is asked."""
    source_map = sources.map_of(source)
    wanted = {item.address: choice for item in source_map.collections if (choice := _choice(item, lifted=lifted))}
    if not wanted or source_map.source.located_only:
        if not lifted:
            _report(job, source, "not_capable")
        return []
    try:
        matched = _write(source, facts, wanted, lifted=lifted)
    except ConnectorError as error:
        _report(job, source, "failed", error=str(error))
        return [error]
    _report(job, source, "written" if matched else "not_found", rows=matched)
    return []


def _choice(collection: Collection, *, lifted: bool) -> Choice:
    """Column -> what it has to hold; empty where the collection cannot keep the choice."""
    return dict(collection.unsuppress if lifted else collection.suppress)


def _write(source: DataSource, facts: Facts, choices: Mapping[str, Choice], *, lifted: bool) -> int:
    """How many rows now carry the choice. The person's rows are walked first: some are reached only by a reference.

    Whatever the source said, it is asked again in a new conversation: an answer alone stops no sale.
    """
    kinds = [kind for kind in NAMING if facts.get(kind)]
    walk = Walk(sources.map_of(source), plan(sources.maps(), kinds), facts, handed={})
    with sources.connect(source) as connector:
        for _ in walk.run(connector):
            pass
    asked = [Lookup(address, keys=keys) for address in choices if (keys := walk.asked_of(address))]
    with sources.connect(source) as connector:
        matched = sum(connector.suppress(lookup, lifted=lifted).matched for lookup in asked)
    with sources.connect(source) as connector:
        if not all(_carries(found, choices[lookup.collection]) for lookup in asked for found in connector.find(lookup)):
            message = "It says that it keeps the choice, and asked again it does not; its owner has to look."
            raise ConnectorError(message, permanent=False, kind=Kind.FAILED)
    return matched


def _carries(found: Record | Unread, choice: Choice) -> bool:
    """A database without booleans holds 1 for yes."""
    if isinstance(found, Unread):
        return False
    held = {name: found.values.get(name) for name in choice}
    return all(
        held[name] is not None and bool(held[name]) is value if isinstance(value, bool) else held[name] == value
        for name, value in choice.items()
    )


def _report(job: Job, source: DataSource, result: str, *, rows: int = 0, error: str = "") -> None:
    write.record_suppression(
        job.holder, source_key=source.key, source_name=source.name, result=result, rows=rows, error=error
    )
