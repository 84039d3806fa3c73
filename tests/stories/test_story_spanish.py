"""Ada reads Spanish: from the first page to the last paper nobody answers her in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.cases import closed
from tests.stories.house import House
from tests.stories.papers import has_it_in_hand
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
    ada.collects_the_copy(tmp_path)

    assert len(ada.letters()) >= 4, [str(letter["Subject"]) for letter in ada.letters()]
    has_it_in_hand(ada, closed(reference), tmp_path)
