"""Somebody asks for somebody else: what is taken with the request, and what is refused before anything is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from requests_app.exceptions import NotValid
from requests_app.models import Case, Representation
from requests_app.services import agent, intake
from requests_app.services.agent import AgentFacts
from requests_app.services.intake import Asked
from tests.characters import ADA, BEN

pytestmark = pytest.mark.django_db
ACCESS = Asked("access", ADA, residence="US-CA", relationship="patient", on_behalf_of=BEN)


def test_it_keeps_who_asks_sealed() -> None:
    case = intake.open_case(ACCESS)
    row = agent.of(case)
    assert row is not None
    assert (row.kind, row.ruling, row.confirmed_at) == (Representation.Kind.AGENT, Representation.Ruling.OPEN, None)
    assert agent.read(row) == BEN
    assert BEN.email.encode() not in bytes(row.sealed)


def test_it_keeps_nobody_when_the_person_asks() -> None:
    assert agent.of(intake.open_case(replace(ACCESS, on_behalf_of=None))) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "neighbour"}, "on_behalf_of.kind"),
        ({"name": ""}, "on_behalf_of.name"),
        ({"email": "", "phone": ""}, "on_behalf_of.email"),
        ({"email": ADA.emails[0].upper()}, "on_behalf_of.email"),
        ({"signed_on": "2999-01-01"}, "on_behalf_of.signed_on"),
        ({"signed_on": "last week"}, "on_behalf_of.signed_on"),
        ({"kind": "parent", "power_of_attorney": True}, "on_behalf_of.power_of_attorney"),
    ],
)
def test_it_refuses_an_agent_who_cannot_act(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(NotValid) as refused:
        intake.open_case(replace(ACCESS, on_behalf_of=replace(BEN, **changes)))
    assert refused.value.field == field
    assert not Case.objects.exists()


def test_it_hears_an_agent_only_for_what_the_law_lets_an_agent_ask() -> None:
    texan = replace(ACCESS, residence="US-TX")
    with pytest.raises(NotValid, match="power of attorney"):
        intake.open_case(texan)
    assert not Case.objects.exists()
    for hears in (replace(BEN, power_of_attorney=True), replace(BEN, kind="guardian")):
        assert intake.open_case(replace(texan, on_behalf_of=hears)).regime == "US-TX"
    assert intake.open_case(replace(texan, right="opt_out_sale_sharing")).regime == "US-TX"


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("Ben", "on_behalf_of"),
        ({"name": "Ben", "shoe_size": 44}, "on_behalf_of"),
        ({"name": ["Ben"]}, "on_behalf_of.name"),
        ({"name": "Ben\x00"}, "on_behalf_of.name"),
        ({"name": "Ben", "email": "ben"}, "on_behalf_of.email"),
        ({"name": "Ben", "phone": "12"}, "on_behalf_of.phone"),
        ({"name": "Ben", "power_of_attorney": "yes"}, "on_behalf_of.power_of_attorney"),
    ],
)
def test_it_names_the_field_that_cannot_be_taken(raw: Any, field: str) -> None:
    with pytest.raises(NotValid) as refused:
        AgentFacts.of(raw)
    assert refused.value.field == field


def test_it_tells_the_same_request_by_somebody_else_apart() -> None:
    assert ACCESS.digest() != replace(ACCESS, on_behalf_of=None).digest()
    assert ACCESS.digest() == replace(ACCESS).digest()
