"""When two ways of writing an e-mail address or a telephone number are the same one."""

from __future__ import annotations

import re
from collections.abc import Iterable

import phonenumbers

NOT_DIGIT = re.compile(r"\D")
HOME = "US"


def email_form(value: object) -> str:
    return str(value).strip().lower()


def digits(value: object) -> str:
    return NOT_DIGIT.sub("", str(value))


def phone_forms(values: Iterable[object]) -> frozenset[str]:
    """The digit strings under which the numbers may be written: a North American one with and without its 1.

    Other countries only in full: their national part alone may be somebody's number in Dallas.
    """
    return frozenset(form for value in values for form in _forms(str(value)))


def _forms(value: str) -> Iterable[str]:
    try:
        number = phonenumbers.parse(value, HOME)
    except phonenumbers.NumberParseException:
        return
    national = phonenumbers.national_significant_number(number)
    if not phonenumbers.is_possible_number(number):
        return
    yield f"{number.country_code}{national}"
    if number.country_code == 1:
        yield national
    else:
        yield f"011{number.country_code}{national}"
