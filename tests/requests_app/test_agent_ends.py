"""How a request made for somebody ends before its time: taken back, disowned by the person, or never confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from requests_app.casefile import write
from requests_app.exceptions import NotValid, WrongState
from requests_app.lifecycle import Outcome, State
from requests_app.models import AgentMark, Case, Clock, EventKind, Evidence, Notice, Representation
from requests_app.permissions import Role, consumer
from requests_app.services import ending, evidence, intake, notices, representation
from requests_app.services.agent import AgentFacts
from requests_app.services.intake import Asked
from tests.characters import ADA, BEN, OTTO, user
from tests.pictures import picture
from tests.requests_app.phone_walk import DESK, Operator
from tests.requests_app.portal_walk import Visitor, mailed_code
from umbs_privacy.demo import paper

pytestmark = pytest.mark.django_db
PDF = paper.pdf("Permission", ["I let Ben Tolliver act for me. Signed, Ada Quillfeather"])
ACTING = "/requests/acting/"


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_STAFF_MFA, settings.UMBS_MEDIA_URL = False, f"file://{tmp_path}"


def asked(by: AgentFacts = BEN, right: str = "access", **changes: Any) -> Case:
    return intake.open_case(replace(Asked(right, ADA, residence="US-CA", on_behalf_of=by), **changes))


def show(case: Case, name: str = "permission.pdf", content: bytes = PDF) -> Evidence:
    return representation.show(case_id=case.id, by=consumer(case.id), name=name, parts=[content])


def told(case: Case, kind: Notice.Kind) -> notices.Mail:
    return notices.render(case.notices.filter(kind=kind).latest("ordered_at"))


# --- blank papers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "way_on"),
    [
        ("permission.pdf", b"", "Choose the file again"),
        ("permission.png", picture(size=(1, 1), blank=True), "send one that shows the paper"),
        ("permission.png", picture(size=(400, 400), blank=True), "send one that shows the paper"),
    ],
    ids=["no bytes", "one dot", "one colour"],
)
def test_it_refuses_a_blank_permission_and_says_what_to_do(name: str, content: bytes, way_on: str) -> None:
    case = asked()
    with pytest.raises(NotValid, match=way_on):
        show(case, name, content)
    assert not case.evidence.exists()
    assert not representation.proofs(case)


# --- the person never answers ---------------------------------------------------------------------------------------


def test_a_permission_that_the_person_never_confirms_ends_in_time_and_leaves_no_paper() -> None:
    case = asked()
    shown = show(case)
    answer = case.clocks.get(kind=Clock.Kind.ANSWER)
    with time_machine.travel(case.received_at + (answer.due_on - case.received_on) - timedelta(days=4), tick=False):
        assert ending.expire_unproven() == 0
        seen = representation.seen(case)
        assert seen is not None
        assert (seen.asks_the_person, seen.person_agrees, seen.is_open) == (True, False, True)
    with time_machine.travel(case.received_at + (answer.due_on - case.received_on) - timedelta(days=3), tick=False):
        assert ending.expire_unproven() == 1
        notices.sent(case.notices.get(kind=Notice.Kind.UNVERIFIED).id)
        case.refresh_from_db()
        assert (case.state, case.outcome) == (State.RECORDING, Outcome.UNVERIFIED)
        answer.refresh_from_db()
        assert answer.ended == Clock.Ended.MET, "no answer of the person's pauses the clock, and it is met all the same"
        assert told(case, Notice.Kind.AGENT_RULED).to == BEN.email
        assert evidence.sweep() == 1
    shown.refresh_from_db()
    assert shown.destroyed_at is not None


# --- the agent takes it back ----------------------------------------------------------------------------------------


def test_the_agent_takes_it_back_and_the_person_is_told_who_did() -> None:
    case = asked()
    shown = show(case)
    ben = Visitor()
    ben.post(ACTING, {"reference": case.reference})
    ben.post(f"{ACTING}code/", {"code": mailed_code(case)})
    assert "Take the request back" in ben.get(f"{ACTING}case/").content.decode()
    page = ben.post(f"{ACTING}case/withdraw/", follow=True).content.decode()
    assert "The request was taken back." in page
    assert "Take the request back" not in page
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.WITHDRAWN)
    withdrawn = told(case, Notice.Kind.WITHDRAWN)
    assert withdrawn.to == ADA.emails[0]
    assert "Whoever asked us in your name took the request back" in withdrawn.text
    assert "taken back, so it has ended" in told(case, Notice.Kind.AGENT_RULED).text
    assert evidence.sweep() == 1
    shown.refresh_from_db()
    assert shown.destroyed_at is not None
    with pytest.raises(WrongState):
        representation.take_back(case_id=case.id, by=consumer(case.id))


def test_the_agent_is_told_when_the_person_takes_it_back() -> None:
    case = asked()
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    assert "taken back, so it has ended" in told(case, Notice.Kind.AGENT_RULED).text
    assert "You took your request back" in told(case, Notice.Kind.WITHDRAWN).text


def test_an_agent_who_may_not_act_stops_nothing() -> None:
    case = asked(right="opt_out_sale_sharing")
    Representation.objects.filter(case=case).update(ruling=Representation.Ruling.REFUSED)
    assert not representation.may_take_back(case)
    with pytest.raises(WrongState):
        representation.take_back(case_id=case.id, by=consumer(case.id))


# --- the person permitted nothing -----------------------------------------------------------------------------------


def test_an_agent_whom_somebody_disowned_is_marked_wherever_they_ask() -> None:
    case = asked()
    representation.answer(case_id=case.id, by=consumer(case.id), yes=False)
    assert Representation.objects.get(case=case).disowned_at is not None
    assert case.notices.filter(kind=Notice.Kind.AGENT_RULED).count() == 1, "told once that it has ended"
    again = asked(replace(BEN, name="B. Tolliver", email=BEN.email.upper(), organisation=""), person=OTTO)
    stranger = asked(AgentFacts(name=BEN.name, email="somebody@else.example"), person=OTTO)
    seen, other = representation.seen(again), representation.seen(stranger)
    assert seen is not None
    assert other is not None
    assert (seen.disowned, other.disowned) == ([case.reference], [])
    cleo = Client()
    cleo.force_login(user(Role.OFFICER), backend="django.contrib.auth.backends.ModelBackend")
    page = cleo.get(f"/staff/cases/{again.reference}/").content.decode()
    assert "permitted nothing to whoever has this address" in page
    assert case.reference in page


@pytest.mark.parametrize(
    ("again", "is_known"),
    [
        ({"email": "new@else.example"}, True),
        ({"email": "", "organisation": "", "postal_address": ""}, True),
        ({"email": "", "phone": "", "organisation": "", "postal_address": "1 Main St.,  Dallas TX 75001"}, True),
        ({"email": "new@else.example", "phone": "", "organisation": "TOLLIVER & CO", "postal_address": ""}, True),
        ({"email": "new@else.example", "phone": "", "organisation": "", "postal_address": ""}, False),
    ],
    ids=["other e-mail", "the phone alone", "the postal address alone", "the firm alone", "the name alone"],
)
def test_a_disowned_agent_is_known_by_each_address_and_by_the_firm(again: dict[str, str], *, is_known: bool) -> None:
    """A name alone is many people's; an address or a firm is shown, and an officer judges."""
    agent = replace(
        BEN, phone="(214) 555-0155", organisation="Tolliver & Co.", postal_address="1 Main St\nDallas TX 75001"
    )
    case = asked(agent)
    representation.answer(case_id=case.id, by=consumer(case.id), yes=False)
    other = asked(replace(agent, **{"phone": "+1 214 555 0155"} | again), person=OTTO)
    seen = representation.seen(other)
    assert seen is not None
    assert seen.disowned == ([case.reference] if is_known else [])
    assert other.is_open, "shown to the officer, and refused by nobody"


@pytest.mark.parametrize(("language", "says"), [("en", "you allowed it. Did you?"), ("es", "usted se lo permitió")])
def test_a_no_on_the_phone_ends_it_and_marks_the_agent(language: str, says: str) -> None:
    iris, anna = Operator(), Operator(Role.ANALYST)
    case = asked(language=language)
    page = f"{DESK}verify/{case.reference}/"
    assert says not in iris.get(page).content.decode(), "no source has said yet where the person can be reached"
    assert "no number is on file" in iris.post(page, {"act": "disowned"}, follow=True).content.decode()
    write.record_match(case.id, kinds=["phone", "account"], on_file=["phone:0"])
    assert says in iris.get(page).content.decode()
    assert says not in anna.get(page).content.decode()
    assert anna.post(page, {"act": "disowned"}).status_code == HTTPStatus.FORBIDDEN
    assert "whoever asked is marked" in iris.post(page, {"act": "disowned"}, follow=True).content.decode()
    case.refresh_from_db()
    row = Representation.objects.get(case=case)
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.WITHDRAWN)
    assert (row.ruling, row.disowned_at is not None) == (Representation.Ruling.REFUSED, True)
    assert case.events.get(kind=EventKind.AUTHORITY_CONFIRMED).payload == {"answer": "no", "held": True}
    again = representation.seen(asked(person=OTTO))
    assert again is not None
    assert again.disowned == [case.reference]


def test_an_agent_without_any_mark_is_like_nobody() -> None:
    one, two = asked(), asked(person=OTTO)
    AgentMark.objects.all().delete()
    representation.answer(case_id=one.id, by=consumer(one.id), yes=False)
    seen = representation.seen(two)
    assert seen is not None
    assert seen.disowned == []
