"""A second implementation of the deadlines, to hold the first against: it shares no code with it.

Holidays are recognised by what a day looks like, not computed; due dates are looked up in one sorted list.
"""

from __future__ import annotations

import bisect
from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)


def is_fixed_holiday(day: date) -> bool:
    return (day.month, day.day) in {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}


def is_federal(day: date) -> bool:
    weekday, month, number = day.isoweekday(), day.month, day.day
    if weekday == 1 and (
        (month in {1, 2} and 15 <= number <= 21)
        or (month == 5 and number >= 25)
        or (month == 9 and number <= 7)
        or (month == 10 and 8 <= number <= 14)
    ):
        return True
    if weekday == 4 and month == 11 and 22 <= number <= 28:
        return True
    tomorrow, yesterday = day + DAY, day - DAY
    return (
        (is_fixed_holiday(day) and weekday < 6)
        or (weekday == 5 and is_fixed_holiday(tomorrow))
        or (weekday == 1 and is_fixed_holiday(yesterday))
    )


def is_californian(day: date) -> bool:
    weekday, month, number = day.isoweekday(), day.month, day.day

    def is_fixed(when: date) -> bool:
        return (when.month, when.day) in {(1, 1), (3, 31), (7, 4), (11, 11), (12, 25)}

    return (
        (is_fixed(day) and weekday != 7)
        or (weekday == 1 and is_fixed(day - DAY))
        or (weekday == 1 and month in {1, 2} and 15 <= number <= 21)
        or (weekday == 1 and month == 5 and number >= 25)
        or (weekday == 1 and month == 9 and number <= 7)
        or (weekday == 4 and month == 11 and 22 <= number <= 28)
        or (weekday == 5 and month == 11 and 23 <= number <= 29)
    )


@cache
def working_days(*, california: bool) -> list[date]:
    every = (date(2023, 12, 1) + number * DAY for number in range(5_000))
    return [
        day
        for day in every
        if day.isoweekday() < 6 and not is_federal(day) and not (california and is_californian(day))
    ]


def business_days(start: date, length: int, *, california: bool) -> date:
    listed = working_days(california=california)
    return listed[bisect.bisect_right(listed, start) + length - 1]


def later_month(start: date, months: int) -> date:
    year, month, number = start.year, start.month, start.day
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1
