"""Why a request was refused, in plain words: as its law says it, or as the reason does for which all of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from requests_app import reasons, regimes
from requests_app.models import Case
from requests_app.regimes.schema import Regulator
from requests_app.tomlfile import in_language


@dataclass(frozen=True)
class Ground:
    title: str
    text: str
    citation: str


def of(case: Case) -> Ground | None:
    """In the case's language; None where it was not refused on a ground."""
    language = case.language
    for row in regimes.get(case.regime).rights[case.right].grounds:
        if row.code == case.ground:
            return Ground(row.title.told(language), row.text.told(language), in_language(row.citation, language))
    for reason in reasons.all():
        if reason.code == case.ground and reason.may_refuse:
            text = f"{reason.text.told(language)} {reason.next.told(language)}"
            return Ground(reason.title.told(language), text, reason.citation)
    return None


def regulator(case: Case) -> Regulator:
    """The authority to turn to, in the case's language."""
    named = regimes.get(case.regime).regulator
    return replace(named, name=in_language(named.name, case.language))
