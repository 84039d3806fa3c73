"""One normal form per kind of identifier, so that the same fact typed twice is found once."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers


def email(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip().casefold()


def phone(value: str) -> str:
    """E.164 for a number that parses in the US plan; else its digits."""
    try:
        parsed = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", value)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def account(value: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", value.upper())


def name(value: str) -> str:
    folded = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", folded.casefold()))


def name_parts(value: str) -> list[str]:
    return sorted({part for part in name(value).split() if len(part) > 1})


def zip_code(value: str) -> str:
    """The last five digits that stand alone, which is where an address has its ZIP; empty without any."""
    return next(iter(re.findall(r"\b\d{5}\b", value)[::-1]), "")


def as_it_is(value: str) -> str:
    return value


NORMAL = {"email": email, "phone": phone, "account": account, "name": name, "name_part": name}
NORMAL |= {"born": as_it_is, "zip": zip_code, "sound": as_it_is, "edge": as_it_is}


def normal(kind: str, value: str) -> str:
    return NORMAL[kind](value)
