"""One text in, the spans to withhold out. Pure: no database, no case, no file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from fulfillment.redact.contact import addresses, births, emails, network, phones
from fulfillment.redact.credentials import credentials
from fulfillment.redact.identifiers import identifiers
from fulfillment.redact.names import Known, names
from fulfillment.redact.profile import Subject, own, own_accounts
from fulfillment.redact.reading import Reading
from fulfillment.redact.spans import Span, merge, subtract

NOBODY: Final = Subject()
# Rules that guess: a number nothing explains, or a bare "account". The requester's own profile overrules only these.
_GUESSES: Final = frozenset({"long-run", "soft_account-named"})


def detect(text: str, subject: Subject = NOBODY, known_people: Iterable[str] = ()) -> list[Span]:
    """What is to be withheld from a free text: merged, in order, without overlaps, NEVER before OTHER."""
    if not text or text.isspace():
        return []
    reading = Reading.of(text)
    calls = list(phones(reading))
    reading = reading.knowing(calls)
    never = [*identifiers(reading), *credentials(text, reading.folded)]
    mail = list(emails(text))
    mine = own(text, subject, [(s.start, s.end) for s in mail])
    others = [*calls, *mail, *addresses(text), *births(text), *(() if subject else network(text))]
    boxes = [text[s.start : s.end] for s in subtract(mail, mine, text)]
    others += names(text, reading.folded, _known(tuple(known_people), subject.names), boxes)
    guesses = [s for s in never if s.rule in _GUESSES]
    sure = [s for s in never if s.rule not in _GUESSES]
    return merge(
        [*sure, *subtract(guesses, [*mine, *own_accounts(text, subject)], text), *subtract(others, mine, text)], text
    )


@lru_cache(maxsize=64)
def _known(people: tuple[str, ...], own_names: tuple[str, ...]) -> Known:
    return Known(people, own_names)
