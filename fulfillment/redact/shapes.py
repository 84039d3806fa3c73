"""Numbers that are known by their shape alone, also masked in part or read badly by a scanner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fulfillment.redact.contexts import SAFE
from fulfillment.redact.labels import NEVER, Label
from fulfillment.redact.numbers import is_date
from fulfillment.redact.reading import Reading
from fulfillment.redact.spans import Span, span

_D: Final = r"[0-9OolI|SBZGQ]"  # a digit, or what a scanner makes of one
_M: Final = r"[0-9OolISBxX*•#]"  # the same, or masked
_MASK: Final = frozenset("xX*•#")
_A: Final = r"[AC-HJ-NP-RT-Yac-hj-np-rt-y]"  # letters of a Medicare number: no S, L, O, I, B, Z
_AN: Final = r"[AC-HJ-NP-RT-Y0-9ac-hj-np-rt-y]"
_N: Final = r"[0-9OoIl]"
_FEWEST_OPEN: Final = 3  # digits that a masked number still shows


@dataclass(frozen=True, slots=True)
class Shape:
    """A written form; `fewest` are the plain digits below which it is something else."""

    label: Label
    rule: str
    pattern: re.Pattern[str]
    fewest: int


SHAPES: Final = (
    Shape(
        Label.SSN,
        "ssn-shape",
        re.compile(rf"(?<![\w\-]){_M}{{3}}\s?[\-–. ]\s?{_M}{{2}}\s?[\-–. ]\s?{_M}{{4}}(?![\w\-]|\.\d)"),
        6,
    ),
    Shape(
        Label.CARD,
        "card-shape",
        re.compile(rf"(?<![\w\-.])(?:{_M}{{4}}[ \-.]{{1,2}}){{3}}{_M}{{1,4}}(?:[ \-]{_D}{{3}})?(?![\w\-])"),
        12,
    ),
    Shape(
        Label.CARD,
        "card-shape",
        re.compile(rf"(?<![\w\-])3[47]{_D}{{2}}[ \-]{_D}{{6}}[ \-]{_D}{{5}}(?![\w\-])"),
        12,
    ),
    Shape(
        Label.CARD,
        "card-shape",
        re.compile(r"(?<![\w\-])(?:\d{4}[ \-]?)?[xX*•]{4,15}[ \-]?\d{4}(?!\w)"),
        4,
    ),
    Shape(
        Label.FINANCIAL_ACCOUNT,
        "iban-shape",
        re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])"),
        6,
    ),
    Shape(
        Label.HEALTH_PLAN_ID,
        "mbi-shape",
        re.compile(rf"(?<![A-Za-z0-9])[1-9lI]{_A}{_AN}{_N}[\- ]?{_A}{_AN}{_N}[\- ]?{_A}{{2}}{_N}{{2}}(?![A-Za-z0-9])"),
        4,
    ),
    Shape(Label.HEALTH_PLAN_ID, "hicn-shape", re.compile(r"(?<![\w\-])\d{3}-?\d{2}-?\d{4}-?[A-DTW]\d?(?![\w\-])"), 9),
    Shape(Label.GOV_ID, "tax-id-shape", re.compile(r"(?<![\w\-])\d{2}-\d{7}(?![\w\-])"), 9),
    Shape(
        Label.GOV_ID,
        "alien-number",
        re.compile(r"(?<![A-Za-z0-9])A[#\- ]{1,2}\d{3}[\- ]?\d{3}[\- ]?\d{2,3}(?!\w)"),
        8,
    ),
    Shape(Label.CARD, "masked-number", re.compile(r"(?<!\w)(?:[*•]{1,12}|[xX]{2,12})[ \-]?\d{3,4}(?![\w\-])"), 3),
)
_TRADE_TOO: Final = frozenset({"tax-id-shape", "hicn-shape"})  # shapes that a claim or invoice number may share


def shaped(reading: Reading) -> Iterator[Span]:
    """Spans of the known shapes; a word that names the number names the kind."""
    for shape in SHAPES:
        for m in shape.pattern.finditer(reading.text):
            value = m.group()
            fewest = min(shape.fewest, _FEWEST_OPEN) if _MASK & set(value) else shape.fewest
            if sum(c.isdigit() for c in value) < fewest or is_date(value):
                continue
            if reading.contacts.cover(*m.span()) and shape.label not in (Label.SSN, Label.CARD):
                continue
            named = reading.named(m.start())
            if named and named.kind in NEVER:
                yield span(m.start(), m.end(), Label(named.kind), f"{named.kind.lower()}-named")
            elif not (named and named.kind == SAFE and shape.rule in _TRADE_TOO):
                yield span(m.start(), m.end(), shape.label, shape.rule)
