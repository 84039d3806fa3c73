"""Letters for people without e-mail: printed to a file, which then waits in the tray to be put in an envelope."""

from __future__ import annotations

from uuid import UUID

import structlog

from fulfillment.jobs import ATTEMPTS, Job
from fulfillment.pdf import facts
from fulfillment.pdf.composers import COMPOSERS
from fulfillment.pdf.documents import Addressee, Letter
from fulfillment.pdf.page import print_document
from fulfillment.pdf.press import RenderFailed
from fulfillment.scan.scan import scan
from requests_app.casefile import deliver, papers, read
from requests_app.casefile.types import CaseSnapshot, LetterToPrint, PaperFacts

ORDERED = "ordered"

log = structlog.get_logger(__name__)


def handle(job: Job) -> None:
    """Print the letter that was ordered. Safe to run twice: a letter that is in the tray is not printed again."""
    notice_id = UUID(str(job.payload["order_id"]))
    order = read.letter_to_print(notice_id)
    if order.state != ORDERED:
        return
    try:
        _print(job, order)
    except (RenderFailed, OSError):
        if job.attempt >= ATTEMPTS:
            deliver.notice_failed(notice_id, error="not_printed")
        raise


def _print(job: Job, order: LetterToPrint) -> None:
    case = read.snapshot(order.case_id)
    letter = compose(order, case, papers.facts(order.case_id))
    name = f"{letter.reference}-{order.kind.replace('_', '-')}.pdf"
    pdf = print_document(letter).pdf
    report = scan(pdf, name, ours=case.of_our_making)
    if not report.clean:
        log.warning("the artefact scan stopped a letter", job_id=job.id, count=len(report.hits))
        deliver.notice_failed(order.id, error="artefact_scan")
        return
    deliver.attach_letter(order.id, name=name, pdf=pdf)


def compose(order: LetterToPrint, case: CaseSnapshot, law: PaperFacts) -> Letter:
    """The letter that a notice asks for, from the order's own parameters and from what the case file says."""
    common = facts.common(case, law, issued_at=order.ordered_at) | {
        "addressee": Addressee(order.name, postal_lines(order.postal_address)),
        "in_place_of": order.in_place_of,
        "language": order.language,
    }
    return COMPOSERS[order.kind](common, order, case, law)


def postal_lines(address: str) -> tuple[str, ...]:
    """As typed when it was typed in lines; else the street, then city with state and ZIP code."""
    lines = [line.strip(" ,") for line in address.splitlines() if line.strip(" ,")]
    if len(lines) != 1:
        return tuple(lines)
    parts = [part.strip() for part in lines[0].split(",") if part.strip()]
    if len(parts) < 3:  # noqa: PLR2004  (street, city, state with ZIP code)
        return (", ".join(parts),)
    return ", ".join(parts[:-2]), ", ".join(parts[-2:])
