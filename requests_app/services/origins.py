"""How a source may have got what it holds about a person, in plain words (11 CCR 7023(i) asks us to name it)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

WORDS = {
    "direct": _("from the person"),
    "automatic": _("recorded automatically, for example by a website"),
    "lead_generation": _("from a lead generation company"),
    "social_network": _("from a social network"),
    "partner": _("from a business partner"),
    "public": _("from public records"),
}


def told(origin: Iterable[str]) -> list[str]:
    """The words for each of these, in the order of the table."""
    known = set(origin)
    return [str(words) for name, words in WORDS.items() if name in known]
