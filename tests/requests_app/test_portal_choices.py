"""The page of privacy choices: short, without proof, and honest about the browser's own signal."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from requests_app.lifecycle import OPT_OUTS, Right, State
from requests_app.models import Case, Level
from requests_app.portal import wording
from requests_app.services import person as people
from tests.requests_app.portal_walk import CHOICES, DONE, Visitor

pytestmark = pytest.mark.django_db
HONOURED, NO_SIGNAL = "Opt-out request honored", "sends no Global Privacy Control signal"


def choose(visitor: Visitor, *choices: str, key: str = "k" * 20, **facts: str) -> object:
    return visitor.post(CHOICES, {"key": key, "choices": choices, "email": "ada@example.org", **facts})


def test_it_takes_an_opt_out_with_nothing_but_an_address():
    sent = choose(Visitor(), Right.OPT_OUT_SALE_SHARING)
    case = Case.objects.get()
    assert sent["Location"] == DONE
    assert (case.right, case.state, case.residence) == (Right.OPT_OUT_SALE_SHARING, State.FULFILLING, "ZZ")
    assert case.required_level == Level.NONE
    assert people.read(case).emails == ("ada@example.org",)


def test_it_offers_all_at_once_beside_each():
    ada = Visitor()
    choose(ada, "all", Right.LIMIT_SENSITIVE, residence="US-CA", given_name="Ada", phone="214-555-0107")
    assert set(Case.objects.values_list("right", flat=True)) == OPT_OUTS
    assert len(set(Case.objects.values_list("visit", flat=True))) == 1
    assert len(ada.get(DONE).context["cases"]) == len(OPT_OUTS)


def test_it_makes_one_case_of_the_same_choice_sent_twice_and_two_of_two():
    ada = Visitor()
    for choice in (Right.OPT_OUT_SALE_SHARING, Right.OPT_OUT_SALE_SHARING, Right.OPT_OUT_PROFILING):
        assert choose(ada, choice)["Location"] == DONE
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"choices": ()}, "Choose at least one thing that we should stop."),
        ({"choices": ("access",)}, "Select a valid choice"),
        ({"email": "no address"}, "Enter an e-mail address such as"),
        ({"email": ""}, "so that we can answer"),
        ({"email": "", "phone": "12"}, "Enter a phone number with area code"),
        ({"residence": "US-XX"}, "Select a valid choice"),
        ({"key": ""}, "This field is required"),
    ],
)
def test_it_says_what_is_wrong_and_loses_nothing(facts: dict[str, object], said: str):
    good = {"key": "k" * 20, "choices": [Right.OPT_OUT_SALE_SHARING], "email": "ada@example.org", "given_name": "Ada"}
    page = Visitor().post(CHOICES, good | facts)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert 'value="Ada"' in page.content.decode()
    assert not Case.objects.exists()


def test_it_ticks_what_a_link_asks_for_and_no_more():
    page = Client().get(f"{CHOICES}?choice=limit_sensitive&choice=nonsense").content.decode()
    assert page.count(" checked") == 1
    assert Client().get(CHOICES).content.decode().count(" checked") == 0


@pytest.mark.parametrize(("header", "honoured"), [("1", True), ("0", False), ("true", False), ("1, 1", False)])
def test_it_shows_what_became_of_the_browsers_signal(header: str, *, honoured: bool):
    page = Client().get(CHOICES, headers={"sec-gpc": header})
    assert (HONOURED in page.content.decode()) is honoured
    assert (NO_SIGNAL in page.content.decode()) is not honoured
    assert "Sec-GPC" in page["Vary"]


def test_it_says_that_no_signal_came():
    assert NO_SIGNAL in Client().get(CHOICES).content.decode()


def test_it_gives_the_sites_word_in_the_form_of_the_specification():
    answer = Client().get("/.well-known/gpc.json")
    assert answer["Content-Type"] == "application/json"
    assert set(answer.json()) == {"gpc", "lastUpdate"}
    assert answer.json()["gpc"] is True
    assert dt.date.fromisoformat(answer.json()["lastUpdate"])


@time_machine.travel("2026-12-01T15:00:00Z", tick=False)
def test_it_names_both_dates_before_and_after_sending():
    ada = Visitor()
    page = ada.get(CHOICES).content.decode()
    assert "by December 22, 2026 at the latest" in page
    assert "until December 1, 2027" in page
    choose(ada, Right.OPT_OUT_TARGETED_ADS)
    assert "until December 1, 2027" in ada.get(DONE).content.decode()
    assert Case.objects.get().clocks.get().due_on == dt.date(2026, 12, 22)


def test_it_is_linked_from_every_page():
    for path in ("/", "/requests/status/", "/nowhere/", CHOICES):
        assert f'href="{CHOICES}">Your Privacy Choices' in Client().get(path).content.decode()


def test_it_asks_to_stop_whatever_is_an_opt_out():
    assert set(wording.STOPS) == OPT_OUTS
