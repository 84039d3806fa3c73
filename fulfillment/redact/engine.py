"""The REDACTING stage: read what was found, batch by batch, and propose what to withhold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import structlog

from fulfillment import sources
from fulfillment.jobs import Job
from fulfillment.redact.columns import Columns
from fulfillment.redact.labels import Label
from fulfillment.redact.names import Known
from fulfillment.redact.profile import Subject
from fulfillment.redact.propose import forget, people, propose, reached_at
from requests_app.casefile import read, write
from requests_app.casefile.types import Batch, ProposedRedaction, SubjectKeys

log = structlog.get_logger(__name__)


def handle(job: Job) -> None:
    """Propose for every batch that was not examined yet; safe to run twice, memory is bounded by one batch."""
    try:
        _examine(job)
    finally:
        forget()
    write.stage_finished(job.holder)


def _examine(job: Job) -> None:
    case_id = job.case_id
    columns = Rules()
    subject, known = _people(read.batches(case_id), columns, subject_of(read.subject_keys(case_id)))
    for batch in read.batches(case_id, unexamined=True):
        job.check()
        found = propose_for(batch, columns.of(batch), subject, known)
        write.propose_redactions(job.holder, batch_id=batch.id, proposals=found)
        log.info("batch examined", job_id=job.id, case_id=str(case_id), source_key=batch.source_key, count=len(found))


def subject_of(keys: SubjectKeys) -> Subject:
    """The verified profile as the detectors want it."""
    return Subject(
        names=keys.names,
        emails=keys.emails,
        phones=keys.phones,
        addresses=(keys.postal_address,) if keys.postal_address else (),
        date_of_birth=keys.date_of_birth or None,
        account_numbers=keys.account_numbers,
    )


def propose_for(batch: Batch, columns: Columns, subject: Subject, known: Known) -> list[ProposedRedaction]:
    """All proposals for the rows of one batch."""
    return [
        ProposedRedaction(row, one.path, one.start, one.end, one.label, one.role, one.rule)
        for row, record in enumerate(read.records(batch.id))
        for one in propose(record.values, columns, subject, known)
    ]


class Rules:
    """The rules of every collection, from the maps of the connected sources; read once for a case."""

    def __init__(self) -> None:
        self._columns: Mapping[str, Columns] = {
            f"{item.source.key}|{collection.address}": Columns.of(collection)
            for item in sources.maps()
            for collection in item.collections
        }

    def of(self, batch: Batch) -> Columns:
        """A source that was taken down since has no map any more: its fields are read as prose."""
        return self._columns.get(f"{batch.source_key}|{batch.collection}", Columns())


def _people(batches: list[Batch], columns: Rules, subject: Subject) -> tuple[Subject, Known]:
    """The requester with what the case's tables hold of her own, and everybody else whom tables and notes name.

    A name told once is a name in the whole case, and so is the requester's own e-mail address.
    """
    nobody = Known((), subject.names)
    named: set[str] = set()
    ways: dict[Label, set[str]] = defaultdict(set)
    for batch in batches:
        rules = columns.of(batch)
        for record in read.records(batch.id):
            named |= people(record.values, rules, subject, nobody)
            for label, value in reached_at(record.values, rules):
                ways[label].add(value)
    whole = replace(
        subject,
        emails=(*subject.emails, *sorted(ways[Label.EMAIL])),
        phones=(*subject.phones, *sorted(ways[Label.PHONE])),
        addresses=(*subject.addresses, *sorted(ways[Label.ADDRESS])),
    )
    return whole, Known(named, subject.names)
