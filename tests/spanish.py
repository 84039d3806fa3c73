"""The English sentences that have a Spanish one: none of them may be on a page, a mail or a paper in Spanish."""

from __future__ import annotations

import re
from pathlib import Path

from requests_app import regimes, tomlfile

CATALOGUE = Path(__file__).resolve().parent.parent / "locale/es/LC_MESSAGES/django.po"
PAIR = re.compile(r'^msgid "(.+)"\nmsgstr "(.+)"$', re.MULTILINE)
ENGLISH = tuple(
    english
    for english, spanish in PAIR.findall(CATALOGUE.read_text(encoding="utf-8"))
    if len(english) > 20 and "%(" not in english and english != spanish
)


ENGLISH += tuple(english for english in tomlfile._SPANISH if regimes.all() and len(english) > 20)


def english_in(text: str) -> list[str]:
    """Line breaks do not hide a sentence."""
    shown = re.sub(r"\s+", " ", text)
    return [sentence for sentence in ENGLISH if sentence in shown]
