"""Whoever asks for somebody and has no e-mail address is written to by letter, whichever door they came through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from requests_app.models import Case, Notice
from requests_app.permissions import Role, staff
from requests_app.services import agent, agent_notices, clock, intake, notices, representation, returned
from requests_app.services.intake import Asked
from tests.characters import ADA, BEN, user
from tests.requests_app import api_client, portal_walk
from tests.requests_app.phone_walk import Operator
from tests.requests_app.portal_walk import ABOUT, CHECK, DONE, NEW, Visitor

pytestmark = pytest.mark.django_db
STREET = "88 Sycamore Row\nAustin, TX 78701"
BY_POST = replace(BEN, email="", phone="", postal_address=STREET)
TYPED = {"agent_name": BEN.name, "agent_email": "", "agent_postal_address": STREET.replace("\n", "\r\n")}


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_STAFF_MFA, settings.UMBS_MEDIA_URL = False, f"file://{tmp_path}"


def by_web() -> Case:
    visitor = Visitor()
    visitor.post(NEW, {"rights": ["access"], "residence": "US-CA", "relationship": "patient", "asking_for": "agent"})
    assert visitor.post("/requests/new/who/", TYPED)["Location"] == ABOUT
    visitor.post(ABOUT, portal_walk.ADA)
    assert STREET.partition("\n")[0] in visitor.get(CHECK).content.decode()
    visitor.post(CHECK, {"key": visitor.key()})
    case: Case = visitor.get(DONE).context["cases"][0]
    return case


def by_program() -> Case:
    asks = {"kind": "agent", "name": BEN.name, "postal_address": STREET}
    answer = api_client.send(api_client.body(on_behalf_of=asks))
    return Case.objects.get(reference=answer.json()["reference"])


def by_staff(channel: str) -> Case:
    stamped = {"received_on": clock.today().strftime("%m/%d/%Y")} if channel != "phone" else {}
    (case,) = Operator().taken(channel, asker="agent", **TYPED, **stamped)
    return case


DOORS: dict[str, Any] = {
    "web": by_web,
    "api": by_program,
    **{channel: lambda channel=channel: by_staff(channel) for channel in ("phone", "mail", "walk_in")},
}


@pytest.mark.parametrize("door", DOORS)
def test_it_asks_by_letter_for_the_permission(door: str) -> None:
    case = DOORS[door]()
    row = agent.of(case)
    assert row is not None
    assert agent.read(row).postal_address == STREET
    asked = case.notices.get(kind=Notice.Kind.AGENT_ASKED)
    told = notices.content(asked)
    assert (asked.medium, told["name"], told["postal_address"]) == (Notice.Medium.POST, BEN.name, STREET)
    assert "Ada" not in str(told)


def test_it_tells_the_ruling_by_letter_and_the_person_by_mail() -> None:
    case = intake.open_case(Asked("opt_out_sale_sharing", ADA, residence="US-CA", on_behalf_of=BY_POST))
    officer = staff(user(Role.OFFICER))
    representation.rule(case_id=case.id, by=officer, accept=False, reason="The signature is a copy of another one.")
    ruled = case.notices.get(kind=Notice.Kind.AGENT_RULED)
    assert (ruled.medium, notices.content(ruled)["postal_address"]) == (Notice.Medium.POST, STREET)
    assert case.notices.get(kind=Notice.Kind.DENIAL).medium == Notice.Medium.MAIL


def test_it_prints_what_came_back_from_the_agents_mailbox_for_the_agent() -> None:
    both = replace(BEN, postal_address=STREET)
    case = intake.open_case(Asked("opt_out_sale_sharing", ADA, residence="US-CA", on_behalf_of=both))
    mailed = case.notices.get(kind=Notice.Kind.AGENT_ASKED)
    notices.sent(mailed.id)
    Notice.objects.filter(pk=mailed.id).update(state=Notice.State.BOUNCED)
    letter = returned.post(notice_id=mailed.id, by=staff(user(Role.INTAKE)))
    told = notices.content(letter)
    assert (letter.medium, told["postal_address"]) == (Notice.Medium.POST, STREET)
    assert told["parameters"]["until"]


def test_it_writes_to_nobody_who_gave_a_phone_number_alone() -> None:
    called = replace(BY_POST, postal_address="", phone="512-555-0162")
    case = intake.open_case(Asked("access", ADA, residence="US-CA", on_behalf_of=called))
    agent_notices.ask(case, by=staff(user(Role.INTAKE)))
    assert not case.notices.filter(kind=Notice.Kind.AGENT_ASKED).exists()
