"""One text in, the spans to withhold out. Pure: no database, no case, no file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from fulfillment.redact.canon import fold
from fulfillment.redact.contact import addresses, births, emails, network, phones
from fulfillment.redact.credentials import credentials
from fulfillment.redact.identifiers import identifiers
from fulfillment.redact.labels import PLACEHOLDER
from fulfillment.redact.names import Known, names
from fulfillment.redact.profile import Subject, own, own_accounts
from fulfillment.redact.reading import Reading
from fulfillment.redact.spans import Span, merge, subtract

NOBODY: Final = Subject()
# Rules that guess: a number nothing explains, or a bare "account". The requester's own profile overrules only these.
_GUESSES: Final = frozenset({"long-run", "soft_account-named"})


def detect(
    text: str, subject: Subject = NOBODY, known_people: Iterable[str] | Known = (), *, prose: bool = True
) -> list[Span]:
    """What is to be withheld from a text: merged, in order, without overlaps, NEVER before OTHER.

    `prose=False` is for the short values of a table: there no number is withheld for its mere length and no name for
    the way it is written.
    """
    if not text or text.isspace():
        return []
    text = PLACEHOLDER.sub(lambda m: " " * len(m.group()), text)
    reading = Reading.of(text)
    mail = list(emails(reading))
    calls = list(phones(reading))
    reading = reading.knowing([*calls, *mail])
    never = [*identifiers(reading, deny_long_runs=prose), *credentials(text, reading.folded)]
    guesses = [s for s in never if s.rule in _GUESSES]
    sure = [s for s in never if s.rule not in _GUESSES]
    boxes = [(s.start, s.end) for s in mail]
    others = [*calls, *mail]
    if prose:
        others += [*addresses(text), *births(text), *(() if subject else network(text))]
    known = known_people if isinstance(known_people, Known) else _known(tuple(known_people), subject.names)
    mine = own(text, subject, boxes) if others or guesses else None
    strangers = [text[s.start : s.end] for s in subtract(mail, mine or (), text)]
    named = names(text, reading.folded, known, strangers, guess=prose)
    if not (others or guesses or named):
        return merge(sure, text)
    mine = own(text, subject, boxes) if mine is None else mine
    accounts = own_accounts(text, subject) if guesses else []
    return merge([*sure, *subtract(guesses, [*mine, *accounts], text), *subtract([*others, *named], mine, text)], text)


def people_in(text: str, subject: Subject, known: Known) -> list[str]:
    """The names that a text gives away, as written: what one note tells is then known in the whole case."""
    if not text or text.isspace():
        return []
    found = names(text, fold(text), known)
    return [
        text[s.start : s.end] for s in subtract(found, own(text, subject), text) if s.rule in ("name-cue", "name-shape")
    ]


@lru_cache(maxsize=64)
def _known(people: tuple[str, ...], own_names: tuple[str, ...]) -> Known:
    return Known(people, own_names)
