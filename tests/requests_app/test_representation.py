"""Somebody acts for the person: what proves it, who says so, and that nothing leaves before (11 CCR 7063, 7026(j))."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from requests_app.casefile import write
from requests_app.exceptions import NotAllowed, NotValid, Refused, WrongState
from requests_app.lifecycle import Outcome, State
from requests_app.models import Attention, Case, EventKind, Evidence, Level, Notice, OneTimeCode, Representation
from requests_app.permissions import SYSTEM, Role, Verb, consumer, staff
from requests_app.services import codes, intake, representation
from requests_app.services.agent import AgentFacts
from requests_app.services.intake import Asked
from requests_app.services.notices import content
from requests_app.services.transition import move
from tests import factories
from tests.characters import ADA, BEN, user

pytestmark = pytest.mark.django_db
PERMISSION = b"I let Ben Tolliver act for me. Signed, Ada Quillfeather"
REASON = "Signed and dated; the signature agrees with the letter that we hold."


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


def asked(right: str = "access", *, agent: AgentFacts = BEN, **changes: Any) -> Case:
    request = Asked(right, ADA, residence="US-CA", relationship="patient", on_behalf_of=agent)
    return intake.open_case(replace(request, **changes))


def officer(name: str = "") -> Any:
    return staff(user(Role.OFFICER, name))


def show(case: Case, *, content: bytes = PERMISSION, name: str = "permission.txt") -> Evidence:
    return representation.show(case_id=case.id, by=staff(user(Role.INTAKE)), name=name, parts=[content])


def accept(case: Case, *, name: str = "") -> Case:
    return representation.rule(case_id=case.id, by=officer(name), accept=True, reason=REASON)


def confirm_address(case: Case, *, on_file: bool = True) -> None:
    codes.enter(case.reference, factories.code_for(case), [OneTimeCode.Purpose.STATUS])
    write.record_match(case.id, kinds=["email"] if on_file else [], on_file=["email:0"] if on_file else [])


def fresh(case: Case) -> Case:
    found: Case = Case.objects.get(pk=case.pk)
    return found


# --- an opt-out: the signed permission alone ---------------------------------------------------------------------


def test_it_carries_out_no_opt_out_before_the_permission_is_accepted() -> None:
    case = asked("opt_out_sale_sharing")
    assert (case.state, case.attention) == (State.RECEIVED, Attention.AUTHORITY)
    assert case.gate_refusals() == ["authority"]
    with pytest.raises(WrongState):
        move(case.id, Verb.BEGIN, by=SYSTEM)
    show(case)
    assert accept(case).state == State.FULFILLING
    assert (fresh(case).attention, fresh(case).gate_refusals()) == (Attention.NONE, [])


def test_it_asks_the_person_nothing_for_an_opt_out() -> None:
    case = asked("opt_out_sale_sharing")
    assert not case.notices.filter(kind=Notice.Kind.AUTHORITY).exists()


def test_it_carries_out_an_opt_out_that_the_person_asks_for_at_once() -> None:
    assert factories.opened("opt_out_sale_sharing").state == State.FULFILLING


# --- a copy: the permission, and the person's own word or identity -------------------------------------------------


def test_it_asks_the_person_at_their_own_address_whether_it_is_true() -> None:
    case = asked()
    told = content(case.notices.get(kind=Notice.Kind.AUTHORITY))
    assert told["to"] == ADA.emails[0]
    assert case.state == State.VERIFYING


def test_it_accepts_a_permission_that_the_person_confirms() -> None:
    case = asked()
    show(case)
    with pytest.raises(NotValid, match="neither confirmed"):
        accept(case)
    confirm_address(case)
    representation.answer(case_id=case.id, by=consumer(case.id), yes=True)
    accept(case)
    row = Representation.objects.get(case=case)
    assert (row.ruling, row.ruled_by) == (Representation.Ruling.ACCEPTED, user(Role.OFFICER))
    assert representation.reason(row) == REASON
    assert fresh(case).preparers.filter(user=user(Role.OFFICER)).exists()
    assert fresh(case).gate_refusals() == ["identity", "approvals"], "whoever may ask has still to be found"


def test_it_accepts_a_permission_once_the_person_proved_identity() -> None:
    case = asked()
    show(case)
    factories.prove(case)
    assert fresh(case).identity_level == Level.HIGH
    accept(case)
    assert "authority" not in fresh(case).gate_refusals()


def test_it_releases_nothing_while_the_permission_is_open() -> None:
    case = factories.gather(factories.prove(asked()))
    case = factories.approved(factories.ruled(factories.propose(case)))
    assert (case.state, case.gate_refusals()) == (State.IN_REVIEW, ["authority"])
    show(case)
    accept(case, name="otilia")
    assert fresh(case).gate_refusals() == []


def test_it_ends_when_the_person_says_no() -> None:
    case = asked()
    confirm_address(case)
    ended = representation.answer(case_id=case.id, by=consumer(case.id), yes=False)
    assert (ended.state, ended.outcome) == (State.RECORDING, Outcome.WITHDRAWN)
    assert Representation.objects.get(case=case).ruling == Representation.Ruling.REFUSED
    assert case.notices.filter(kind=Notice.Kind.WITHDRAWN).exists()
    with pytest.raises(WrongState):
        accept(case)


# --- power of attorney, parents, executors -------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{"power_of_attorney": True}, {"kind": "parent"}, {"kind": "executor"}])
def test_it_asks_the_person_nothing_beside_a_power_of_attorney_or_the_courts_paper(changes: dict[str, Any]) -> None:
    case = asked(agent=replace(BEN, **changes))
    assert not case.notices.filter(kind=Notice.Kind.AUTHORITY).exists()
    show(case)
    accept(case)
    assert "authority" not in fresh(case).gate_refusals()


# --- impostors -----------------------------------------------------------------------------------------------------


def test_it_never_accepts_what_nobody_showed() -> None:
    case = asked("opt_out_sale_sharing", agent=replace(BEN, power_of_attorney=True))
    with pytest.raises(NotValid, match="No permission was shown"):
        accept(case)
    assert fresh(case).state == State.RECEIVED


def test_it_counts_no_yes_from_an_address_that_no_source_held() -> None:
    """The agent gives a second mailbox of his own as the person's, reads the code there, and says yes."""
    case = asked()
    show(case)
    confirm_address(case, on_file=False)
    representation.answer(case_id=case.id, by=consumer(case.id), yes=True)
    with pytest.raises(NotValid, match="address on file"):
        accept(case)
    said = case.events.get(kind=EventKind.AUTHORITY_CONFIRMED).payload
    assert said == {"answer": "yes", "held": False}


def test_it_flags_a_permission_that_was_handed_in_for_another_person() -> None:
    first, second = asked(), asked()
    assert not show(first).is_repeated
    forged = show(second)
    assert forged.is_repeated
    assert second.events.get(kind=EventKind.AUTHORITY_SHOWN).payload == {"evidence": str(forged.id), "repeated": True}
    for case in (first, second):
        with pytest.raises(WrongState, match="another officer"):
            accept(case)
    same_visit = intake.open_visit([Asked("access", ADA, residence="US-CA", on_behalf_of=BEN)] * 2)
    other = b"another"
    assert [show(case, content=other).is_repeated for case in same_visit] == [False, False], (
        "one paper for two requests"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nothing.pdf", b""),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("page.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("archive.pdf", b"PK\x03\x04" + b"\x00" * 40),
    ],
)
def test_it_takes_only_files_that_are_what_they_say(name: str, content: bytes) -> None:
    case = asked()
    with pytest.raises(NotValid) as refused:
        show(case, name=name, content=content)
    assert refused.value.field == "file"
    assert not case.evidence.exists()


def test_it_stops_reading_a_file_of_200_megabytes_at_the_limit(settings: Settings) -> None:
    read = 0

    def parts() -> Any:
        nonlocal read
        yield PERMISSION
        for _ in range(200):
            read += 1
            yield b"\x00" * 1024 * 1024

    case = asked()
    with pytest.raises(NotValid, match="larger than"):
        representation.show(case_id=case.id, by=consumer(case.id), name="permission.txt", parts=parts())
    assert read <= settings.UMBS_UPLOAD_MAX_BYTES // 1024 // 1024 + 1
    assert not case.evidence.exists()


# --- rulings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", ["access", "opt_out_sale_sharing"])
@pytest.mark.parametrize("residence", ["US-CA", "US-TX", "US-OR"])
def test_it_refuses_an_agent_with_the_ground_and_the_reason(right: str, residence: str) -> None:
    case = asked(right, agent=replace(BEN, kind="guardian"), residence=residence)
    show(case)
    refused = representation.rule(case_id=case.id, by=officer(), accept=False, reason="The signature is a copy.")
    assert (refused.state, refused.outcome, refused.ground) == (State.RECORDING, Outcome.REFUSED, "agent_unproven")
    told = content(case.notices.get(kind=Notice.Kind.DENIAL, key=f"{case.id}:denial:{case.entry}"))
    assert told["parameters"]["explanation"] == "The signature is a copy."
    assert refused.attention == Attention.NONE


def test_it_wants_a_reason_and_an_officer() -> None:
    case = asked("opt_out_sale_sharing")
    show(case)
    with pytest.raises(NotValid) as refused:
        representation.rule(case_id=case.id, by=officer(), accept=True, reason="ok")
    assert refused.value.field == "reason"
    for role in (Role.INTAKE, Role.ANALYST, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            representation.rule(case_id=case.id, by=staff(user(role)), accept=True, reason=REASON)
    with pytest.raises(NotAllowed):
        representation.answer(case_id=case.id, by=officer(), yes=True)
    with pytest.raises(NotAllowed):
        representation.show(case_id=case.id, by=consumer(asked().id), name="permission.txt", parts=[PERMISSION])


def test_it_rules_only_where_somebody_asks_for_somebody() -> None:
    case = factories.opened()
    with pytest.raises(WrongState):
        show(case)
    with pytest.raises(WrongState):
        accept(case)


@pytest.mark.slow
def test_it_takes_one_ruling_from_two_officers_at_the_same_moment(fresh_stage: object) -> None:
    del fresh_stage
    case = asked("opt_out_sale_sharing")
    show(case)
    officers = [officer("cleo"), officer("cato")]
    start, results = threading.Barrier(2), []

    def decide(by: Any, *, accept: bool) -> None:
        start.wait()
        try:
            representation.rule(case_id=case.id, by=by, accept=accept, reason=REASON)
            results.append("ruled")
        except Refused as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(by,), kwargs={"accept": number == 0})
        for number, by in enumerate(officers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["ruled", "wrong_state"]
    assert case.events.filter(kind=EventKind.AUTHORITY_RULED).count() == 1
