"""Legal holidays, computed from their rules for any year from 2022 on (Juneteenth became federal in June 2021).

Own lists: the `holidays` package leaves Columbus Day out for California and adds days that are not paid state holidays.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, date, timedelta
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from requests_app.catalogue import marked as _

FIRST_YEAR = 2022
_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 3, 4, 5, 6
_DAY = timedelta(days=1)


class _Rule(NamedTuple):
    name: str
    falls_on: Callable[[int], date]


class _List(NamedTuple):
    rules: tuple[_Rule, ...]
    moves: Mapping[int, timedelta]


def _fixed(name: str, month: int, day: int) -> _Rule:
    return _Rule(name, lambda year: date(year, month, day))


def _nth(name: str, month: int, weekday: int, nth: int, *, plus: int = 0) -> _Rule:
    """The nth such weekday of the month, counted from its end when negative, and some days after it."""

    def falls_on(year: int) -> date:
        days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
        return date(year, month, days[nth if nth < 0 else nth - 1]) + plus * _DAY

    return _Rule(name, falls_on)


_NEW_YEAR = _fixed(_("New Year's Day"), 1, 1)
_KING = _nth(_("Martin Luther King Jr. Day"), 1, _MONDAY, 3)
_PRESIDENTS = _nth(_("Presidents' Day"), 2, _MONDAY, 3)
_CHAVEZ = _fixed(_("Cesar Chavez Day"), 3, 31)
_MEMORIAL = _nth(_("Memorial Day"), 5, _MONDAY, -1)
_JUNETEENTH = _fixed(_("Juneteenth"), 6, 19)
_INDEPENDENCE = _fixed(_("Independence Day"), 7, 4)
_LABOR = _nth(_("Labor Day"), 9, _MONDAY, 1)
_COLUMBUS = _nth(_("Columbus Day"), 10, _MONDAY, 2)
_VETERANS = _fixed(_("Veterans Day"), 11, 11)
_THANKSGIVING = _nth(_("Thanksgiving Day"), 11, _THURSDAY, 4)
_AFTER_THANKSGIVING = _nth(_("Day after Thanksgiving"), 11, _THURSDAY, 4, plus=1)
_CHRISTMAS = _fixed(_("Christmas Day"), 12, 25)

LISTS: Mapping[str, _List] = MappingProxyType(
    {
        # 5 U.S.C. 6103(a); Saturday is kept on Friday, 6103(b)(1), Sunday on Monday, Executive Order 11582, 3(a).
        "us-federal": _List(
            rules=(
                _NEW_YEAR,
                _KING,
                _PRESIDENTS,
                _MEMORIAL,
                _JUNETEENTH,
                _INDEPENDENCE,
                _LABOR,
                _COLUMBUS,
                _VETERANS,
                _THANKSGIVING,
                _CHRISTMAS,
            ),
            moves=MappingProxyType({_SATURDAY: -_DAY, _SUNDAY: _DAY}),
        ),
        # Paid state holidays, Cal. Gov. Code 19853: Sunday moves to Monday, Saturday stays.
        "us-california": _List(
            rules=(
                _NEW_YEAR,
                _KING,
                _PRESIDENTS,
                _CHAVEZ,
                _MEMORIAL,
                _INDEPENDENCE,
                _LABOR,
                _VETERANS,
                _THANKSGIVING,
                _AFTER_THANKSGIVING,
                _CHRISTMAS,
            ),
            moves=MappingProxyType({_SUNDAY: _DAY}),
        ),
    }
)


@cache
def in_year(name: str, year: int) -> Mapping[date, str]:
    """The days of one list that are kept in this year, each with its name. ValueError for a year before FIRST_YEAR.

    A New Year's Day on a Saturday is kept in the year before, hence the look at the following year.
    """
    if not FIRST_YEAR <= year < MAXYEAR:
        message = f"Legal holidays are known from {FIRST_YEAR} to {MAXYEAR - 1}, not for {year}."
        raise ValueError(message)
    listed = LISTS[name]
    kept = {}
    for rule in listed.rules:
        for actual in (rule.falls_on(year), rule.falls_on(year + 1)):
            move = listed.moves.get(actual.weekday())
            day, title = (actual + move, f"{rule.name} (observed)") if move else (actual, rule.name)
            if day.year == year:
                kept[day] = title
    return MappingProxyType(dict(sorted(kept.items())))


def name_of(day: date, lists: tuple[str, ...]) -> str | None:
    """What holiday this day is on the first of the lists that has it."""
    return next((title for name in lists if (title := in_year(name, day.year).get(day))), None)
