"""A corrected value as the source writes such values, so that it stays findable there."""

from __future__ import annotations

import contextlib
import datetime as dt
import re

from fulfillment.connectors.compare import digits
from fulfillment.connectors.dates import FORMS, date_form

NATIONAL = 10  # digits of a North American number without its 1
DIGIT = re.compile(r"\d")


def as_written(old: object, new: str, *, compared_as: str) -> str:
    """`new` in the form of `old`: a telephone number with its brackets and dashes, a day in its order."""
    if compared_as == "phone":
        return _phone(str(old), new)
    return _day(str(old), new)


def _phone(old: str, new: str) -> str:
    """Digit by digit from the end; a number of another country or with an extension stays as it was given."""
    former, given = _national(old), _national(new)
    if not former or not given:
        return new
    last = list(DIGIT.finditer(old))[-NATIONAL:]
    signs = list(old)
    for place, digit in zip(last, given, strict=True):
        signs[place.start()] = digit
    return "".join(signs)


def _national(number: str) -> str:
    found = digits(number)
    national = found.removeprefix("1") if len(found) > NATIONAL else found
    return national if len(national) == NATIONAL else ""


def _day(old: str, new: str) -> str:
    day = date_form(new)
    if day is None:
        return new
    for form in FORMS:
        with contextlib.suppress(ValueError):
            dt.datetime.strptime(old.strip(), form)  # noqa: DTZ007  (a day has no zone)
            return day.strftime(form)
    return new
