"""Who declares what under penalty of perjury before a copy goes out (11 CCR 7062(c)).

The person declares to be the person. A parent, guardian or executor cannot: they declare in which capacity they ask for
whom. An agent declares nothing, since the person answers for who they are (7063(a)).
"""

from __future__ import annotations

from dataclasses import dataclass

from requests_app import regimes
from requests_app.models import Case, Declaration
from requests_app.services import agent
from requests_app.services import person as people
from requests_app.vault import CaseVault


@dataclass(frozen=True)
class Declarant:
    """`name` signs; `capacity` is empty for the person, else parent, guardian or executor of `person`."""

    name: str
    person: str
    capacity: str = ""


def declarant(case: Case, vault: CaseVault | None = None) -> Declarant:
    person, row = people.read(case, vault).full_name, agent.of(case)
    if row is None or not agent.in_place(row.kind):
        return Declarant(person, person)
    return Declarant(agent.read(row, vault).name, person, row.kind)


def wanted(case: Case) -> Declarant | None:
    """Who has still to sign; None when the right asks for no declaration, or it is signed."""
    asked = regimes.get(case.regime).rights[case.right].identity.declaration
    return None if not asked or Declaration.objects.filter(case=case).exists() else declarant(case)
