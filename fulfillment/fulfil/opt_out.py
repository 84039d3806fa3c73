"""Opt-out: written at each source that can, and to the suppression list; every source's answer is kept."""

from __future__ import annotations

from fulfillment import sources
from fulfillment.connectors.base import ConnectorError, Lookup
from fulfillment.datamap.graph import Collection
from fulfillment.datamap.plan import NAMING, plan
from fulfillment.facts import Facts, facts_of
from fulfillment.jobs import Job
from fulfillment.models import DataSource
from fulfillment.walk import Walk
from requests_app.casefile import deliver, read, write
from requests_app.casefile.types import CaseSnapshot

TRIES = 3


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
    wanted = [item.address for item in source_map.collections if _can(item, lifted=lifted)]
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


def _can(collection: Collection, *, lifted: bool) -> bool:
    return bool(collection.unsuppress if lifted else collection.suppress)


def _write(source: DataSource, facts: Facts, collections: list[str], *, lifted: bool) -> int:
    """How many rows now carry the choice. The person's rows are walked first: some are reached only by a reference."""
    kinds = [kind for kind in NAMING if facts.get(kind)]
    walk = Walk(sources.map_of(source), plan(sources.maps(), kinds), facts, handed={})
    with sources.connect(source) as connector:
        for _ in walk.run(connector):
            pass
    with sources.connect(source) as connector:
        asked = [Lookup(address, keys=walk.asked_of(address)) for address in collections]
        return sum(connector.suppress(lookup, lifted=lifted).matched for lookup in asked if lookup.keys)


def _report(job: Job, source: DataSource, result: str, *, rows: int = 0, error: str = "") -> None:
    write.record_suppression(
        job.holder, source_key=source.key, source_name=source.name, result=result, rows=rows, error=error
    )
