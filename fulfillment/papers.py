"""The search of a source that only a person can look into: ask, wait, and read what the owner answered."""

from __future__ import annotations

from contextlib import closing
from uuid import UUID

from django.db import transaction

from fulfillment import owners, sources
from fulfillment.connectors.document_reader import DocumentReader
from fulfillment.connectors.documents import UnreadableDocument
from fulfillment.datamap.told import told
from fulfillment.jobs import Job
from fulfillment.models import DataSource, ManualTask
from requests_app.casefile import owners as report
from requests_app.casefile import read, write

NOT_SEARCHABLE = "OPS-02"
SECONDS = 30.0


def search(job: Job, source: DataSource) -> list[str]:
    """Ask, or wait, or read the answer and end the search. Returns the sources that are open again, as every search."""
    task = owners.ask(job, source, ManualTask.Kind.FIND)
    if task.answered_at is None:
        report.wait(job.holder, source_key=source.key, again_at=owners.again_at(task))
        return []
    if task.outcome == ManualTask.Outcome.CANNOT:
        report.cannot_search(job.holder, source_key=source.key, reason=NOT_SEARCHABLE)
        return []
    papers, warnings = _in_files(task)
    with transaction.atomic():
        if papers:
            owners.store(job.holder, source, papers, files=True)
        rows = task.rows + len(papers)
        place = {"collection": owners.shape_of(source).collection, "searched": True, "reason": "", "rows": rows}
        if not read.keeps_rows(job.case_id):
            place = told(sources.map_of(source), place)
        _, inputs = read.handed_to(job.case_id, source.key)
        return write.search_answered(
            job.holder,
            source_key=source.key,
            identifiers_used=_used(job.case_id),
            collections=[place],
            warnings=warnings,
            inputs=inputs,
        )


def _used(case_id: UUID) -> dict[str, int]:
    """What the page of the task tells the owner to look by."""
    person = read.subject_keys(case_id)
    told = {"name": person.names, "date_of_birth": person.date_of_birth, "account": person.account_numbers}
    return {kind: 1 if isinstance(values, str) else len(values) for kind, values in told.items() if values}


def _in_files(task: ManualTask) -> tuple[list[dict[str, str]], list[str]]:
    """Each file handed in as a paper with its words. One that cannot be read counts as found, and is said so."""
    papers, warnings = [], []
    with closing(DocumentReader(timeout=SECONDS)) as reader:
        for number, file_id in enumerate(task.files, 1):
            name, content = report.open_file(task.case_id, UUID(file_id))
            try:
                text = "\n".join(part.text for part in reader.parts(name, content))
            except UnreadableDocument as error:
                text = ""
                warnings.append(f"file {number} of the owner's answer: {error}")
            papers.append({"paper": name, "text": text})
    return papers, warnings
