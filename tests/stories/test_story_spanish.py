"""Ada reads Spanish: from the first page to the last paper nobody answers her in English."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pypdfium2
import pytest

from tests.spanish import english_in
from tests.stories.cases import closed
from tests.stories.house import House
from umbs_privacy.demo.characters import ADA

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize("house", ["embedded"], indirect=True)
def test_ada_asks_follows_and_collects_in_spanish(house: House, tmp_path: Path) -> None:
    ada = house.consumer(ADA, language="es")
    reference = ada.asks_for_a_copy(residence="US-CA")
    ada.opens_the_status_page(reference)

    anna, omar = house.desk("anna"), house.desk("omar")
    anna.waits_for(reference, "proposed redactions wait for a ruling")
    anna.withholds_whatever_is_proposed(reference)
    anna.approves(reference)
    omar.approves(reference)
    omar.waits_for(reference, "The record is filed")
    ada.opens_the_status_page(reference)
    ada.sees("Your documents")
    copy = ada.collects_the_copy(tmp_path)

    assert len(ada.pages) >= 8
    for page in ada.pages:
        assert english_in(page) == []
    letters = ada.letters()
    assert len(letters) >= 4, [str(letter["Subject"]) for letter in letters]
    for letter in letters:
        assert english_in(body_of(letter)) == [], letter["Subject"]
    assert english_in(copy.read("index.html").decode()) == []
    papers = ada.downloads_the_papers(tmp_path)
    assert papers
    for paper in papers:
        assert english_in(words_of(paper)) == [], paper.name
    assert closed(reference).language == "es"


def body_of(letter: EmailMessage) -> str:
    body = letter.get_body(preferencelist=("plain",))
    assert body is not None
    return f"{letter['Subject']} {body.get_content()}"


def words_of(paper: Path) -> str:
    document = pypdfium2.PdfDocument(paper)
    return " ".join(page.get_textpage().get_text_range() for page in document)
