"""Somebody who knows nothing of our systems reads the papers: each question has its answer, in every size of print."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pypdfium2
import pytest

from fulfillment.pdf.documents import Deletion, Document, Erasure, Remainder
from fulfillment.pdf.page import html, print_document
from tests.fulfillment import papers, reading

NO_BLOCK: Final = replace(
    papers.UNREACHED, blocked_on=None, next_try=None, waits_for="owner_done", owner="Records room"
)
TAKEN_OUT: Final = replace(papers.ERASED[0], result="nulled")
NEEDED: Final = replace(papers.KEPT, waits_for="account_closed", groups=papers.UNREACHED.groups, then="Then it goes.")
MARGIN: Final = 36  # points, half an inch


def record(*remainders: Remainder, erasures: tuple[Erasure, ...] = ()) -> str:
    """What the record says of a deletion that did this and left those behind."""
    done = Deletion(erasures=erasures, remainders=remainders)
    paper = replace(papers.DELETION_RECORD, deletion=done, referrals=())
    return reading.text(print_document(paper).pdf)


@pytest.mark.parametrize(
    ("erasure", "done"),
    [
        (papers.ERASED[0], "Deleted, December 2, 2026"),
        (TAKEN_OUT, "Your details taken out, the rest of the entry stays, December 2, 2026"),
        (papers.ERASED[1], "Your details replaced by values that identify nobody, December 2, 2026"),
    ],
    ids=lambda value: getattr(value, "result", ""),
)
def test_it_says_what_was_done_where_to_how_much_and_whether_we_looked_again(erasure: Erasure, done: str) -> None:
    text = record(erasures=(erasure,))
    assert "What was deleted" in text
    assert "What was not deleted" not in text
    for answer in (erasure.source, erasure.groups[0].what.capitalize(), done, "Asked again"):
        assert answer in text
    assert "Copies in secured backups" in text


@pytest.mark.parametrize(
    ("rest", "state", "law", "use", "then"),
    [
        (papers.KEPT, "Kept", "26 USC 6001", "Blocked since December 2, 2026", "kept until December 31, 2033"),
        (NEEDED, "Kept", "26 USC 6001", "Blocked since December 2, 2026", "When the account or contract ends."),
        (papers.REFERRED, "a health care provider decides", "45 CFR 164.504(e)", "", "privacy@hillside.example"),
        (papers.UNREACHED, "Not done yet (after 5 tries)", "we are late", "Blocked since", "December 4, 2026"),
        (NO_BLOCK, "Not done yet", "we are late", "No block is on record yet", "has done its part"),
    ],
    ids=["kept-by-law", "kept-as-needed", "referred", "failed", "owner's-task"],
)
def test_it_says_of_what_is_left_why_what_protects_it_what_comes_next_and_who_answers(
    rest: Remainder, state: str, law: str, use: str, then: str
) -> None:
    text = record(rest)
    for answer in (f"{rest.source}: {rest.title}", state, rest.why, law, use, then, rest.then, rest.owner):
        assert answer in text
    assert "call 469-942-7230" in text  # whom to ask
    assert ("Any other use" in text) is bool(use)


def test_it_promises_no_other_try_where_the_provider_decides() -> None:
    assert "Next try" not in record(papers.REFERRED)
    assert "Next try" in record(papers.UNREACHED)


def test_it_does_not_call_a_delay_a_decision() -> None:
    assert "We could not delete your information yet" in html(papers.FAILED_DELETION)
    assert "What we did not delete, and why" in record(papers.KEPT, papers.UNREACHED)


def test_what_is_deleted_is_no_choice_that_one_can_take_back() -> None:
    assert "the list stops us from using it to write to you" in html(papers.DELETION_RECORD)
    assert "until you say otherwise" not in html(papers.DELETION_RECORD)
    assert "until you say otherwise" in html(papers.OPT_OUT_RECORD)


@pytest.mark.parametrize("paper", papers.LARGE.values(), ids=papers.LARGE)
def test_nothing_is_cut_off_or_printed_over_in_large_print(paper: Document) -> None:
    with pypdfium2.PdfDocument(print_document(paper).pdf) as pdf:
        for page in pdf:
            words = page.get_textpage()
            boxes = [words.get_rect(at) for at in range(words.count_rects())]
            assert max(right for _, _, right, _ in boxes) < page.get_width() - MARGIN


def test_who_has_no_e_mail_can_sign_the_declaration_on_the_letter_itself() -> None:
    assert "I, Ada Quill, declare under penalty of perjury" in html(papers.POSTED_ACKNOWLEDGEMENT)
    assert "Signature" in html(papers.POSTED_ACKNOWLEDGEMENT)
    assert "Declaration to sign" not in html(papers.ACKNOWLEDGEMENT)
