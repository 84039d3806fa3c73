"""Letters for people without e-mail: printed to a file, which then waits in the tray to be put in an envelope."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from uuid import UUID

import structlog

from fulfillment.fulfil.release import IN_MEMORY
from fulfillment.fulfil.released import collections
from fulfillment.jobs import ATTEMPTS, Job
from fulfillment.pdf import facts
from fulfillment.pdf.composers import COMPOSERS
from fulfillment.pdf.copy import TooLong, print_copy
from fulfillment.pdf.documents import Addressee, Letter
from fulfillment.pdf.page import print_document
from fulfillment.pdf.press import RenderFailed
from fulfillment.scan.scan import scan
from requests_app.casefile import GateClosed, NotFound, deliver, papers, read
from requests_app.casefile.types import CaseSnapshot, LetterToPrint, PaperFacts, PrintedCopy

ORDERED, READY = "ordered", "ready"

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
    case, law = read.snapshot(order.case_id), papers.facts(order.case_id)
    try:
        copy = _copy(job, order, case, law) if order.kind == READY else None
        parameters = {**order.parameters, "pages": copy.pages} if copy else order.parameters
        letter = compose(replace(order, parameters=parameters), case, law)
        name = f"{letter.reference}-{order.kind.replace('_', '-')}.pdf"
        pdf = print_document(letter).pdf
        if not _is_clean(job, case, pdf, name) or (copy and not _may_be_enclosed(job, case, copy)):
            deliver.notice_failed(order.id, error="artefact_scan")
            return
        deliver.attach_letter(order.id, name=name, pdf=pdf, copy=copy)
    except (GateClosed, NotFound):
        deliver.notice_failed(order.id, error="not_released")


def _copy(job: Job, order: LetterToPrint, case: CaseSnapshot, law: PaperFacts) -> PrintedCopy | None:
    """The answer that goes into the envelope; None when it is too long for one, or for the press: it stays a file."""
    common = facts.common(case, law, issued_at=order.ordered_at)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        file.writelines(deliver.open_package(case.id))
        try:
            return print_copy(file, case, common)
        except TooLong:
            return None
        except RenderFailed:
            if job.attempt < ATTEMPTS:
                raise
            return None


def _may_be_enclosed(job: Job, case: CaseSnapshot, copy: PrintedCopy) -> bool:
    """As the package was: without anything that is never disclosed, and without any words that were ruled withheld."""
    withheld = frozenset[str]().union(*(one.taken for one in collections(case.id, case.language)))
    return _is_clean(job, case, copy.pdf, copy.name, withheld=withheld)


def _is_clean(job: Job, case: CaseSnapshot, pdf: bytes, name: str, *, withheld: frozenset[str] = frozenset()) -> bool:
    report = scan(pdf, name, withheld=withheld, ours=case.of_our_making)
    if not report.clean:
        log.warning("the artefact scan stopped a letter", job_id=job.id, count=len(report.hits))
    return report.clean


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
