"""Why a request was refused, in plain words: as its law says it, or as the reason does for which all of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app import reasons, regimes
from requests_app.models import Case


@dataclass(frozen=True)
class Ground:
    text: str
    citation: str


def of(case: Case) -> Ground | None:
    """In the case's language where the law file has it; None where it was not refused on a ground."""
    for row in regimes.get(case.regime).rights[case.right].grounds:
        if row.code == case.ground:
            return Ground(row.text.get(case.language, row.text["en"]), row.citation)
    for reason in reasons.all():
        if reason.code == case.ground and reason.may_refuse:
            return Ground(f"{reason.text.told(case.language)} {reason.next.told(case.language)}", reason.citation)
    return None
