"""Does a text speak of the person? By an identifier of theirs, or by their full name together with another fact."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from fulfillment.connectors.compare import digits, email_form, phone_forms

# What looks like a telephone number in running text: 10 to 15 digits with the usual separators between them.
NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[\s().\-/]{0,3}\d){9,14}(?!\w)")
ADDRESS = re.compile(r"[^\s@<>()\[\]\",;:]+@[\w.-]+\w")
SHORTEST_ACCOUNT = 4


class Mentions:
    """The person's facts made ready once, to be looked for in many texts. `names` are full names."""

    def __init__(self, facts: Mapping[str, Sequence[str]]) -> None:
        self.emails = {email_form(value) for value in facts.get("email", ())}
        self.phones = phone_forms(facts.get("phone", ()))
        accounts = [value.strip() for value in facts.get("account", ())]
        self.accounts = _any_word(value for value in accounts if len(value) >= SHORTEST_ACCOUNT)
        self.names = _any_word(_folded(form) for name in facts.get("name", ()) for form in _name_forms(name))
        self.birthdays = _any_word(form for value in facts.get("date_of_birth", ()) for form in _date_forms(value))
        self.streets = _any_word(_folded(value.partition(",")[0]) for value in facts.get("postal_address", ()))

    def in_text(self, text: str) -> tuple[str, ...]:
        """The kinds of facts that tie the text to the person; empty when it does not speak of them."""
        exact = [kind for kind, found in self._identifiers(text) if found]
        if exact:
            return tuple(exact)
        folded = _folded(text)
        if not (self.names and self.names.search(folded)):
            return ()
        second = [
            kind
            for kind, pattern in (("date_of_birth", self.birthdays), ("postal_address", self.streets))
            if pattern and pattern.search(folded)
        ]
        return ("name", *second) if second else ()

    def _identifiers(self, text: str) -> Iterable[tuple[str, bool]]:
        yield "email", bool(self.emails) and any(email_form(found) in self.emails for found in ADDRESS.findall(text))
        yield "phone", bool(self.phones) and any(digits(found) in self.phones for found in NUMBER.findall(text))
        yield "account", bool(self.accounts and self.accounts.search(_folded(text)))


def _any_word(values: Iterable[str]) -> re.Pattern[str] | None:
    words = sorted({_folded(value).strip() for value in values} - {""})
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)") if words else None


def _folded(text: str) -> str:
    """Lower case, no accents, one blank between words: Muñoz is written Munoz in half of the systems."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return re.sub(r"\s+", " ", plain.casefold())


def _name_forms(name: str) -> Iterable[str]:
    words = name.split()
    if len(words) > 1:
        yield name
        yield f"{words[-1]}, {' '.join(words[:-1])}"
        yield f"{words[0]} {words[-1]}"
        yield f"{words[-1]}, {words[0]}"


def _date_forms(value: str) -> Iterable[str]:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return
    yield day.isoformat()
    yield f"{day.month}/{day.day}/{day.year}"
    yield f"{day:%m/%d/%Y}"
    yield f"{day:%m-%d-%Y}"
    yield f"{day:%B} {day.day}, {day.year}"
    yield f"{day:%b} {day.day}, {day.year}"
    yield f"{day.day} {day:%B} {day.year}"
