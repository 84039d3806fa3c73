from __future__ import annotations

from datetime import date

import pytest

from requests_app import holidays
from tests.requests_app.second_opinion import DAY, is_californian, is_federal

# As published by the U.S. Office of Personnel Management.
PUBLISHED = {
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2029: "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25",
    2030: "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_it_keeps_the_federal_holidays_as_published(year: int) -> None:
    assert [f"{day:%m-%d}" for day in holidays.in_year("us-federal", year)] == PUBLISHED[year].split()


@pytest.mark.parametrize("year", range(2024, 2036))
def test_it_agrees_with_the_second_implementation_on_every_holiday(year: int) -> None:
    every = [date(year, 1, 1) + number * DAY for number in range(366 if year % 4 == 0 else 365)]
    assert list(holidays.in_year("us-federal", year)) == [day for day in every if is_federal(day)]
    assert list(holidays.in_year("us-california", year)) == [day for day in every if is_californian(day)]


def test_it_moves_a_californian_sunday_to_monday_and_leaves_saturday() -> None:
    assert holidays.in_year("us-california", 2027)[date(2027, 7, 5)] == "Independence Day (observed)"
    assert date(2026, 7, 3) not in holidays.in_year("us-california", 2026)


def test_it_keeps_a_saturday_new_year_in_the_old_year() -> None:
    assert holidays.in_year("us-federal", 2027)[date(2027, 12, 31)] == "New Year's Day (observed)"
    assert date(2028, 1, 1) not in holidays.in_year("us-federal", 2028)


@pytest.mark.parametrize("year", [2021, 1, 9999])
def test_it_knows_no_holidays_of_years_without_rules(year: int) -> None:
    with pytest.raises(ValueError, match="known from 2022"):
        holidays.in_year("us-federal", year)
