"""Gather: one leased job per source; what a source teaches about another opens that one again, until nothing is new."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from fulfillment import jobs, sources
from fulfillment.connectors.base import ConnectorError
from fulfillment.datamap.plan import plan
from fulfillment.facts import facts_of
from fulfillment.jobs import Job
from fulfillment.models import DataSource
from fulfillment.search import Search
from requests_app.casefile import read, write
from requests_app.lifecycle import State

# After a failure that may pass: wait so long, then so long; the third failure is for a person to look at.
RETRY_AFTER = (timedelta(seconds=15), timedelta(minutes=2))


def handle(job: Job) -> None:
    """Open a search for every source, also for one that is not asked, and order its job."""
    if _is_over(job):
        return
    with transaction.atomic():
        found = list(DataSource.objects.all())
        for source in found:
            state, reason = ("pending", "") if source.enabled else ("not_searched", "disabled")
            name = {"source_key": source.key, "source_name": source.name}
            write.open_search(job.holder, **name, state=state, reason=reason)
            if source.enabled:
                _order(job, source.key, "first")
        if not found:
            write.stage_failed(job.holder, attention="stage_failed", code="no_source_is_connected")
            return
    write.stage_finished(job.holder)


def handle_search(job: Job) -> None:
    """Search one source to its end. A failure is its row's, holds up nobody else, and says what happens next."""
    if _is_over(job):
        return
    source = DataSource.objects.get(key=str(job.payload["source"]))
    write.start_search(job.holder, source_key=source.key)
    try:
        _search(job, source)
    except ConnectorError as error:
        _failed(job, source, error)
    write.stage_finished(job.holder)


def _search(job: Job, source: DataSource) -> None:
    facts = facts_of(read.subject_keys(job.case_id))
    handed, inputs = read.handed_to(job.case_id, source.key)
    everything = plan(sources.maps(), [kind for kind, values in facts.items() if values])
    search = Search(job, sources.map_of(source), everything, facts, handed)
    with sources.connect(source) as connector:
        search.run(connector)
    with transaction.atomic():
        again = write.search_answered(
            job.holder,
            source_key=source.key,
            identifiers_used=search.identifiers_used(),
            collections=search.collections(),
            warnings=[*search.warnings, *search.left_out()],
            learned=search.learned(),
            inputs=inputs,
            rows_located=search.located if search.located_only else None,
        )
        for key in again:
            _order(job, key, f"after-{job.fence}")


def _failed(job: Job, source: DataSource, error: ConnectorError) -> None:
    tries = next(one.attempts for one in read.searches(job.case_id) if one.source_key == source.key)
    wait = None if error.permanent or tries > len(RETRY_AFTER) else RETRY_AFTER[tries - 1]
    next_try = timezone.now() + wait if wait else None
    with transaction.atomic():
        write.search_failed(
            job.holder, source_key=source.key, error=str(error), kind=str(error.kind), next_try_at=next_try
        )
        if next_try:
            key = f"{job.case_id}:search:{source.key}:{job.payload['entry']}:retry-{tries}"
            payload = {"entry": job.payload["entry"], "source": source.key}
            jobs.enqueue("search", key=key, case_id=job.case_id, payload=payload, not_before=next_try)


def _order(job: Job, source_key: str, why: str) -> None:
    key = f"{job.case_id}:search:{source_key}:{job.payload['entry']}:{why}"
    jobs.enqueue("search", key=key, case_id=job.case_id, payload={"entry": job.payload["entry"], "source": source_key})


def _is_over(job: Job) -> bool:
    """The case went on or was sent back meanwhile: this job has nothing left to do."""
    state, entry = read.place_of(job.case_id)
    return state != State.GATHERING or entry != job.payload["entry"]
