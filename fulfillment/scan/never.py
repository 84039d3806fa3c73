"""Never-disclose values in finished text: the typed detectors, cut down to what is named or unmistakable.

The desk proposes freely because people rule on its proposals; this reading stops a release by itself, so a number
counts only when a word names it, or when its shape and its check digits agree.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fulfillment.redact.contact import emails, phones
from fulfillment.redact.credentials import credentials
from fulfillment.redact.identifiers import identifiers
from fulfillment.redact.labels import PLACEHOLDER, Label
from fulfillment.redact.numbers import luhn
from fulfillment.redact.reading import Reading
from fulfillment.redact.spans import Span

_SSN: Final = re.compile(r"(?!000|666|9)\d{3}[-. ](?!00)\d{2}[-. ](?!0000)\d{4}")
_MASKED_SSN: Final = re.compile(r"[xX*•]{3}-[xX*•]{2}-\d{4}")
_NAMED: Final = frozenset(f"{label.lower()}-named" for label in Label)
_SURE: Final = frozenset(
    {
        "mbi-shape",
        "hicn-shape",
        "card-luhn",
        "password-pair",
        "access-key",
        "biometric-template",
        "biometric-named",
        "security-question",
        "alien-number",
    }
)
_FEWEST: Final = 4  # digits of a named number


@lru_cache(maxsize=65_536)
def never_disclosed(text: str) -> frozenset[Label]:
    """The labels of what is found; `[withheld: …]` never counts. The same line stands in JSON and CSV: read once."""
    plain = PLACEHOLDER.sub(lambda m: " " * len(m.group()), text)
    if not any(map(str.isalnum, plain)):
        return frozenset()
    reading = Reading.of(plain)
    reading = reading.knowing([*phones(reading), *emails(reading)])
    found = [*identifiers(reading, deny_long_runs=False), *credentials(plain, reading.folded)]
    return frozenset(s.label for s in found if _counts(s, plain[s.start : s.end]))


def _counts(span: Span, value: str) -> bool:
    digits = "".join(c for c in value if c.isdigit())
    match span.rule:
        case "ssn-shape":
            return _SSN.fullmatch(value) is not None or _MASKED_SSN.fullmatch(value) is not None
        case "card-shape":
            return 13 <= len(digits) <= 19 and luhn(digits)  # noqa: PLR2004 - the lengths cards have
        case "iban-shape":
            return _iban(value)
        case "password-named":
            return any(c.isdigit() for c in value) or not value.isalpha()
        case rule:
            return rule in _SURE or (rule in _NAMED and len(digits) >= _FEWEST)


def _iban(value: str) -> bool:
    plain = re.sub(r"\s", "", value).upper()
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1
