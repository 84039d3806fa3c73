"""The arithmetic: by example, by property, and against the second implementation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.deadlines import Pause, business_days, calendar_days, calendar_months, day_zero
from requests_app.regimes.schema import WEEK, BusinessDays
from tests.requests_app import second_opinion
from tests.requests_app.second_opinion import DAY

CHICAGO = ZoneInfo("America/Chicago")
WEEKDAYS = WEEK[:5]
FEDERAL = BusinessDays(week=WEEKDAYS, holidays=("us-federal",), citation="test")
CALIFORNIA = BusinessDays(week=WEEKDAYS, holidays=("us-federal", "us-california"), citation="test")

days = st.dates(date(2024, 1, 1), date(2035, 6, 30))
lengths = st.integers(0, 120)
calendars = st.sampled_from([FEDERAL, CALIFORNIA])

# --- day 0 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-01-30T23:30-06:00", "2026-01-30"),
        ("2026-01-31T05:59:59Z", "2026-01-30"),
        ("2026-01-31T06:00:00Z", "2026-01-31"),
        ("2026-07-01T04:59:59Z", "2026-06-30"),  # daylight saving time: five hours
        ("2026-07-01T05:00:00Z", "2026-07-01"),
        ("2026-03-08T07:59:59Z", "2026-03-08"),  # the night the clocks go forward, 01:59:59 CST
        ("2026-03-09T04:59:59Z", "2026-03-08"),  # and the night after it
        ("2026-11-01T06:30:00Z", "2026-11-01"),  # the hour that comes twice
        ("2026-11-02T05:59:59Z", "2026-11-01"),
        ("2026-12-31T23:59:59-06:00", "2026-12-31"),
        ("2028-02-29T23:59:59-06:00", "2028-02-29"),
        ("2026-02-01T01:00+13:00", "2026-01-31"),
    ],
)
def test_it_takes_the_day_where_the_company_is(received: str, expected: str) -> None:
    assert day_zero(datetime.fromisoformat(received), CHICAGO) == date.fromisoformat(expected)


def test_it_takes_a_letters_stamp_as_it_is() -> None:
    assert day_zero(date(2026, 1, 30), CHICAGO) == date(2026, 1, 30)


def test_it_refuses_a_time_without_its_offset() -> None:
    with pytest.raises(ValueError, match="offset from UTC"):
        day_zero(datetime(2026, 1, 30, 12, 0), CHICAGO)  # noqa: DTZ001  (the mistake under test)


def test_it_ignores_the_clock_changes_inside_a_period() -> None:
    due = {calendar_days(day_zero(datetime(2026, 2, 20, hour, tzinfo=UTC), CHICAGO), 45) for hour in (7, 12, 23)}
    assert due == {date(2026, 4, 6)}


# --- periods -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("counted", "california"), [(FEDERAL, False), (CALIFORNIA, True)])
def test_it_differs_nowhere_from_the_second_implementation_from_2024_to_2032(
    counted: BusinessDays, california: bool
) -> None:
    start, differences, compared = date(2024, 1, 1), 0, 0
    while start <= date(2032, 12, 31):
        for length in (1, 5, 10, 15):
            differences += business_days(start, length, counted) != second_opinion.business_days(
                start, length, california=california
            )
            compared += 1
        for length in (44, 45, 60, 90):
            differences += calendar_days(start, length).toordinal() != start.toordinal() + length
        for length in (1, 2, 3, 12):
            differences += calendar_months(start, length) != second_opinion.later_month(start, length)
        start += DAY
    assert (differences, compared) == (0, 4 * 3_288)


@given(start=days, length=lengths)
def test_it_counts_calendar_days_as_the_calendar_does(start: date, length: int) -> None:
    assert calendar_days(start, length) == start + timedelta(days=length)


@given(start=days, length=lengths)
def test_it_counts_months_as_the_second_implementation_does(start: date, length: int) -> None:
    assert calendar_months(start, length) == second_opinion.later_month(start, length)


@given(start=days, length=st.integers(1, 120), counted=calendars)
def test_it_never_ends_a_business_day_on_a_weekend_or_holiday(start: date, length: int, counted: BusinessDays) -> None:
    due = business_days(start, length, counted)
    assert due.isoweekday() < 6
    assert counted.holiday(due) is None
    assert due == second_opinion.business_days(start, length, california=counted is CALIFORNIA)


@given(start=days, later=st.integers(0, 30), length=lengths, more=st.integers(0, 30), counted=calendars)
def test_it_never_gives_an_earlier_date_for_a_later_start_or_a_longer_period(
    start: date, later: int, length: int, more: int, counted: BusinessDays
) -> None:
    after = start + later * DAY
    assert business_days(start, length, counted) <= business_days(after, length, counted)
    assert business_days(start, length, counted) <= business_days(start, length + more, counted)
    assert calendar_months(start, length) <= calendar_months(after, length)
    assert calendar_months(start, length) <= calendar_months(start, length + more)


@given(start=days, length=lengths)
def test_it_never_counts_fewer_days_where_more_holidays_are_kept(start: date, length: int) -> None:
    assert business_days(start, length, FEDERAL) <= business_days(start, length, CALIFORNIA)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-12-15", 0, "2026-12-15"),
    ],
)
def test_it_ends_a_month_on_its_last_day_when_there_is_no_such_day(start: str, months: int, due: str) -> None:
    assert calendar_months(date.fromisoformat(start), months) == date.fromisoformat(due)


def test_it_counts_saturdays_where_a_law_counts_them() -> None:
    with_saturday = BusinessDays(week=WEEK[:6], holidays=("us-federal",), citation="Cal. Civ. Code 7, 9")
    assert business_days(date(2026, 1, 30), 10, with_saturday) == date(2026, 2, 11)
    assert business_days(date(2026, 1, 30), 10, FEDERAL) == date(2026, 2, 13)


@pytest.mark.parametrize("count", [calendar_days, calendar_months, lambda day, n: business_days(day, n, FEDERAL)])
def test_it_refuses_a_negative_period(count: Callable[[date, int], date]) -> None:
    with pytest.raises(ValueError, match="negative"):
        count(date(2026, 1, 30), -1)


# --- pauses ------------------------------------------------------------------------------------------------------


@given(start=days, length=st.integers(1, 90), after=st.integers(1, 90), paused=st.integers(0, 60))
def test_it_adds_the_days_of_a_pause_that_falls_into_the_period(
    start: date, length: int, after: int, paused: int
) -> None:
    pause = Pause(start + after * DAY, start + (after + paused) * DAY)
    expected = length + (paused if after <= length else 0)
    assert calendar_days(start, length, [pause]) == start + expected * DAY


def test_it_does_not_count_paused_business_days() -> None:
    pause = Pause(date(2026, 2, 2), date(2026, 2, 9))
    assert business_days(date(2026, 1, 30), 10, FEDERAL, [pause]) == date(2026, 2, 23)


def test_it_adds_paused_days_to_a_month() -> None:
    pause = Pause(date(2026, 2, 10), date(2026, 2, 15))
    assert calendar_months(date(2026, 1, 31), 1, [pause]) == date(2026, 3, 5)


def test_it_counts_overlapping_pauses_once() -> None:
    pauses = [Pause(date(2026, 2, 1), date(2026, 2, 11)), Pause(date(2026, 2, 6), date(2026, 2, 16))]
    assert calendar_days(date(2026, 1, 30), 45, pauses) == date(2026, 3, 31)


def test_it_refuses_a_pause_that_ends_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Pause(date(2026, 2, 2), date(2026, 2, 1))
