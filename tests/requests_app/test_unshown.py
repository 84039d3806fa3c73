"""An agent who never shows that they may act: reminded once, then the request ends in time, and everybody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Notice, Representation
from requests_app.permissions import Role, staff
from requests_app.services import agent_notices, ending, intake, notices, representation, unshown
from requests_app.services.intake import Asked
from tests.characters import ADA, BEN, user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


def asked(right: str, **changes: str) -> Case:
    return intake.open_case(Asked(right, ADA, residence="US-CA", on_behalf_of=replace(BEN, **changes)))


def days_to_go(case: Case, days: int) -> time_machine.travel:
    last = agent_notices.last_day(case)
    assert last is not None
    return time_machine.travel(timezone.now() + (last - case.received_on) - timedelta(days=days), tick=False)


@pytest.mark.parametrize("right", ["access", "opt_out_sale_sharing"])
def test_it_reminds_once_and_ends_before_the_answer_is_due(right: str) -> None:
    case = asked(right)
    with days_to_go(case, 8):
        assert unshown.chase() == (0, 0)
    with days_to_go(case, 7):
        unshown.chase()
        unshown.chase()
    reminders = [notices.render(row).subject for row in case.notices.filter(kind=Notice.Kind.AGENT_ASKED)]
    assert len(reminders) == 2
    assert any("still need" in subject for subject in reminders)
    with days_to_go(case, 0):
        assert unshown.chase() == (0, 1)
        assert unshown.chase() == (0, 0)
        assert ending.expire_unproven() == 0, "it ended a day before a want of identity would have ended it"
    case.refresh_from_db()
    assert (case.state, case.outcome, case.ground) == (State.RECORDING, Outcome.REFUSED, "agent_unproven")
    assert Representation.objects.get(case=case).ruling == Representation.Ruling.REFUSED


def test_it_tells_the_person_and_the_agent() -> None:
    case = asked("opt_out_sale_sharing")
    with days_to_go(case, 0):
        call_command("chase_agents", "--json")
    denial = notices.content(case.notices.get(kind=Notice.Kind.DENIAL))
    assert denial["to"] == ADA.emails[0]
    assert "No permission reached us by" in denial["parameters"]["explanation"]
    told = notices.render(case.notices.get(kind=Notice.Kind.AGENT_RULED))
    assert told.to == BEN.email
    assert "Nothing reached us" in told.text


def test_it_leaves_alone_what_waits_for_an_officer() -> None:
    case = asked("opt_out_sale_sharing")
    shown = [b"I let Ben act for me."]
    representation.show(case_id=case.id, by=staff(user(Role.INTAKE)), name="permission.txt", parts=shown)
    with days_to_go(case, -30):
        assert unshown.chase() == (0, 0)


def test_it_writes_no_mail_to_an_agent_who_gave_a_phone_number_only_but_ends_in_time() -> None:
    case = asked("opt_out_sale_sharing", email="")
    with days_to_go(case, 0):
        assert unshown.chase() == (0, 1)
    assert not case.notices.filter(kind__in=[Notice.Kind.AGENT_ASKED, Notice.Kind.AGENT_RULED]).exists()
    assert case.notices.filter(kind=Notice.Kind.DENIAL).exists()
