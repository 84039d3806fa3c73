"""Gather: one leased job per source; what a source teaches about another opens that one again, until nothing is new."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from fulfillment import jobs, papers, sources
from fulfillment.connectors.base import ConnectorError
from fulfillment.datamap.plan import Plan, plan
from fulfillment.facts import Facts, facts_of
from fulfillment.jobs import Job
from fulfillment.models import DataSource
from fulfillment.search import Search
from fulfillment.walk import Walk
from requests_app.casefile import read, referring, write
from requests_app.lifecycle import State

# After a failure that may pass: wait so long, then so long; the third failure is for a person to look at.
RETRY_AFTER = (timedelta(seconds=15), timedelta(minutes=2))


def handle(job: Job) -> None:
    """Open a search for every source, also for one that is not asked, and order the jobs of those that are."""
    if _is_over(job):
        return
    reached = {key for wave in _plan(_facts(job)).waves for key, _ in wave}
    with transaction.atomic():
        found = list(DataSource.objects.all())
        for source in found:
            asked = source.key in reached or sources.is_asked_by_mail(source)
            why_not = "disabled" if not source.enabled else "" if asked else "no_identifier"
            write.open_search(
                job.holder,
                source_key=source.key,
                source_name=source.name,
                state="not_searched" if why_not else "pending",
                reason=why_not,
            )
            if not why_not:
                _order(job, source.key, "first")
        if not found:
            write.stage_failed(job.holder, attention="stage_failed", code="no_source_is_connected")
            return
    write.stage_finished(job.holder)


def handle_search(job: Job) -> None:
    """Search one source to its end. A failure is its row's, holds up nobody else, and says what happens next."""
    if _is_over(job):
        return
    key = str(job.payload["source"])
    write.start_search(job.holder, source_key=key)
    try:
        _search(job, sources.named(key))
    except ConnectorError as error:
        _failed(job, key, error)
    write.stage_finished(job.holder)


def _search(job: Job, source: DataSource) -> None:
    if sources.is_asked_by_mail(source):
        _order_again(job, papers.search(job, source))
        return
    facts = _facts(job)
    handed, inputs = read.handed_to(job.case_id, source.key)
    walk = Walk(sources.map_of(source), _plan(facts), facts, handed)
    search = Search(job, walk)
    with sources.connect(source) as connector:
        search.run(connector)
    with transaction.atomic():
        again = write.search_answered(
            job.holder,
            source_key=source.key,
            identifiers_used=walk.identifiers_used(),
            collections=search.collections(),
            warnings=walk.warnings(),
            learned=walk.learned(),
            inputs=inputs,
            rows_located=walk.rows.total() if search.located_only else None,
        )
        if walk.map.source.covered_entity and search.located_only and walk.rows.total():
            provider, contact = walk.map.source.covered_entity
            referring.located(job.holder, source_key=source.key, provider=provider, contact=contact)
        _order_again(job, again)


def _facts(job: Job) -> Facts:
    return facts_of(read.subject_keys(job.case_id))


def _plan(facts: Facts) -> Plan:
    return plan(sources.maps(), [kind for kind, values in facts.items() if values])


def _failed(job: Job, source_key: str, error: ConnectorError) -> None:
    """Failures in a row are counted in the job's payload: a worker that died, or a search opened again, is none."""
    failures = int(job.payload.get("failures", 0)) + 1
    wait = None if error.permanent or failures > len(RETRY_AFTER) else RETRY_AFTER[failures - 1]
    next_try = timezone.now() + wait if wait else None
    with transaction.atomic():
        write.search_failed(
            job.holder, source_key=source_key, error=str(error), kind=str(error.kind), next_try_at=next_try
        )
        if next_try:
            payload = {"entry": job.payload["entry"], "source": source_key, "failures": failures}
            jobs.enqueue("search", key=f"{job.key}:r", case_id=job.case_id, payload=payload, not_before=next_try)


def _order(job: Job, source_key: str, why: str) -> None:
    key = f"{job.case_id}:search:{source_key}:{job.payload['entry']}:{why}"
    jobs.enqueue("search", key=key, case_id=job.case_id, payload={"entry": job.payload["entry"], "source": source_key})


def _order_again(job: Job, keys: list[str]) -> None:
    for key in keys:
        _order(job, key, f"after-{job.fence}")


def _is_over(job: Job) -> bool:
    """The case went on or was sent back meanwhile: this job has nothing left to do."""
    state, entry = read.place_of(job.case_id)
    return state != State.GATHERING or entry != job.payload["entry"]
