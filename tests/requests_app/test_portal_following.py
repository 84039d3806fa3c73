"""The status page: open to whoever reads the person's mail, and to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.casefile import write
from requests_app.lifecycle import Outcome, State
from requests_app.models import Attention, Case, Declaration, Evidence, IdentityCheck, Message, User
from requests_app.permissions import Actor, Role, staff
from requests_app.services import codes, messages, review
from requests_app.services import person as people
from requests_app.vault import blobs
from requests_app.vault.case_key import CaseVault
from tests.pictures import picture
from tests.requests_app.portal_walk import ADA, CASE, CODE, STATUS, Visitor, mailed_code, prove, work_off_codes

pytestmark = pytest.mark.django_db
PNG = picture()


@pytest.fixture
def ada() -> Visitor:
    return Visitor()


@pytest.fixture
def asked(ada: Visitor) -> Case:
    return ada.ask("access")[0]


@pytest.fixture
def cleo() -> Actor:
    return staff(User.objects.create(username="cleo", role=Role.OFFICER.value))


@pytest.fixture
def at_page(ada: Visitor, asked: Case) -> Visitor:
    assert ada.follow(asked).status_code == 200
    return ada


def test_it_opens_with_reference_and_mailed_code(ada: Visitor, asked: Case):
    page = ada.follow(asked)
    text = page.content.decode()
    assert page.redirect_chain[-1][0] == CASE
    assert asked.reference in text
    assert "making sure that the request comes from you" in text


def test_it_takes_a_reference_as_people_write_it(ada: Visitor, asked: Case):
    ada.post(STATUS, {"reference": f" {asked.reference.lower().replace('-', ' ')} "})
    assert ada.post(CODE, {"code": mailed_code(asked)}).headers["Location"] == CASE


@pytest.mark.parametrize("text", ["", "7K4M", "7K4M-29QF-2", "U" * 9, "x" * 300])
def test_it_says_what_is_wrong_with_a_reference(ada: Visitor, text: str):
    page = ada.post(STATUS, {"reference": text})
    assert page.status_code == 200
    assert 'href="#id_reference"' in page.content.decode()


def test_it_answers_an_unknown_reference_like_a_known_one(ada: Visitor, asked: Case):
    pages = []
    for reference in (asked.reference, "7K4M-29QF-X"):
        visitor = Visitor()
        first = visitor.post(STATUS, {"reference": reference})
        second = visitor.get(CODE)
        third = visitor.post(CODE, {"code": "000000"})
        pages.append(
            [
                (page.status_code, page.headers.get("Location"), _plain(page.content.decode(), reference))
                for page in (first, second, third)
            ]
        )
    assert pages[0] == pages[1]


def _plain(text: str, reference: str) -> str:
    """The page without what differs from visitor to visitor: the reference typed and the form's token."""
    text = text.replace(reference, "REFERENCE") if reference else text
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_it_refuses_a_code_after_five_wrong_ones(ada: Visitor, asked: Case):
    ada.post(STATUS, {"reference": asked.reference})
    right = mailed_code(asked)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(codes.TRIES):
        assert "wrong or no longer valid" in ada.post(CODE, {"code": wrong}).content.decode()
    assert "wrong or no longer valid" in ada.post(CODE, {"code": right}).content.decode()
    assert ada.get(CASE).headers["Location"] == STATUS


def test_it_gives_a_new_code_after_five_wrong_ones(ada: Visitor, asked: Case):
    test_it_refuses_a_code_after_five_wrong_ones(ada, asked)
    ada.post(STATUS, {"reference": asked.reference})
    assert ada.post(CODE, {"code": mailed_code(asked)}).headers["Location"] == CASE


def test_it_refuses_a_code_after_ten_minutes(ada: Visitor):
    with time_machine.travel("2026-11-24T16:00Z", tick=False) as clock:
        asked = ada.ask("access")[0]
        ada.post(STATUS, {"reference": asked.reference})
        code = mailed_code(asked)
        clock.shift(dt.timedelta(minutes=10, seconds=1))
        page = ada.post(CODE, {"code": code})
    text = page.content.decode()
    assert "ask for a new one" in text
    assert "Send a new code" in text


def test_it_refuses_a_code_that_was_used(ada: Visitor, asked: Case):
    ada.post(STATUS, {"reference": asked.reference})
    code = mailed_code(asked)
    ada.post(CODE, {"code": code})
    thief = Visitor()
    thief.post(STATUS, {"reference": asked.reference})
    assert thief.post(CODE, {"code": code}).status_code == 200
    assert thief.get(CASE).headers["Location"] == STATUS


def test_it_refuses_the_code_of_another_request(ada: Visitor, asked: Case):
    other = Visitor().ask("access")[0]
    thief = Visitor()
    thief.post(STATUS, {"reference": other.reference})
    code = mailed_code(other)
    thief.post(STATUS, {"reference": asked.reference})
    work_off_codes()
    assert "wrong or no longer valid" in thief.post(CODE, {"code": code}).content.decode()


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567"])
def test_it_says_what_is_wrong_with_a_code(ada: Visitor, asked: Case, typed: str):
    ada.post(STATUS, {"reference": asked.reference})
    assert "six digits" in ada.post(CODE, {"code": typed}).content.decode()


def test_it_changes_the_session_when_the_code_is_right(ada: Visitor, asked: Case):
    before = ada.session.session_key
    ada.follow(asked)
    assert ada.session.session_key != before


def test_it_closes_itself_after_half_an_hour(ada: Visitor):
    with time_machine.travel("2026-11-24T16:00Z", tick=False) as clock:
        ada.follow(ada.ask("access")[0])
        clock.shift(dt.timedelta(minutes=29))
        assert ada.get(CASE).status_code == 200
        clock.shift(dt.timedelta(minutes=31))
        page = ada.get(CASE, follow=True)
    assert page.redirect_chain[-1][0] == STATUS
    assert "closed itself" in page.content.decode()


@pytest.mark.parametrize("where", ["message", "appeal"])
def test_it_keeps_what_is_written_too_late_for_whoever_opens_the_same_case_again(ada: Visitor, where: str):
    with time_machine.travel("2026-11-24T16:00Z", tick=False) as clock:
        mine, other = ada.ask("access")[0], ada.ask("access")[0]
        ada.follow(mine)
        clock.shift(dt.timedelta(minutes=31))
        told = ada.post(f"{CASE}{where}/", {"text": "It took me long to write this."}, follow=True).content.decode()
        assert "What you wrote was not sent." in told
        assert mine.messages.count() == 0
        assert "It took me long" not in ada.follow(other).content.decode()
        again = ada.follow(mine).content.decode()
        assert ("It took me long to write this." in again) == (where == "message"), "nothing can be appealed yet"
        assert "It took me long" not in ada.get(CASE).content.decode(), "shown once"


def test_it_closes_when_the_person_leaves(at_page: Visitor):
    at_page.post(f"{STATUS}leave/")
    assert at_page.get(CASE).headers["Location"] == STATUS


def test_it_shows_each_date_and_why(at_page: Visitor, asked: Case):
    text = at_page.get(CASE).content.decode()
    assert text.count("Why this date?") == asked.clocks.count() == 2
    for clock in asked.clocks.all():
        assert clock.derivation[0]["text"].replace("'", "&#x27;") in text


def test_it_counts_an_entered_code_as_proof_of_the_address(at_page: Visitor, asked: Case):
    assert IdentityCheck.objects.get(case=asked, method=IdentityCheck.Method.CODE).kinds == ["email:0"]
    assert prove(asked).state == State.GATHERING


def test_it_does_not_say_whether_the_facts_agree(at_page: Visitor, asked: Case):
    write.record_match(asked.id, kinds=[], on_file=[])
    nobody = at_page.get(CASE).content.decode()
    write.record_match(asked.id, kinds=["email", "phone"], on_file=["email:0"])
    half_known = at_page.get(CASE).content.decode()
    assert Case.objects.get(pk=asked.pk).state == State.VERIFYING
    assert _plain(nobody, "") == _plain(half_known, "")


def test_it_takes_messages_and_shows_answers(at_page: Visitor, asked: Case, cleo: Actor):
    page = at_page.post(f"{CASE}message/", {"text": "When do I get it? <script>alert(1)</script>"}, follow=True)
    text = page.content.decode()
    assert "We have your message" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert Case.objects.get(pk=asked.pk).attention == Attention.MESSAGE
    messages.write(case_id=asked.id, by=cleo, text="Next week.")
    messages.note(case_id=asked.id, by=cleo, text="an internal note")
    text = at_page.get(CASE).content.decode()
    assert "Next week." in text
    assert "an internal note" not in text


def test_it_keeps_a_message_that_is_too_long(at_page: Visitor):
    page = at_page.post(f"{CASE}message/", {"text": "word " * 1001})
    assert page.status_code == 200
    assert "word word" in page.content.decode()
    assert Message.objects.count() == 0


def test_it_keeps_a_file_sealed(at_page: Visitor, asked: Case):
    at_page.post(f"{CASE}file/", {"file": SimpleUploadedFile("bill.png", PNG, "image/png")})
    kept = Evidence.objects.get(case=asked)
    assert kept.content_type == "image/png"
    assert b"".join(blobs.read(CaseVault.of(asked.id), kept.blob)) == PNG


def test_it_takes_the_request_back_after_asking_again(at_page: Visitor, asked: Case):
    assert "Take this request back?" in at_page.get(f"{CASE}withdraw/").content.decode()
    assert Case.objects.get(pk=asked.pk).state == State.VERIFYING, "looking changes nothing"
    page = at_page.post(f"{CASE}withdraw/", follow=True)
    case = Case.objects.get(pk=asked.pk)
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.WITHDRAWN)
    assert "You took the request back" in page.content.decode()
    again = at_page.post(f"{CASE}withdraw/", follow=True)
    assert "can no longer be taken back" in again.content.decode()


def test_it_takes_more_facts_while_identity_is_open(ada: Visitor):
    asked = ada.ask(
        "access",
        about={name: value for name, value in ADA.items() if "birth" not in name and name != "account_numbers"},
    )[0]
    ada.follow(asked)
    empty = ada.post(f"{CASE}facts/", {})
    assert "at least one of these facts" in empty.content.decode()
    facts = {
        "account_number": "AC-7",
        "date_of_birth_month": "4",
        "date_of_birth_day": "28",
        "date_of_birth_year": "1986",
    }
    page = ada.post(f"{CASE}facts/", facts, follow=True)
    assert "We compare what you added" in page.content.decode()
    person = people.read(asked)
    assert (person.account_numbers, person.date_of_birth) == (("AC-7",), "1986-04-28")


def test_it_says_when_a_fact_cannot_be_taken(at_page: Visitor):
    page = at_page.post(f"{CASE}facts/", {"phone": "12"})
    text = page.content.decode()
    assert "Enter a phone number with area code" in text
    assert 'value="12"' in text


def test_it_lets_the_person_sign_later(at_page: Visitor, asked: Case):
    Declaration.objects.filter(case=asked).delete()
    assert "Sign your declaration" in at_page.get(CASE).content.decode()
    wrong = at_page.post(f"{CASE}declaration/", {"signed_name": "Grace Other"})
    assert "exactly as you gave it" in wrong.content.decode()
    at_page.post(f"{CASE}declaration/", {"signed_name": "Ada Example"})
    assert Declaration.objects.filter(case=asked).exists()


def test_it_stops_asking_for_codes_in_a_flood(ada: Visitor, asked: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("requests_app.portal.following.ASKS_PER_HOUR", 2)
    answers = [ada.post(STATUS, {"reference": asked.reference}).status_code for _ in range(3)]
    assert answers == [302, 302, 429]


@pytest.mark.parametrize("path", ["message/", "file/", "facts/", "declaration/", "withdraw/", "collect/"])
def test_it_does_nothing_for_a_stranger(asked: Case, path: str):
    stranger = Visitor()
    answer = stranger.post(f"{CASE}{path}", {"text": "x"})
    assert answer.headers["Location"] == STATUS
    assert Case.objects.get(pk=asked.pk).state == State.VERIFYING


@pytest.mark.parametrize("path", ["message/", "file/", "facts/", "declaration/", "leave"])
def test_it_changes_nothing_by_get(at_page: Visitor, path: str):
    address = f"{STATUS}leave/" if path == "leave" else f"{CASE}{path}"
    assert at_page.get(address).status_code == 405


def test_it_says_why_it_was_refused(at_page: Visitor, asked: Case, cleo: Actor):
    why = "None of the facts you gave is in our systems; <b>an invoice number</b> would help."
    review.deny(case_id=asked.id, by=cleo, ground="identity_unproven", explanation=why)
    text = at_page.get(CASE).content.decode()
    assert "We could not do what you asked." in text
    assert "We could not confirm that the request came from you" in text
    assert "11 CCR 7022(a)" in text
    assert "&lt;b&gt;an invoice number&lt;/b&gt;" in text
    assert "Take it back" not in text


def test_it_leads_to_what_was_asked_in_the_same_visit(ada: Visitor):
    access, opt_out = ada.ask("access", "opt_out_sale_sharing")
    text = ada.follow(access).content.decode()
    assert f"Send me a code for {opt_out.reference}" in text
    assert Visitor().ask("access")[0].reference not in text
