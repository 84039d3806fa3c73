"""Burns accepted redactions into a copy; the original is never served."""

from __future__ import annotations

from collections.abc import Iterable

from fulfillment.redact.labels import withheld
from fulfillment.redact.spans import Span


def masked(text: str, spans: Iterable[Span], language: str = "en") -> str:
    """The text with each span replaced by the words for its kind; spans must not overlap."""
    out: list[str] = []
    at = 0
    for s in sorted(spans):
        out += [text[at : s.start], withheld(s.label, language)]
        at = s.end
    out.append(text[at:])
    return "".join(out)
