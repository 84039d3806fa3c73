"""Letters for people without e-mail: printed to a file, which then waits in the tray to be put in an envelope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings

from fulfillment.jobs import ATTEMPTS, Job
from fulfillment.pdf import facts
from fulfillment.pdf.documents import (
    AcknowledgementLetter,
    Addressee,
    Appeal,
    Clock,
    CoverLetter,
    DenialLetter,
    ExtensionLetter,
    Ground,
    Letter,
    MessageLetter,
    OptOutLetter,
    Regulator,
    WithdrawalLetter,
)
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
    ordered_at = next(notice.ordered_at for notice in law.notices if notice.id == order.id)
    common = facts.common(case, law, issued_at=ordered_at) | {
        "addressee": Addressee(order.name, postal_lines(order.postal_address)),
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


Composer = Callable[[dict[str, Any], LetterToPrint, CaseSnapshot, PaperFacts], Letter]


def _acknowledgement(
    common: dict[str, Any], _order: LetterToPrint, case: CaseSnapshot, law: PaperFacts
) -> AcknowledgementLetter:
    clocks = tuple(facts.clock(row) for row in case.clocks)
    return AcknowledgementLetter(
        **common,
        clocks=tuple(Clock(kind=row.kind, due_on=row.due_on, derivation=row.derivation) for row in clocks),
        identity=law.required_level,
        status_page=_page("/requests/status/") if case.has_email else "",
    )


def _page(path: str) -> str:
    """An address to read on paper: without the scheme, which every browser adds."""
    return urlsplit(settings.PUBLIC_BASE_URL).netloc + path


def _extension(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, _law: PaperFacts) -> ExtensionLetter:
    extended = next(row for row in case.clocks if row.kind == order.parameters["kind"])
    return ExtensionLetter(**common, reason=order.parameters["reason"], clock=facts.clock(extended))


def _denial(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, law: PaperFacts) -> DenialLetter:
    if law.ground is None:
        message = "A denial needs the ground that the case was refused on."
        raise LookupError(message)
    return DenialLetter(
        **common,
        ground=Ground(
            title=law.ground.title,
            text=law.ground.text,
            citation=law.ground.citation,
            explanation=order.parameters.get("explanation", ""),
        ),
        identity_unproven=case.ground == "identity_unproven",
        offer_opt_out=law.required_level != facts.NO_PROOF,
        appeal=Appeal(within=law.appeal_within, answered_within=law.appeal_answered_within)
        if law.appeal_within
        else None,
        regulator=Regulator(law.regulator_name, law.regulator_contact),
    )


def _upheld(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, law: PaperFacts) -> DenialLetter:
    """The last word of ours: there is no further appeal to offer, only the public authority."""
    return replace(_denial(common, order, case, law), appeal=None)


def _cover(common: dict[str, Any], _order: LetterToPrint, case: CaseSnapshot, _law: PaperFacts) -> CoverLetter:
    return CoverLetter(**common, package=facts.package(case))


def _opt_out(common: dict[str, Any], _order: LetterToPrint, case: CaseSnapshot, _law: PaperFacts) -> OptOutLetter:
    return OptOutLetter(**common, systems=facts.systems(case), suppressions=facts.suppressions(case))


def _withdrawal(
    common: dict[str, Any], _order: LetterToPrint, _case: CaseSnapshot, _law: PaperFacts
) -> WithdrawalLetter:
    return WithdrawalLetter(**common)


def _message(common: dict[str, Any], _order: LetterToPrint, _case: CaseSnapshot, _law: PaperFacts) -> MessageLetter:
    return MessageLetter(**common)


COMPOSERS: Final[dict[str, Composer]] = {
    "acknowledgement": _acknowledgement,
    "extension": _extension,
    "denial": _denial,
    "unverified": _denial,
    "appeal_upheld": _upheld,
    "ready": _cover,
    "opt_out_done": _opt_out,
    "withdrawn": _withdrawal,
    "message": _message,
}
