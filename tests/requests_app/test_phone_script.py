"""What is said: in order, in the caller's language, for whoever asks and however they call; and what is read back."""

from __future__ import annotations

import itertools
import re

import pytest
import time_machine

from requests_app.lifecycle import Right
from requests_app.models import Channel, Representation
from requests_app.permissions import Role, staff
from requests_app.phone import forms, script
from requests_app.phone.answers import Call
from requests_app.services import calls, drafts
from tests.characters import user

pytestmark = pytest.mark.django_db
COPY, DELETION = "give you a copy of the information we hold about you", "delete the information we hold about you"
FACTS = {
    "channel": {Channel.PHONE, Channel.MAIL, Channel.WALK_IN},
    "manner": {name for name, _ in forms.MANNERS},
    "asker": {"self", *Representation.Kind.values},
    "rights": set(Right.values),
    "proof": {"none", "reasonable", "high"},
    "known": {"yes", "no"},
}


def call(channel: str = "phone", **typed: object) -> Call:
    by = staff(user(Role.INTAKE))
    draft = drafts.begin(by=by, channel=channel)
    return Call(drafts.save(draft_id=draft.id, by=by, typed=typed))


def said(channel: str = "phone", **typed: object) -> str:
    return "\n".join(line.text for line in script.lines(call(channel, **typed), operator="Iris"))


def test_it_has_each_line_in_both_languages_and_asks_only_for_facts_that_there_are() -> None:
    for line in script.written()["lines"]:
        assert line["part"] in script.PARTS
        assert line["en"] != line["es"]
        assert re.findall(r"{\w+}", line["en"]) == re.findall(r"{\w+}", line["es"])
        for fact, wanted in line["when"].items():
            assert set(wanted) <= FACTS[fact], line["en"]
    for line in script.written()["permission"]:
        assert re.findall(r"{\w+}", line["en"]) == re.findall(r"{\w+}", line["es"])
    assert all(set(text) == {"en", "es"} for text in script.written()["read_back"].values())
    assert all(set(text) == {"en", "es"} for text in script.written()["rights"].values())


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_can_be_said_whatever_is_typed_in_the_order_of_the_form(language: str) -> None:
    for channel, asker, manner, right in itertools.product(
        sorted(FACTS["channel"]), sorted(FACTS["asker"]), sorted(FACTS["manner"]), ["access", "opt_out_profiling"]
    ):
        typed = {"asker": asker, "manner": manner, "rights": [right], "residence": "US-CA", "language": language}
        lines = script.lines(call(channel, **typed), operator="Iris")
        parts = [script.PARTS.index(line.part) for line in lines]
        assert parts == sorted(parts)
        assert not any("{" in line.text for line in lines)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Are you asking for yourself"),
        ({"manner": "interpreter"}, "To the interpreter:"),
        ({"manner": "relay"}, "I have used relay before."),
        ({"manner": "hostile"}, "I hear that this is important to you"),
        ({"asker": "agent"}, "the permission that the person signed"),
        ({"asker": "parent"}, "a birth certificate"),
        ({"asker": "guardian"}, "the guardian"),
        ({"asker": "executor"}, "I am sorry for your loss."),
        ({"rights": ["delete"]}, "Some information has to be kept"),
        ({"known": "7K4M-29QF-X"}, "Do not tell the caller"),
    ],
)
def test_it_says_what_fits_this_caller_and_nobody_else(typed: dict, told: str) -> None:
    assert told in said(**typed)
    assert (told in said(asker="self", manner="plain", rights=[])) is (typed == {})


def test_it_tells_the_dates_of_the_law_once_state_and_kind_are_known() -> None:
    with time_machine.travel("2026-11-24T18:00:00Z"):
        assert "We answer by" not in said(rights=["access"])
        assert "We answer by January 8, 2027." in said(rights=["access"], residence="US-CA")
        assert "You need not prove who you are for this." in said(rights=["opt_out_profiling"], residence="US-TX")
        assert "signed declaration" in said(rights=["access"], residence="US-CA")
        assert "8 de enero de 2027" in said(rights=["access"], residence="US-CA", language="es").lower()


def test_it_says_nothing_for_a_letter() -> None:
    assert said("mail", rights=["access"], residence="US-CA").count("\n") == 0


def test_it_reads_back_each_item_in_the_language_of_the_call() -> None:
    typed = {"given_name": "Ada", "family_name": "Ruiz", "email": "ada@example.org", "rights": ["access", "delete"]}
    with time_machine.travel("2026-11-24T18:00:00Z"):
        english = script.read_back(call(**typed, residence="US-CA"))
        spanish = script.read_back(call(**typed, residence="US-CA", language="es"))
    assert tuple(one.item for one in english) == calls.ITEMS
    assert [one.sentence for one in english] == [
        "The name is Ada Ruiz, spelled A-D-A, R-U-I-Z.",
        "We write to ada@example.org.",
        f"You ask us to {COPY} and {DELETION}.",
        "You live in California.",
        "We confirm it by December 10, 2026. We answer by January 8, 2027.",
    ]
    assert spanish[3].sentence == "Usted vive en California."
    assert {one.value for one in english}.isdisjoint(one.value for one in spanish)


def test_it_reads_back_where_the_answer_really_goes() -> None:
    both = {"email": "ada@example.org", "postal_address": "12 Elm St\nDallas, TX 75001", "phone": "214-555-0107"}
    assert script.read_back(call(**both))[1].sentence == "We write to ada@example.org."
    assert script.read_back(call(**both, prefers="post"))[1].sentence == "We write to 12 Elm St, Dallas, TX 75001."
    assert script.read_back(call(phone="214-555-0107"))[1].sentence == "We call you at 214-555-0107."
    assert script.read_back(call())[1].sentence == "Not complete yet."
