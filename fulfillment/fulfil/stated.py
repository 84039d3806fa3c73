"""The statement that a person added to a record, beside that record wherever it is given out (11 CCR 7023(f)(3))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fulfillment.redact.apply import masked
from fulfillment.redact.detect import NOBODY, detect
from fulfillment.redact.labels import Role
from requests_app.casefile.statements import Stated


@dataclass(frozen=True, slots=True)
class Statement:
    what: str
    text: str
    on: str


def about(values: Mapping[str, Any], stated: Sequence[Stated], language: str) -> list[Statement]:
    """Those on this very row; what is never disclosed is taken out of their words as out of any text."""
    mine = (one for one in stated if one.key and all(values.get(name) == value for name, value in one.key.items()))
    return [Statement(_safe(one.what, language), _safe(one.text, language), one.on.isoformat()) for one in mine]


def _safe(text: str, language: str) -> str:
    return masked(text, [span for span in detect(text, NOBODY) if span.role == Role.NEVER], language)
