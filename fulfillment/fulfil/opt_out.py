"""Opt-out: written at each source that can, and to the suppression list; every source's answer is kept."""

from __future__ import annotations

from fulfillment import sources
from fulfillment.connectors.base import ConnectorError, Lookup
from fulfillment.datamap.plan import NAMING, plan
from fulfillment.facts import Facts, facts_of
from fulfillment.jobs import Job
from fulfillment.models import DataSource
from requests_app.casefile import deliver, read, write
from requests_app.casefile.types import CaseSnapshot

TRIES = 3


def carry_out(job: Job, case: CaseSnapshot) -> None:
    """Safe to run twice: a second suppression changes nothing. What failed for now is tried again with the job."""
    write.first_effect(job.holder)
    facts = {kind: values for kind, values in facts_of(read.subject_keys(case.id)).items() if kind in NAMING}
    done = {one.source_key for one in case.suppressions if one.result != "failed"}
    failed = []
    for source in sources.enabled():
        if source.key not in done:
            job.check()
            failed += _suppress(job, source, facts)
    deliver.restrict(job.holder)
    if any(not error.permanent for error in failed) and job.attempt < TRIES:
        raise next(error for error in failed if not error.permanent)
    deliver.confirm_opt_out(job.holder)
    write.fulfilled(job.holder, outcome="partly" if failed else "fulfilled")


def _suppress(job: Job, source: DataSource, facts: Facts) -> list[ConnectorError]:
    """Ask one source; its answer is written down before the next one is asked."""
    seeds = plan(sources.maps(), facts).seeds_of(source.key)
    matched, capable = 0, False
    try:
        with sources.connect(source) as connector:
            for item in sources.map_of(source).collections:
                keys = {place.field: list(facts[kind]) for kind, place in seeds if place.collection == item.address}
                if keys and connector.can_suppress(item.address):
                    capable = True
                    matched += connector.suppress(Lookup(item.address, keys=keys)).matched
    except ConnectorError as error:
        _report(job, source, "failed", error=str(error))
        return [error]
    result = ("written" if matched else "not_found") if capable else "not_capable"
    _report(job, source, result, rows=matched)
    return []


def _report(job: Job, source: DataSource, result: str, *, rows: int = 0, error: str = "") -> None:
    write.record_suppression(
        job.holder, source_key=source.key, source_name=source.name, result=result, rows=rows, error=error
    )
