"""Somebody acts for the person: shown, confirmed by the person where the law lets us ask, ruled on by an officer.

11 CCR 7063: signed permission, and the person's own identity or confirmation beside it, unless there is a power of
attorney; 7026(j), 7027(i): for an opt-out the signed permission alone.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from requests_app.models import Case, Representation
from requests_app.services.agent import AgentFacts
from requests_app.vault import CaseVault

KEPT_SEALED = ("name", "organisation", "email", "phone")


def _place(case: Case) -> str:
    return f"representation.sealed|{case.id}"


def write(case: Case, facts: AgentFacts, vault: CaseVault) -> Representation:
    """Keep who asks, with the request; nothing is proven by it."""
    said = {name: value for name, value in asdict(facts).items() if name in KEPT_SEALED}
    return Representation.objects.create(
        case=case,
        kind=facts.kind,
        sealed=vault.seal_json(said, place=_place(case)),
        power_of_attorney=facts.power_of_attorney,
        signed_on=date.fromisoformat(facts.signed_on) if facts.signed_on else None,
    )


def of(case: Case) -> Representation | None:
    """Whoever asks for the person of this case; None when the person asks."""
    return Representation.objects.filter(case=case).first()


def read(row: Representation, vault: CaseVault | None = None) -> AgentFacts:
    """Who asks, opened."""
    said = (vault or CaseVault.of(row.case_id)).open_json(row.sealed, place=_place(row.case))
    signed_on = row.signed_on.isoformat() if row.signed_on else ""
    return AgentFacts(kind=row.kind, power_of_attorney=row.power_of_attorney, signed_on=signed_on, **said)
