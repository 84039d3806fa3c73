"""The people of the tests. All invented; numbers from the ranges kept for fiction."""

from __future__ import annotations

from requests_app.models import User
from requests_app.permissions import Role
from requests_app.services.agent import AgentFacts
from requests_app.services.person import PersonFacts

ADA = PersonFacts(
    given_name="Ada",
    family_name="Quillfeather",
    emails=("ada.quillfeather@example.org",),
    phones=("214-555-0107",),
    postal_address="12 Larkspur Lane, Garland, TX 75040",
    date_of_birth="1966-03-23",
    account_numbers=("PA-104482",),
)
OTTO = PersonFacts(given_name="Otto", family_name="Vandermeer", emails=("otto@example.net",), phones=("972-555-0144",))
NOBODY_ONLINE = PersonFacts(
    given_name="Nell",
    family_name="Oakhurst",
    postal_address="7 Juniper Court, Plano, TX 75074",
    phones=("469-555-0111",),
)
BEN = AgentFacts(
    name="Ben Tolliver",
    organisation="Tolliver Privacy Help",
    email="ben@tolliver.example",
    phone="512-555-0162",
    signed_on="2026-01-15",
)

NAMES = {
    Role.INTAKE: "iris",
    Role.ANALYST: "anna",
    Role.OFFICER: "cleo",
    Role.AUDITOR: "uma",
    Role.ADMIN: "abel",
}


def user(role: Role, name: str = "") -> User:
    """A member of staff with that role; the same one when asked again."""
    name = name or NAMES[role]
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(
        username=name, password=None, role=role.value, first_name=name.title(), last_name="Staff"
    )
