"""Asking for a correction at the portal, and what the status page tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from requests_app.casefile import changes, correcting, write
from requests_app.lifecycle import Right
from requests_app.models import Attention, Case, CorrectionItem, EventKind, Evidence, Notice
from requests_app.permissions import Role, consumer, staff
from requests_app.services import correction, disputed, ending, matching, notices, review
from requests_app.services.correction import version
from requests_app.services.disputed import Answer
from requests_app.services.matching import Matched
from requests_app.vault import CaseVault
from tests.characters import user
from tests.factories import approved, gather, holder, located
from tests.requests_app.portal_walk import ABOUT, ADA, CASE, CHECK, NEW, WRONG, Visitor, prove
from tests.requests_app.test_staff_pages import desk

pytestmark = pytest.mark.django_db
PHONE = {"what_1": "Phone number", "is_1": "214-555-0199", "should_be_1": "214-555-0107"}
WHY = "The bill that you sent shows the number that we hold."


@pytest.fixture
def ada() -> Visitor:
    return Visitor()


@pytest.fixture
def case(ada: Visitor) -> Case:
    """Asked at the portal, proven by code and facts, located, and open at the status page."""
    ada.answer_what("correct")
    ada.post(WRONG, {"rows": "1", **PHONE})
    ada.post(ABOUT, ADA)
    sent = ada.post(CHECK, {"key": ada.key()})
    assert sent.status_code == 302, sent.content.decode()
    case = Case.objects.get(right=Right.CORRECT)
    ada.follow(case)
    return located(gather(prove(case)))


def status(ada: Visitor) -> str:
    return str(ada.get(CASE).content.decode())


def ruled(case: Case, **answers: Any) -> Case:
    """Ruled on by an analyst and approved by two officers."""
    item = case.corrections.get()
    answers.setdefault("places", set(item.places.values_list("id", flat=True)))
    correction.rule(case_id=case.id, by=staff(user(Role.ANALYST)), number=1, seen=version(item), **answers)
    return approved(case)


def done(case: Case, result: str = "corrected", reason: str = "") -> Case:
    """The machine wrote, asked again, and reports."""
    by = holder(case)
    places = correcting.ordered(case.id)
    if places:
        changes.begin_changes(by)
    for place in places:
        left = 0 if result == "corrected" else 1
        correcting.place_done(by, place_id=place.id, result=result, rows_done=1 - left, rows_left=left, reason=reason)
    outcome, ground = correcting.settle(by, {})
    write.fulfilled(by, outcome=outcome, ground=ground)
    return case


# --- asking ------------------------------------------------------------------------------------------------------


def test_it_asks_what_is_wrong_before_it_asks_who_it_is(ada: Visitor) -> None:
    assert ada.answer_what("correct")["Location"] == WRONG
    assert ada.get(ABOUT)["Location"] == WRONG
    assert ada.get(CHECK)["Location"] == WRONG
    text = ada.get(WRONG).content.decode()
    assert "Step 2 of 4" in text
    assert ada.post(WRONG, {"rows": "1", **PHONE})["Location"] == ABOUT


def test_it_asks_nothing_of_the_kind_when_nothing_is_to_be_corrected(ada: Visitor) -> None:
    assert ada.answer_what("access")["Location"] == ABOUT
    assert ada.get(WRONG)["Location"] == ABOUT


def test_it_adds_a_row_and_keeps_what_was_typed(ada: Visitor) -> None:
    ada.answer_what("correct")
    page = ada.post(WRONG, {"rows": "1", "add": "1", **PHONE, "should_be_1": ""})
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="214-555-0199"' in text
    assert 'name="what_2"' in text
    assert "Say what it should be." not in text


def test_it_offers_no_more_rows_than_can_be_taken(ada: Visitor) -> None:
    ada.answer_what("correct")
    page = ada.post(WRONG, {"rows": "20", "add": "1"})
    assert 'name="what_20"' in page.content.decode()
    assert 'name="add"' not in page.content.decode()
    assert 'name="what_21"' not in ada.post(WRONG, {"rows": "9999", "add": "1"}).content.decode()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({}, "Say what is wrong and what it should be."),
        ({**PHONE, "should_be_1": ""}, "Say what it should be."),
        ({**PHONE, "what_1": ""}, "Say which information is wrong"),
        ({**PHONE, "should_be_1": "214-555-0199"}, "This is the same as what it is now."),
        ({**PHONE, "should_be_1": "x" * 5000}, "Shorten this to 500 characters."),
        ({**PHONE, "what_1": "Phone\x07"}, "Remove line breaks and control characters."),
        ({**PHONE, "what_1": "<b>Phone</b>", "should_be_1": ""}, "&lt;b&gt;Phone&lt;/b&gt;"),
    ],
)
def test_it_says_beside_the_field_what_is_missing_and_loses_nothing(
    ada: Visitor, row: dict[str, str], told: str
) -> None:
    ada.answer_what("correct")
    page = ada.post(WRONG, {"rows": "2", **row})
    text = page.content.decode()
    assert page.status_code == 200
    assert told in text
    assert 'name="what_2"' in text
    for name in ("is_1", "should_be_1"):
        assert f'value="{row[name]}"' in text if row.get(name) else True
    assert ada.get(CHECK)["Location"] == WRONG


def test_it_lets_a_row_that_was_left_empty_be(ada: Visitor) -> None:
    ada.answer_what("correct")
    ada.post(WRONG, {"rows": "3", "what_2": "City", "is_2": "Dallas", "should_be_2": "Garland"})
    ada.post(ABOUT, ADA)
    text = ada.get(CHECK).content.decode()
    assert "Garland" in text
    assert 'value="Garland"' in ada.get(WRONG).content.decode()


def test_it_needs_no_declaration_and_keeps_each_item_sealed(ada: Visitor, case: Case) -> None:
    item = case.corrections.get()
    assert disputed.said(item, CaseVault.of(case.id)).stands == "214-555-0199"
    assert b"0199" not in bytes(item.sealed)
    assert not hasattr(case, "declaration")


def test_it_opens_a_case_for_each_right_and_corrects_in_one_of_them(ada: Visitor) -> None:
    ada.answer_what("access", "correct")
    ada.post(WRONG, {"rows": "1", **PHONE})
    ada.post(ABOUT, ADA)
    assert ada.send().status_code == 302
    assert {case.right: case.corrections.count() for case in Case.objects.all()} == {"access": 0, "correct": 1}


def test_it_asks_in_spanish(ada: Visitor) -> None:
    ada.post("/language/", {"language": "es"})
    ada.post(NEW, {"rights": ["correct"], "residence": "US-CA", "relationship": "visitor"})
    text = ada.get(WRONG).content.decode()
    assert "Agregar otra corrección" in text


# --- the status page ---------------------------------------------------------------------------------------------


def test_it_shows_each_item_but_no_ruling_before_it_is_carried_out(ada: Visitor, case: Case) -> None:
    ruled(case, accept=False, ground="information_accurate", answer=Answer(WHY))
    text = status(ada)
    assert "214-555-0199" in text
    assert WHY not in text
    assert "Stays as it is" not in text


def test_it_tells_what_was_corrected_and_from_whom_the_wrong_value_came(ada: Visitor, case: Case) -> None:
    done(ruled(case, accept=True))
    text = status(ada)
    assert "<strong>Corrected</strong>" in text
    assert "Billing: from the person, from a lead generation company" in text
    assert "To see for yourself what we hold now" in text


@pytest.mark.parametrize(
    ("result", "reason", "told"),
    [
        ("deferred", "TEC-09", "When we looked again, your information was still there unchanged."),
        ("deferred", "TEC-07", "stores your information in a way that our program could not work with"),
        ("deferred", "OPS-04", "Somebody has to do it by hand"),
        ("not_found", "", "We do not hold this anywhere"),
    ],
)
def test_it_tells_honestly_what_was_not_corrected_and_what_happens_next(
    ada: Visitor, case: Case, result: str, reason: str, told: str
) -> None:
    done(ruled(case, accept=True), result, reason)
    assert told in status(ada)


def test_it_tells_why_something_stays_and_how_to_appeal(ada: Visitor, case: Case) -> None:
    done(ruled(case, accept=False, places=(), ground="information_accurate", answer=Answer(WHY)))
    text = status(ada)
    assert "Stays as it is" in text
    assert "11 CCR 7023(b)" in text
    assert WHY in text
    assert "If you disagree: appeal" in text
    assert "Add a statement to the record" not in text


def test_the_closing_notice_says_what_was_corrected_and_what_not_and_why(ada: Visitor, case: Case) -> None:
    done(ruled(case, accept=True), "deferred", "TEC-09")
    mail = notices.render(case.notices.get(kind=Notice.Kind.CORRECTION_DONE))
    for text in (mail.text, mail.html):
        assert "Phone number: Not corrected yet" in text
        assert "Billing: The system told us that it had done it." in text
        assert "0107" not in text, "the values themselves do not travel by mail"
        assert "appeal" not in text


def test_the_closing_notice_of_a_refusal_is_in_the_persons_language(ada: Visitor, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(language="es")
    done(ruled(case, accept=False, places=(), ground="information_accurate", answer=Answer(WHY)))
    text = notices.render(case.notices.get(kind=Notice.Kind.CORRECTION_DONE)).text
    assert "Phone number: Queda como está" in text
    assert "consideramos más probable que la información sea exacta" in text
    assert WHY in text
    assert "puede apelar" in text


MATCHES = "What you say it should be matches what we hold now."
DIFFERS = "What you say it should be does not match what we hold now."


@pytest.mark.parametrize(
    ("kind", "other", "accept", "told"),
    [
        ("SSN", 0, True, MATCHES),
        ("SSN", 1, True, "In others we hold something else of this kind."),
        ("SSN", 0, False, DIFFERS),
        ("PASSWORD", 0, False, "may be scrambled, so we cannot tell"),
    ],
)
def test_it_tells_whether_it_matches_of_what_is_shown_to_nobody(
    ada: Visitor, case: Case, kind: str, other: int, *, accept: bool, told: str
) -> None:
    matching.write(case.corrections.all(), [Matched(1, kind, 0, other)])
    assert "what we hold now." not in status(ada), "told before it is decided"
    given = {} if accept else {"places": (), "ground": "information_accurate", "answer": Answer(WHY)}
    done(ruled(case, accept=accept, **given))
    text = status(ada)
    assert told in text
    assert "214-555-01" not in text
    assert told in notices.render(case.notices.get(kind=Notice.Kind.CORRECTION_DONE)).text


def test_it_tells_of_what_is_shown_to_nobody_in_spanish_and_that_none_is_held(ada: Visitor, case: Case) -> None:
    matching.write(case.corrections.all(), [Matched(1, "SSN", 0, 0)])
    done(ruled(case, accept=True), "not_found")
    ada.post("/language/", {"language": "es"})
    assert "No tenemos nada de este tipo sobre usted en ningún campo destinado a ello." in status(ada)


def test_an_approval_covers_whether_it_matches(case: Case) -> None:
    item = case.corrections.get()
    before = version(item)
    matching.write([item], [Matched(1, "SSN", 1, 0)])
    assert version(item) != before


def test_it_does_not_say_that_nothing_is_held_where_what_is_held_matches(ada: Visitor, case: Case) -> None:
    matching.write(case.corrections.all(), [Matched(1, "SSN", 1, 0)])
    done(ruled(case, accept=True), "not_found")
    text = status(ada)
    assert MATCHES in text
    assert "We found the wrong value nowhere" in text
    assert "We do not hold this anywhere" not in text


def send_file(ada: Visitor, name: str = "bill.txt", content: bytes = b"My bill.") -> Any:
    return ada.post(f"{CASE}corrections/1/file/", {"file": SimpleUploadedFile(name, content)})


def test_it_takes_a_file_for_an_item(ada: Visitor, case: Case) -> None:
    assert send_file(ada).status_code == 302
    item = case.corrections.get()
    assert item.evidence is not None
    assert item.evidence.purpose == Evidence.Purpose.CORRECTION
    assert "bill.txt" in status(ada)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bill.txt", b"", "This file is empty."),
        ("bill.exe", b"MZ\x90\x00", "Send a PDF, PNG, JPEG or plain text file"),
        ("bill.pdf", b"not one", "Send a PDF, PNG, JPEG or plain text file"),
    ],
)
def test_it_refuses_a_file_that_is_none(ada: Visitor, case: Case, name: str, content: bytes, told: str) -> None:
    page = send_file(ada, name, content)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert case.corrections.get().evidence is None


def test_it_takes_no_file_once_it_is_decided_and_none_for_another_item(ada: Visitor, case: Case) -> None:
    assert ada.post(f"{CASE}corrections/2/file/").status_code == 404
    ruled(case, accept=True)
    assert "decided already" in send_file(ada).content.decode()


@pytest.fixture
def refused(case: Case) -> Case:
    return done(ruled(case, accept=False, places=(), ground="information_accurate", answer=Answer(WHY, health=True)))


def test_it_keeps_a_statement_on_health_information(ada: Visitor, refused: Case) -> None:
    assert "Add a statement to the record" in status(ada)
    assert ada.post(f"{CASE}corrections/1/statement/", {"text": "It is my number."}).status_code == 302
    text = status(ada)
    assert "Your statement" in text
    assert "It is my number." in text
    assert "Replace your statement" in text
    event = refused.events.get(kind=EventKind.CORRECTION_STATED)
    assert event.payload == {"item": 1, "words": 4}
    refused.refresh_from_db()
    assert refused.attention == Attention.MESSAGE


@pytest.mark.parametrize(("words", "kept"), [(250, True), (251, False)])
def test_a_statement_may_have_250_words_and_no_more(ada: Visitor, refused: Case, words: int, *, kept: bool) -> None:
    page = ada.post(f"{CASE}corrections/1/statement/", {"text": "word\n" * words})
    assert (page.status_code == 302) == kept
    assert (refused.corrections.get().stated_at is not None) == kept


def test_staff_read_the_statement_beside_its_correction(ada: Visitor, refused: Case, settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    ada.post(f"{CASE}corrections/1/statement/", {"text": "It is my number."})
    text = desk(Role.ANALYST).get(f"/staff/cases/{refused.reference}/corrections/").content.decode()
    assert "Statement of the person, kept with the record" in text
    assert "It is my number." in text


def test_it_counts_the_words_of_a_statement_and_loses_none(ada: Visitor, refused: Case) -> None:
    page = ada.post(f"{CASE}corrections/1/statement/", {"text": "word " * 251})
    assert "Shorten this to 250 words; it has 251." in page.content.decode()
    assert page.content.decode().count("word ") >= 250
    assert refused.corrections.get().statement_sealed is None


def test_it_takes_no_statement_on_anything_else(ada: Visitor, case: Case) -> None:
    done(ruled(case, accept=True))
    page = ada.post(f"{CASE}corrections/1/statement/", {"text": "It is my number."})
    assert "A statement can be added to health information that stays as it is." in page.content.decode()


def test_it_tells_no_ruling_when_the_whole_request_was_refused_or_taken_back(ada: Visitor, case: Case) -> None:
    review.deny(case_id=case.id, by=staff(user(Role.OFFICER)), ground="fraud", explanation=WHY)
    text = status(ada)
    assert WHY in text
    assert "What came of it" not in text
    assert case.corrections.get().ruling == CorrectionItem.Ruling.OPEN


def test_it_cannot_be_taken_back_once_something_is_written(ada: Visitor, case: Case) -> None:
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    assert not case.events.filter(kind=EventKind.CORRECTION_DONE).exists()
    assert "What came of it" not in status(ada)
