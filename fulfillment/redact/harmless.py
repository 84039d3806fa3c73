"""Numbers that identify nobody: dates, sums, times, counts, and the codes of the billing trade."""

from __future__ import annotations

import re
from typing import Final

from fulfillment.redact.numbers import Number, is_bare_date, is_date
from fulfillment.redact.reading import Reading
from fulfillment.redact.words import alternatives

_UNITS: Final = alternatives(
    r"""
        % percent dollars? days? weeks? months? mos?\b years? yrs? visits? units? claims? payments? times?
        veces vez hours? hrs? minutes? mins? pages? am\b pm\b a\.m p\.m mg ml cm lbs?\b kg yo\b y/o
    """
)
_COUNTED: Final = re.compile(rf"[ ]?{_UNITS}|[:,]\d", re.IGNORECASE)
_MONEY: Final = re.compile(r"\d{1,3}(?:,\d{3})*\.\d{2}|\d{1,7}\.\d{2}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_DIAGNOSIS: Final = r"[A-TV-Z]\d[\dAB](?:\.\w{1,4})?"
_PROCEDURE: Final = r"(?:\d{5}|[A-V]\d{4}|\d{4}[FTU])(?:[\-.][A-Z0-9]{2}){1,4}"
_CODE: Final = re.compile(rf"{_DIAGNOSIS}|{_PROCEDURE}")
_TRADE: Final = re.compile(r"(?:CLM|INV|CPT|ICD|NPI|TKT|REF|ICN|DCN|PO|RMA|HCPCS|TICKET|CLAIM)[\-#]?\w", re.IGNORECASE)
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_BROWSER: Final = re.compile(
    r"(?:Mozilla|Gecko|AppleWebKit|Chrome|Chromium|CriOS|Edg[AeiOS]{0,3}|Firefox|FxiOS|Mobile|OPR|Safari|Version)/[\w.]+"
)
_ZIP: Final = re.compile(r"\d{5}(?:-\d{4})?")
_STATE: Final = re.compile(r"\b[A-Z]{2}\.?,? {1,2}$")


def counted(number: Number, reading: Reading) -> bool:
    """A sum of money or a number of something ("$450", "30 days", "10:45")."""
    text = reading.text
    return bool(
        text.endswith("$", 0, number.start) or _MONEY.fullmatch(number.text) or _COUNTED.match(text, number.end)
    )


def dated(number: Number, *, year: bool = True) -> bool:
    """A calendar date with separators, or a year."""
    return is_date(number.text) or (year and _YEAR.fullmatch(number.text) is not None)


def trade_code(number: Number) -> bool:
    """A claim, invoice or ticket number that says so itself."""
    return _TRADE.match(number.text) is not None


def harmless(number: Number, reading: Reading) -> bool:
    """Identifies nobody, as far as the number itself and its neighbours tell."""
    part = number.text
    if dated(number) or is_bare_date(part) or counted(number, reading) or trade_code(number):
        return True
    if _CODE.fullmatch(part) or _UUID.fullmatch(part) or _BROWSER.fullmatch(part):
        return True
    return bool(_ZIP.fullmatch(part) and _STATE.search(reading.text, max(0, number.start - 8), number.start))
