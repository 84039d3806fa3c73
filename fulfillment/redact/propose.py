"""Proposals for one record: where something is to be withheld, as JSON pointer (RFC 6901) and offsets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from fulfillment.redact.columns import Columns, Rule, Treatment
from fulfillment.redact.detect import detect, people_in
from fulfillment.redact.labels import Label, Role
from fulfillment.redact.names import Known
from fulfillment.redact.pointer import Parts, leaves, pointer
from fulfillment.redact.profile import Subject, own, own_accounts
from fulfillment.redact.spans import Span, subtract

_SHORT: Final = 80
_WAYS: Final = frozenset({Label.EMAIL, Label.PHONE, Label.ADDRESS})
_PROSE_WORDS: Final = 8  # an unmarked value this long is read as prose


@dataclass(frozen=True, slots=True)
class Proposal:
    """`start` = `end` = 0 withholds the whole field."""

    path: str
    start: int
    end: int
    label: Label
    role: Role
    rule: str


def propose(values: Mapping[str, Any], columns: Columns, subject: Subject, known: Known) -> list[Proposal]:
    """Every proposal for one record, each place once, in the order of the record."""
    found = (proposal for parts, value in leaves(values) for proposal in _field(parts, value, columns, subject, known))
    return list(dict.fromkeys(found))


def people(values: Mapping[str, Any], columns: Columns, subject: Subject, known: Known) -> set[str]:
    """Names of other people that one record gives away: its name columns, and its prose."""
    found: set[str] = set()
    whole: dict[str, list[str]] = {}
    for parts, value in leaves(values):
        rule = columns.rule(parts)
        if not isinstance(value, str) or not value.strip():
            continue
        if rule.names_people:
            whole.setdefault(rule.name, []).append(value)
        elif rule.treatment is Treatment.PROSE:
            found.update(people_in(value, subject, known))
    for words in whole.values():
        found.update(words)
        if len(words) > 1 and all(" " not in word.strip() for word in words):
            found.add(" ".join(words))  # given name and family name in columns of their own
    return {name for name in found if not _own(name, subject)}


def reached_at(values: Mapping[str, Any], columns: Columns) -> Iterator[tuple[Label, str]]:
    """E-mail addresses, telephones and postal addresses in columns that are the requester's own by the map.

    They are given out as they stand there. Withheld in a note of the same case, the finished package would show what
    it withholds; and somebody who telephones tells us no e-mail address.
    """
    for parts, value in leaves(values):
        rule = columns.rule(parts)
        if rule.treatment is not Treatment.OWN or rule.label not in _WAYS or not isinstance(value, str):
            continue
        if rule.label is Label.EMAIL or any(c.isdigit() for c in value):  # a city by itself is nobody's address
            yield rule.label, value


def _field(parts: Parts, value: Any, columns: Columns, subject: Subject, known: Known) -> Iterator[Proposal]:
    rule = columns.rule(parts)
    path = pointer(parts)
    if rule.treatment is Treatment.NEVER:
        yield Proposal(path, 0, 0, rule.label, Role.NEVER, rule.name)
    elif rule.treatment is Treatment.OTHER:
        if not _own(str(value), subject):
            yield Proposal(path, 0, 0, rule.label, Role.OTHER, rule.name)
    elif not isinstance(value, bool):
        deeper = path.count("/") < len(parts)
        for s in _spans(parts, value, rule, subject, known):
            part = isinstance(value, str) and not deeper
            yield Proposal(path, s.start if part else 0, s.end if part else 0, s.label, s.role, s.rule)


def _spans(parts: Parts, value: Any, rule: Rule, subject: Subject, known: Known) -> Iterator[Span]:
    """Spans of a value; a field that the map does not name itself is read behind its own name ("SSN: 123456789")."""
    text = str(value)
    name = next((part for part in reversed(parts) if not part.isdigit()), "")
    head = "" if rule.mapped else f"{name.replace('_', ' ')}: "
    prose = rule.treatment is Treatment.PROSE or text.count(" ") >= _PROSE_WORDS
    found = _short if len(text) <= _SHORT else detect
    for s in found(head + text, subject, known, prose=prose):
        if s.end <= len(head) or (rule.treatment is Treatment.OWN and s.role is Role.OTHER):
            continue
        yield Span(max(0, s.start - len(head)), s.end - len(head), s.label, s.role, s.rule)


@lru_cache(maxsize=20_000)
def _short(text: str, subject: Subject, known: Known, *, prose: bool) -> list[Span]:
    """Tables repeat themselves: "ach", "open", the same date. Emptied when the case is done (`forget`)."""
    return detect(text, subject, known, prose=prose)


def forget() -> None:
    """Let go of what was read; a worker keeps nothing of a case in memory."""
    _short.cache_clear()


def _own(value: str, subject: Subject) -> bool:
    """Nothing but the requester's own."""
    whole = Span(0, len(value), Label.OTHER, Role.OTHER, "")
    return bool(subject) and not subtract([whole], [*own(value, subject), *own_accounts(value, subject)], value)
