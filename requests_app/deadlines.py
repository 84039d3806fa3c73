"""The arithmetic of legal periods. Pure: no Django, no clock of the machine, no law's name.

Day 0 is the day of receipt in the company's time zone; day 1 is the next day. A due date on a weekend or a holiday is
not moved: earlier is safer. A pause is a stretch of days that a law does not count; the United States know none.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from requests_app.regimes.schema import BusinessDays, Extension, Span, Unit

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """The days from `first` up to, not including, `until`: the clock stands still on them."""

    first: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.first:
            raise ValueError("A pause cannot end before it begins.")

    def covers(self, day: date) -> bool:
        return self.first <= day < self.until


def day_zero(received: datetime | date, zone: ZoneInfo) -> date:
    """The day of receipt where the company is. A plain date (a letter's stamp) is that day; a time needs its offset."""
    if not isinstance(received, datetime):
        return received
    if received.utcoffset() is None:
        raise ValueError("A time of receipt needs its offset from UTC.")
    return received.astimezone(zone).date()


def calendar_days(day0: date, length: int, pauses: Sequence[Pause] = ()) -> date:
    """The `length`-th day after day 0."""
    return _count(day0, length, lambda _: True, pauses)


def business_days(day0: date, length: int, counted: BusinessDays, pauses: Sequence[Pause] = ()) -> date:
    """The `length`-th business day after day 0, holidays left out."""
    return _count(day0, length, lambda day: counted.is_in_week(day) and counted.holiday(day) is None, pauses)


def calendar_months(day0: date, length: int, pauses: Sequence[Pause] = ()) -> date:
    """The same day of a later month, or its last when it has no such day (Regulation (EEC) 1182/71 art. 3(2)(c))."""
    if length < 0:
        raise ValueError("A period cannot be negative.")
    years, month = divmod(day0.month - 1 + length, 12)
    last = calendar.monthrange(day0.year + years, month + 1)[1]
    unpaused = day0.replace(year=day0.year + years, month=month + 1, day=min(day0.day, last))
    return calendar_days(day0, (unpaused - day0).days, pauses)


def add(day0: date, span: Span, counted: BusinessDays, pauses: Sequence[Pause] = ()) -> date:
    match span.unit:
        case Unit.CALENDAR_DAYS:
            return calendar_days(day0, span.length, pauses)
        case Unit.BUSINESS_DAYS:
            return business_days(day0, span.length, counted, pauses)
        case Unit.CALENDAR_MONTHS:
            return calendar_months(day0, span.length, pauses)


def extended(day0: date, due: date, extension: Extension, counted: BusinessDays, pauses: Sequence[Pause] = ()) -> date:
    """The due date after the one extension: so much more than `due`, never later than the maximum from day 0."""
    return min(add(due, extension, counted, pauses), add(day0, extension.maximum, counted, pauses))


def _count(day0: date, length: int, counts: Callable[[date], bool], pauses: Sequence[Pause]) -> date:
    if length < 0:
        raise ValueError("A period cannot be negative.")
    day = day0
    while length:
        day += _DAY
        if counts(day) and not any(pause.covers(day) for pause in pauses):
            length -= 1
    return day
