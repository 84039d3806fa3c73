"""A text as the detectors see it, folded once and with its keywords found once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from fulfillment.redact.canon import fold
from fulfillment.redact.contexts import Keyword, Keywords
from fulfillment.redact.numbers import Number, spoken
from fulfillment.redact.spans import Ranges, Span

NOWHERE: Final = Ranges(())
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """Text, its folded form of the same length, the words that name numbers, spoken numbers, and contacts."""

    text: str
    folded: str
    keywords: Keywords
    said: tuple[Number, ...]
    contacts: Ranges = NOWHERE

    @classmethod
    def of(cls, text: str) -> Reading:
        folded = fold(text)
        return cls(text, folded, Keywords(folded), tuple(spoken(folded)))

    @property
    def numeric(self) -> bool:
        """Holds a number, written or spoken."""
        return bool(self.said) or _DIGIT.search(self.text) is not None

    def knowing(self, contacts: Iterable[Span]) -> Reading:
        """The same reading, told where phone numbers and mailboxes stand: their digits are no account numbers."""
        return replace(self, contacts=Ranges((s.start, s.end) for s in contacts))

    def named(self, start: int) -> Keyword | None:
        """The keyword right before a position, with only joining words between."""
        word = self.keywords.before(start)
        return word if word and self.keywords.joins(word.end, start) else None
