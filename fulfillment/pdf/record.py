"""The record of fulfilment, filed on every way out: what was asked, searched, found, withheld, sent, and by whom."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.utils import timezone

from fulfillment.jobs import Job, Postpone
from fulfillment.pdf import correction, deletion, facts
from fulfillment.pdf.documents import (
    Approval,
    Deletion,
    Delivery,
    Ground,
    Identity,
    Log,
    RecordOfFulfilment,
    Search,
    Withheld,
)
from fulfillment.pdf.page import print_document
from fulfillment.pdf.press import RenderFailed
from fulfillment.redact.labels import Label, Role, describe, role_of
from fulfillment.scan.scan import scan
from requests_app.casefile import StorageFull, deliver, papers, read, write
from requests_app.casefile.types import CaseSnapshot, PaperFacts, SearchFact
from requests_app.lifecycle import State

# A mail that tells the answer is on its way within seconds; the record waits for it, to tell the day, but not for ever.
PATIENCE: Final = timedelta(minutes=5)
ANSWERED: Final = frozenset({"fulfilled", "partly"})
STOPPED: Final = frozenset({"withdrawn", "merged"})

log = structlog.get_logger(__name__)


def handle(job: Job) -> None:
    """File the record and close the case. Safe to run twice: the record of this entry is printed and kept once."""
    if read.place_of(job.case_id) != (State.RECORDING.value, job.payload["entry"]):
        return
    law, now = papers.facts(job.case_id), timezone.now()
    if mail_is_on_its_way(law, now):
        raise Postpone(2)
    case = read.snapshot(job.case_id)
    try:
        _file(job, case, compose(case, law, issued_at=now))
    except RenderFailed:
        write.stage_failed(job.holder, attention="stage_failed", code="record_not_printed")
        raise
    except OSError as error:
        if not isinstance(error, StorageFull) and error.errno != errno.ENOSPC:
            raise
        write.stage_failed(job.holder, attention="storage", code="storage_full")


def _file(job: Job, case: CaseSnapshot, record: RecordOfFulfilment) -> None:
    name = f"{case.reference}-record.pdf"
    pdf = print_document(record).pdf
    report = scan(pdf, name, ours=case.of_our_making)
    if not report.clean:
        log.warning("the artefact scan stopped a record", job_id=job.id, count=len(report.hits))
        write.stage_failed(job.holder, attention="scan_hit", code="artefact_scan")
        return
    deliver.attach_deliverable(
        job.holder,
        kind="record",
        name=name,
        content_type="application/pdf",
        parts=[pdf],
        scan_passed=True,
        key=f"{case.id}:record:{case.entry}",
    )
    write.stage_finished(job.holder)


def mail_is_on_its_way(law: PaperFacts, now: datetime) -> bool:
    mails = (notice for notice in law.notices if notice.medium == "mail" and notice.state == "ordered")
    return any(now - mail.ordered_at < PATIENCE for mail in mails)


def compose(case: CaseSnapshot, law: PaperFacts, *, issued_at: datetime) -> RecordOfFulfilment:
    clocks = tuple(facts.clock(row) for row in case.clocks)
    answered = [row.ended_on for row in clocks if row.kind in {"answer", "opt_out"} and row.ended.startswith("met")]
    stopped = case.outcome in STOPPED  # its clocks are stopped when the case closes, which this record precedes
    return RecordOfFulfilment(
        **facts.common(case, law, issued_at=issued_at),
        outcome=case.outcome,
        channel=case.channel,
        answered_on=answered[0] if answered else None,
        grounds=_grounds(case, law),
        clocks=tuple(replace(row, ended="stopped") if stopped and not row.ended else row for row in clocks),
        identity=_identity(case, law),
        searches=tuple(_search(row) for row in case.searches),
        deletion=_deletion(case),
        corrections=correction.corrections(case, law),
        referrals=facts.referrals(case),
        withheld=tuple(_withheld(label, count, case, law) for label, count in case.withheld.items()),
        package=facts.package(case),
        systems=facts.systems(case),
        suppressions=facts.suppressions(case),
        approvals=tuple(Approval(role=row.role, initials=row.initials, on=row.at) for row in case.approvals),
        deliveries=tuple(
            Delivery(what=row.kind, medium=row.medium, state=row.state, on=row.sent_on) for row in law.notices
        ),
        linked=case.linked,
        merged_into=law.merged_into,
        log=Log(events=case.events, head=case.ledger_head) if case.ledger_head else None,
    )


def _grounds(case: CaseSnapshot, law: PaperFacts) -> tuple[Ground, ...]:
    if law.ground is None:
        return ()
    words = law.ground
    return (Ground(title=words.title, text=words.text, citation=words.citation, explanation=case.explanation),)


def _deletion(case: CaseSnapshot) -> Deletion | None:
    """Nothing to say of it where none was asked, or where nothing of it was carried out."""
    if case.right != "delete" or (case.outcome not in ANSWERED and not any(step.result for step in case.steps)):
        return None
    return deletion.deletion(case)


def _identity(case: CaseSnapshot, law: PaperFacts) -> Identity | None:
    """Nothing to say where the law asks for no proof."""
    if law.required_level == facts.NO_PROOF:
        return None
    proofs = dict.fromkeys(proof.partition(":")[0] for proof in case.identity_proofs)
    proofs.pop("assessment", None)  # weighs the other proofs, proves nothing of its own
    return Identity(required=law.required_level, reached=case.identity_level, proven_by=tuple(proofs))


def _search(row: SearchFact) -> Search:
    searched = row.state == "answered"
    return Search(
        source=row.source_name,
        searched=searched,
        why_not="" if searched else row.reason or row.state,
        identifiers=tuple(sorted(row.identifiers_used)),
        finished_on=facts.day(row.finished_at),
        attempts=row.attempts,
        unread=len(row.warnings),
        found=row.rows_found,
        withheld=row.rows_withheld,
        released=row.rows_released,
    )


def _withheld(label: str, count: int, case: CaseSnapshot, law: PaperFacts) -> Withheld:
    """Which law forbids to disclose it; what is about somebody else gives way to that person's own rights."""
    never = role_of(Label(label)) is Role.NEVER
    kind = describe(Label(label), case.language)
    return Withheld(kind=kind, count=count, rule=law.never_disclose_citation if never else "")
