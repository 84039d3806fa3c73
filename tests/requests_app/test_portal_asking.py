"""The form: nothing lost, nothing asked that is not needed, and one case however often it is sent."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from requests_app.lifecycle import OPT_OUTS, Right, State
from requests_app.models import Case, CaseLink, Declaration, Level
from requests_app.portal import wording
from requests_app.services import intake
from requests_app.services import person as people
from requests_app.vault import CaseVault
from tests.requests_app import portal_walk as walk
from tests.requests_app.portal_walk import ABOUT, ADA, CHECK, DONE, NEW, OPTING_OUT, WRONG, Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Visitor:
    return Visitor()


def test_it_offers_exactly_what_intake_takes():
    assert set(wording.OFFERED) == intake.OFFERED


def test_it_asks_for_what_state_and_relationship_first(ada: Visitor):
    page = ada.post(NEW, {})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count('href="#id_rights_0"') == 1
    assert 'href="#id_residence"' in text
    assert 'href="#id_relationship_0"' in text
    assert "<title>Error:" in text


def test_it_keeps_every_value_when_one_field_is_wrong(ada: Visitor):
    ada.answer_what("access")
    page = ada.post(ABOUT, ADA | {"email": "not an address", "details": "the clinic on <b>Elm</b> St"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Enter an e-mail address such as name@example.com." in text
    for kept in ('value="Ada"', 'value="Example"', "not an address", "12 Elm St", 'value="1986"', "AC-1001, AC-1002"):
        assert kept in text
    assert "&lt;b&gt;Elm&lt;/b&gt;" in text


def test_it_keeps_answers_when_the_person_goes_back_and_forth(ada: Visitor):
    ada.answer_what("access", "opt_out_sale_sharing", residence="US-TX", relationship="patient")
    ada.post(ABOUT, ADA)
    again = ada.get(NEW).content.decode()
    assert 'value="US-TX" selected' in again
    assert again.count("checked") == 4, "two rights, myself, and how they know us"
    about = ada.get(ABOUT).content.decode()
    assert 'value="Ada"' in about
    assert 'value="28"' in about
    ada.answer_what("access", residence="US-CA")
    assert ada.get(CHECK).status_code == 200, "changing the first answer does not lose the second"


def test_it_asks_an_opt_out_for_no_proof_of_identity(ada: Visitor):
    ada.answer_what("opt_out_sale_sharing")
    about = ada.get(ABOUT).content.decode()
    for asked in ("date_of_birth", "account_numbers", "since", "details"):
        assert f'name="{asked}' not in about
    ada.post(ABOUT, {"email": "ada@example.org"})
    check = ada.get(CHECK).content.decode()
    assert "perjury" not in check
    sent = ada.post(CHECK, {"key": ada.key()})
    assert sent.headers["Location"] == DONE
    case = Case.objects.get()
    assert case.right in OPT_OUTS
    assert case.required_level == Level.NONE


def test_it_wants_some_way_to_answer(ada: Visitor):
    ada.answer_what("opt_out_profiling")
    page = ada.post(ABOUT, {"given_name": "Ada"})
    assert "so that we can answer" in page.content.decode()
    assert Case.objects.count() == 0


def test_it_opens_one_linked_case_per_right(ada: Visitor):
    cases = ada.ask("opt_out_sale_sharing", "access", "limit_sensitive")
    assert [case.right for case in cases] == ["access", "opt_out_sale_sharing", "limit_sensitive"]
    assert len({case.visit for case in cases}) == 1
    assert CaseLink.objects.count() == 6
    text = ada.get(DONE).content.decode()
    assert all(case.reference in text for case in cases)


def test_it_takes_down_every_answer(ada: Visitor):
    case = ada.ask(
        "access", about=ADA | {"details": "The clinic on Elm St."}, residence="US-TX", relationship="patient"
    )[0]
    person = people.read(case)
    assert (person.given_name, person.family_name) == ("Ada", "Example")
    assert person.emails == ("ada@example.org",)
    assert person.phones == ("214-555-0107",)
    assert person.postal_address.splitlines() == ["12 Elm St", "Dallas, TX 75001"]
    assert person.date_of_birth == "1986-04-28"
    assert person.account_numbers == ("AC-1001", "AC-1002")
    assert (case.right, case.residence, case.relationship, case.channel) == ("access", "US-TX", "patient", "web")
    assert case.since is None
    assert (
        CaseVault.of(case.id).open_text(case.details_sealed, place=f"case.details|{case.id}") == "The clinic on Elm St."
    )
    assert Declaration.objects.get(case=case).signed_at is not None


def test_it_gives_the_proof_of_identity_only_to_the_request_that_needs_it(ada: Visitor):
    access, opt_out = ada.ask("access", "opt_out_sale_sharing")
    assert people.read(access).date_of_birth == "1986-04-28"
    assert people.read(opt_out).date_of_birth == ""
    assert not Declaration.objects.filter(case=opt_out).exists()


def test_it_asks_for_proof_but_for_no_signature_where_nothing_is_sent_to_anybody(ada: Visitor):
    ada.answer_what("delete")
    fields = ada.get(ABOUT).context["form"].fields
    assert "date_of_birth" in fields
    assert "since" not in fields
    (case,) = ada.ask("delete")
    assert (case.state, people.read(case).date_of_birth) == (State.VERIFYING, "1986-04-28")
    assert not Declaration.objects.filter(case=case).exists()
    page = ada.follow(case)
    assert page.context["standing"].may_prove
    assert page.context["standing"].signs is None


def test_it_looks_back_to_the_chosen_date(ada: Visitor):
    chosen = {"period": "since", "since_month": "3", "since_day": "1", "since_year": "2025"}
    assert ada.ask("access", about=ADA | chosen)[0].since == dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("2", "30", "1986"), "Enter a real date"),
        (("4", "28", "86"), "Enter a date in the past"),
        (("4", "", "1986"), "Enter a real date"),
        (("x", "28", "1986"), "Enter a real date"),
        (("4", "28", "2999"), "Enter a date in the past"),
    ],
)
def test_it_says_what_is_wrong_with_a_date(ada: Visitor, typed: tuple[str, str, str], said: str):
    ada.answer_what("access")
    page = ada.post(
        ABOUT, ADA | dict(zip(("date_of_birth_month", "date_of_birth_day", "date_of_birth_year"), typed, strict=True))
    )
    text = page.content.decode()
    assert said in text
    assert f'value="{typed[2]}"' in text


def test_it_wants_the_date_when_a_date_was_chosen(ada: Visitor):
    ada.answer_what("access")
    page = ada.post(ABOUT, ADA | {"period": "since"})
    assert "Enter the date from which the copy should start" in page.content.decode()


def test_it_refuses_a_signature_with_another_name(ada: Visitor):
    ada.answer_what("access")
    ada.post(ABOUT, ADA)
    page = ada.send(signed_name="Grace Example")
    assert "Sign with the name you gave before: Ada Example." in page.content.decode()
    assert Case.objects.count() == 0
    assert ada.send(signed_name="  ada   EXAMPLE ").status_code == 302


def test_it_says_which_field_intake_cannot_take(ada: Visitor):
    ada.answer_what("access")
    ada.post(ABOUT, ADA | {"phone": "12"})
    page = ada.send()
    assert "Enter a phone number with area code" in page.content.decode()
    assert Case.objects.count() == 0


def test_it_opens_one_case_for_a_double_submit(ada: Visitor):
    ada.answer_what("access")
    ada.post(ABOUT, ADA)
    key = ada.key()
    first, second = ada.send(key), ada.send(key)
    assert first.headers["Location"] == second.headers["Location"] == DONE
    assert Case.objects.count() == 1


def test_it_opens_one_case_when_the_same_form_is_sent_from_a_copy_of_the_session(ada: Visitor):
    ada.answer_what("access")
    ada.post(ABOUT, ADA)
    key, twin = ada.key(), Visitor()
    twin.cookies = ada.cookies
    kept = dict(ada.session)
    ada.send(key)
    session = ada.session
    session.clear()
    session.update(kept)
    session.save()
    assert twin.send(key).headers["Location"] == DONE
    assert Case.objects.count() == 1


def test_it_opens_a_new_case_for_a_new_form(ada: Visitor):
    first = ada.ask("access")[0]
    second = ada.ask("access")[0]
    assert first.reference != second.reference


def test_it_refuses_what_a_machine_filled_in(ada: Visitor):
    page = ada.post(
        NEW, {"rights": ["access"], "residence": "US-TX", "relationship": "other", "website": "https://x.example"}
    )
    assert "as machines do" in page.content.decode()


def test_it_starts_at_the_first_question_when_the_draft_is_gone(ada: Visitor):
    assert ada.get(ABOUT).headers["Location"] == NEW
    assert ada.get(CHECK).headers["Location"] == NEW
    assert ada.get(DONE).headers["Location"] == "/"


def test_it_forgets_a_draft_after_two_hours(ada: Visitor):
    with time_machine.travel("2026-11-24T16:00Z", tick=False) as clock:
        ada.answer_what("access")
        clock.shift(dt.timedelta(hours=1, minutes=59))
        assert ada.get(ABOUT).status_code == 200
        clock.shift(dt.timedelta(minutes=2))
        assert ada.get(ABOUT).headers["Location"] == NEW


def test_it_loses_nothing_of_what_is_typed_when_the_answers_before_it_are_gone(ada: Visitor):
    with time_machine.travel("2026-11-24T16:00Z", tick=False) as clock:
        ada.answer_what("access")
        clock.shift(dt.timedelta(hours=2, minutes=1))
        late = ada.post(ABOUT, ADA | {"details": "the clinic on Elm St"}, follow=True)
        assert "What you typed last is kept." in late.content.decode()
        assert late.redirect_chain == [(NEW, 302)]
        assert ada.answer_what("access").headers["Location"] == ABOUT
        about = ada.get(ABOUT).content.decode()
        assert all(kept in about for kept in ('value="Ada"', 'value="28"', "12 Elm St", "the clinic on Elm St"))
        ada.answer_what("correct")
        ada.post(WRONG, {"rows": "1", "what_1": "Phone number", "should_be_1": "214-555-0107"})
        clock.shift(dt.timedelta(hours=2, minutes=1))
        ada.post(WRONG, {"rows": "1", "what_1": "Phone number", "should_be_1": "214-555-0108"})
        ada.answer_what("correct")
        assert "214-555-0108" in ada.get(WRONG).content.decode()


def test_it_says_that_nothing_was_sent_when_the_answers_are_gone(ada: Visitor):
    with time_machine.travel("2026-11-24T16:00Z", tick=False) as clock:
        ada.answer_what("access")
        ada.post(ABOUT, ADA)
        key = ada.key()
        clock.shift(dt.timedelta(hours=2, minutes=1))
        page = ada.post(CHECK, {"key": key, "declared": "on", "signed_name": "Ada Example"}, follow=True)
        assert "Nothing was sent" in page.content.decode()
    assert Case.objects.count() == 0


def test_it_writes_no_answer_into_the_session_store(ada: Visitor):
    ada.answer_what("access")
    ada.post(ABOUT, ADA | {"details": "a canary in a coal mine"})
    stored = str(dict(ada.session))
    for secret in ("Ada", "Example", "ada@example.org", "555-0107", "canary", "1986"):
        assert secret not in stored


def test_it_writes_no_answer_into_an_address(ada: Visitor):
    ada.answer_what("access")
    about = ada.post(ABOUT, ADA)
    check = ada.send()
    for place in (about.headers["Location"], check.headers["Location"]):
        assert "?" not in place
        assert "ada" not in place.lower().replace("about", "")


def test_it_preselects_the_right_that_a_link_names(ada: Visitor):
    page = ada.get(NEW, {"right": ["opt_out_profiling", "nonsense"]}).content.decode()
    assert page.count("checked") == 2, "that right, and asking for oneself"


def test_it_stops_a_flood_from_one_address_and_keeps_the_draft(ada: Visitor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("requests_app.portal.asking.ASKS_PER_HOUR", 1)
    ada.ask("opt_out_profiling", about=OPTING_OUT)
    ada.answer_what("opt_out_profiling")
    ada.post(ABOUT, OPTING_OUT)
    page = ada.send()
    assert page.status_code == 429
    assert "Nothing is lost" in page.content.decode()
    assert ada.get(CHECK).status_code == 200
    assert Right.OPT_OUT_PROFILING in {case.right for case in Case.objects.all()}


def test_it_shows_dates_on_the_confirmation(ada: Visitor):
    case = ada.ask("access")[0]
    text = ada.get(DONE).content.decode()
    for clock in case.clocks.all():
        assert f"{clock.due_on:%B} {clock.due_on.day}, {clock.due_on.year}" in text


def test_the_walk_helper_reads_the_mailed_code(ada: Visitor):
    case = ada.ask("access")[0]
    assert ada.follow(case).status_code == 200
    assert len(walk.mailed_code(case)) == 6
