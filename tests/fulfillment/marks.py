"""Counts what a detector leaves open of marked notes, by letters and digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fulfillment.redact.detect import detect
from fulfillment.redact.profile import Subject
from tests.fulfillment.billing_notes import Note


class Tally:
    """Shares: marked values that leak, the requester's own that are touched, plain text that is withheld."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self.bad: Counter[str] = Counter()
        self.leaks: list[tuple[str, str, str]] = []

    def add(self, note: Note) -> None:
        covered: set[int] = set()
        for span in detect(note.text, Subject.of(note.subject)):
            covered.update(range(span.start, span.end))
        marked: set[int] = set()
        for mark in note.entities:
            letters = {i for i in range(mark.start, mark.end) if note.text[i].isalnum()}
            marked |= letters
            wrong = bool(letters & covered) if mark.role == "SELF" else not letters <= covered
            self.of[mark.role] += 1
            self.bad[mark.role] += wrong
            if wrong:
                self.leaks.append((note.id, mark.label, mark.role))
        plain = {i for i, sign in enumerate(note.text) if sign.isalnum()} - marked
        self.of["plain"] += len(plain)
        self.bad["plain"] += len(plain & covered)

    def share(self, role: str) -> float:
        return self.bad[role] / self.of[role]


def tally(notes: Iterable[Note]) -> Tally:
    counted = Tally()
    for note in notes:
        counted.add(note)
    return counted
