"""Everything that a consumer reads exists in Spanish, and a visitor chooses the language once, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from requests_app import reference, regimes, telling
from requests_app.derivation import SENTENCES, derive
from requests_app.exceptions import NotValid
from requests_app.permissions import SYSTEM, consumer
from requests_app.services import identity, messages, person
from tests import factories
from tests.spanish import CATALOGUE, english_in

AVOIDED = [
    "«",
    "»",
    "días naturales",
    "cifras",
    "e-mail",
    "asegurarnos de que es usted",
    "usted mismo",
    " tu ",
    " tus ",
]
PAGES = ["/", "/privacy-choices/", "/requests/new/", "/requests/status/", "/nowhere/"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_it_shows_no_english_sentence_to_a_reader_of_spanish(client: Client, page: str) -> None:
    shown = client.get(page, headers={"accept-language": "es-US,es;q=0.9"}).content.decode()
    assert '<html lang="es">' in shown
    assert english_in(shown) == []
    assert english_in(client.get(page, headers={"accept-language": "en"}).content.decode()) != []


@pytest.mark.django_db
def test_it_keeps_the_language_that_was_chosen(client: Client) -> None:
    answer = client.post("/language/", {"language": "es", "next": "/requests/status/"})
    assert answer.headers["Location"] == "/requests/status/"
    assert '<html lang="es">' in client.get("/", headers={"accept-language": "en"}).content.decode()
    client.post("/language/", {"language": "en", "next": "/"})
    assert '<html lang="en">' in client.get("/", headers={"accept-language": "es"}).content.decode()


@pytest.mark.django_db
def test_it_leads_nowhere_else_after_the_choice(client: Client) -> None:
    assert client.post("/language/", {"language": "es", "next": "https://evil.example/"}).headers["Location"] == "/"
    assert client.get("/language/").status_code == 405


def test_it_has_each_ground_of_each_law_in_spanish() -> None:
    missing = [
        (regime.code, right.name, ground.code)
        for regime in regimes.all()
        for right in regime.rights.values()
        for ground in right.grounds
        if "" in {ground.title.es, ground.text.es}
    ]
    assert missing == []


REFUSED = [
    lambda: reference.parse("7K4M-29QF-0"),
    lambda: person.phone("12"),
    lambda: person.line("a\nb", "person.given_name"),
    lambda: messages.write(case_id=(case := factories.opened()).id, by=consumer(case.id), text=" "),
    lambda: identity.sign_declaration(factories.opened(), signed_name="?", signed_from="", by=SYSTEM),
]


@pytest.mark.django_db
@pytest.mark.parametrize("refused", REFUSED)
def test_it_says_in_spanish_what_is_wrong_with_what_somebody_typed(refused: Callable[[], object]) -> None:
    with translation.override("es"), pytest.raises((NotValid, ValueError)) as said:
        refused()
    assert english_in(f"<p>{said.value}</p>") == []


def test_it_tells_in_spanish_why_a_date_is_what_it_is() -> None:
    received = datetime(2026, 1, 15, 9, 30, tzinfo=ZoneInfo("America/Chicago"))
    clocks = derive(regimes.get("US-CA"), "access", received, channel="phone", zone=ZoneInfo("America/Chicago"))
    steps = [step.as_json() for clock in clocks for step in clock.steps]
    with translation.override("es"):
        told = [telling.told(step) for step in steps]
        cited = [telling.cited(step) for step in steps]
    assert told[0] == (
        "Recibida el 15 de enero de 2026, 09:30 CST por teléfono, donde cuenta la fecha de la llamada: "
        "el 15 de enero de 2026 es el día 0."
    )
    assert cited[0] == "Regla de la empresa: el día de recepción en el lugar de la empresa, America/Chicago"
    assert "Día festivo que no se cuenta: Día de Martin Luther King Jr., 19 de enero de 2026." in told
    assert not any("{" in sentence for sentence in told)
    with translation.override("en"):
        assert [telling.told(step) for step in steps] == [step["text"] for step in steps]


def test_it_has_each_sentence_of_a_derivation_with_its_values() -> None:
    with translation.override("es"):
        for sentence in SENTENCES.values():
            spanish = gettext(sentence)
            assert spanish != sentence
            assert sorted(re.findall(r"{\w+}", spanish)) == sorted(re.findall(r"{\w+}", sentence))


def test_it_says_a_date_as_spanish_does() -> None:
    with translation.override("es"):
        assert telling.told({"code": "due", "values": {"due": date(2026, 3, 2).isoformat()}, "text": ""}) == (
            "Vence el 2 de marzo de 2026."
        )


def test_it_keeps_to_the_words_of_the_glossary() -> None:
    """Those of CONTRIBUTING.md: each of these has another word there, or speaks to somebody as *tú* or as a man."""
    said = re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(said) > 1000
    assert [(word, text) for text in said for word in AVOIDED if word in text] == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("typed", ["03/02/2026", "3-2-2026", "02.03.2026", "3/2/26"])
def test_it_takes_no_day_that_readers_of_the_other_language_read_as_another(language: str, typed: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean("2026-03-02") == date(2026, 3, 2)
        with pytest.raises(forms.ValidationError):
            forms.DateField().clean(typed)
