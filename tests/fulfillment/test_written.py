"""A corrected value keeps the form in which its source writes such values."""

from __future__ import annotations

import pytest

from fulfillment.fulfil.written import as_written


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("(214) 555-0199", "214-555-0107", "(214) 555-0107"),
        ("+12145550199", "(214) 555-0107", "+12145550107"),
        ("1-214-555-0199", "+1 214 555 0107", "1-214-555-0107"),
        ("2145550199", "214.555.0107", "2145550107"),
        (2145550199, "214-555-0107", "2145550107"),
        ("214-555-0199", "+44 20 7946 0958", "+44 20 7946 0958"),
        ("214-555-0199 ext. 12", "214-555-0107", "214-555-0107"),
        ("214-555-0199", "no phone any more", "no phone any more"),
    ],
)
def test_it_writes_a_telephone_number_as_the_source_does(old: object, new: str, written: str) -> None:
    assert as_written(old, new, compared_as="phone") == written


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("1966-03-23", "3/24/1966", "1966-03-24"),
        ("03/23/1966", "1966-03-24", "03/24/1966"),
        ("March 23, 1966", "1966-03-24", "March 24, 1966"),
        ("spring of 1966", "1966-03-24", "1966-03-24"),
        ("Dallas", "Garland", "Garland"),
        ("2145550199", "2145550107", "2145550107"),
    ],
)
def test_it_writes_a_day_as_the_source_does_and_words_as_they_are(old: str, new: str, written: str) -> None:
    assert as_written(old, new, compared_as="exact") == written
