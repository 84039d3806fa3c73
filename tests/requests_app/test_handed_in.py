"""Proof and statement on a correction that come by phone, by mail, at the counter or from a program (11 CCR 7023)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from requests_app.exceptions import NotValid
from requests_app.lifecycle import Right
from requests_app.models import Case, EventKind, Evidence
from requests_app.permissions import Role, staff
from requests_app.services import correction, disputed, intake, repeated
from requests_app.services.disputed import Answer, DisputedFact
from requests_app.services.intake import Asked
from requests_app.vault import CaseVault
from tests.characters import ADA, OTTO, user
from tests.factories import gather, located, opened, prove
from tests.requests_app.api_client import CASES, act, problem, staff_client
from tests.requests_app.test_portal_correcting import WHY, done, ruled
from tests.requests_app.test_staff_pages import desk

pytestmark = pytest.mark.django_db
PHONE = "214-555-0107"
REFUSAL: dict[str, Any] = {"accept": False, "places": (), "ground": "information_accurate"}


@pytest.fixture(autouse=True)
def without_second_factor(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False


def in_review() -> Case:
    return located(gather(prove(opened(Right.CORRECT), signed=False)))


@pytest.fixture
def refused() -> Case:
    return done(ruled(in_review(), **REFUSAL, answer=Answer(WHY, health=True)))


def bill(content: bytes = b"My bill.") -> SimpleUploadedFile:
    return SimpleUploadedFile("bill.txt", content)


def page(case: Case, part: str = "handed-in/") -> str:
    return f"/staff/cases/{case.reference}/corrections/{part}"


# --- proof ---------------------------------------------------------------------------------------------------------


def test_it_takes_a_proof_from_phone_staff_who_see_nothing_of_the_sources() -> None:
    case, clerk = in_review(), desk(Role.INTAKE)
    text = clerk.get(page(case)).content.decode()
    assert "214-555-0199" in text
    assert "billing.accounts" not in text
    assert clerk.get(page(case, "")).status_code == 403
    assert clerk.post(page(case, "1/file/"), {"file": bill()})["Location"] == page(case)
    kept = case.corrections.get().evidence
    assert kept is not None
    assert kept.purpose == Evidence.Purpose.CORRECTION
    assert "bill.txt" in clerk.get(page(case)).content.decode()


def test_it_says_beside_the_file_what_is_wrong_with_it() -> None:
    case, clerk = in_review(), desk(Role.INTAKE)
    answer = clerk.post(page(case, "1/file/"), {"file": bill(b"")})
    assert answer.status_code == 400
    assert "This file is empty." in answer.content.decode()
    assert clerk.post(page(case, "2/file/"), {"file": bill()}).status_code == 404
    assert case.corrections.get().evidence is None


def test_it_takes_a_proof_from_a_program_until_it_is_decided(refused: Case) -> None:
    case, program = in_review(), staff_client(Role.INTAKE)
    address = f"{CASES}{case.reference}/corrections/1/file/"
    assert program.post(address, {"file": bill()}).status_code == 204
    assert case.corrections.get().evidence is not None
    problem(program.post(address, {"file": bill(b"MZ\x90\x00")}), 400, "not_valid")
    problem(program.post(address, {"fil": bill()}), 400, "not_valid")
    problem(program.post(address.replace("/1/", "/7/"), {"file": bill()}), 404, "not_found")
    problem(staff_client(Role.AUDITOR, scope="auditor").post(address, {"file": bill()}), 403, "not_allowed")
    problem(program.post(address.replace(case.reference, refused.reference), {"file": bill()}), 409, "wrong_state")


# --- statement -----------------------------------------------------------------------------------------------------


def test_it_takes_a_statement_that_was_said_or_written_on_paper(refused: Case) -> None:
    clerk = desk(Role.INTAKE)
    assert clerk.post(page(refused, "1/statement/"), {"text": "It is my number."})["Location"] == page(refused)
    assert "It is my number." in clerk.get(page(refused)).content.decode()
    event = refused.events.get(kind=EventKind.CORRECTION_STATED)
    assert (event.by, event.payload) == (user(Role.INTAKE), {"item": 1, "words": 4})


def test_it_loses_no_word_of_a_statement_that_is_too_long_or_out_of_place(refused: Case) -> None:
    clerk, open_one = desk(Role.INTAKE), in_review()
    too_long = clerk.post(page(refused, "1/statement/"), {"text": "word " * 251})
    assert too_long.status_code == 400
    assert "Shorten this to 250 words; it has 251." in too_long.content.decode()
    too_early = clerk.post(page(open_one, "1/statement/"), {"text": "It is my number."})
    assert too_early.status_code == 409
    assert "A statement can be added to health information that stays as it is." in too_early.content.decode()
    assert refused.corrections.get().stated_at is None


def test_it_takes_a_statement_from_a_program(refused: Case) -> None:
    program = staff_client(Role.INTAKE)
    answer = act(program, refused.reference, "state_correction", number=1, text="It is my number.")
    assert answer.status_code == 200, answer.content
    shown = staff_client().get(f"{CASES}{refused.reference}/corrections/").json()
    assert shown[0]["statement"] == "It is my number."
    problem(act(program, refused.reference, "state_correction", number=1), 400, "not_valid")
    problem(act(program, refused.reference, "state_correction", number=9, text="No such item."), 409, "wrong_state")


# --- the same again ------------------------------------------------------------------------------------------------


def again(person: Any = ADA, should_be: str = PHONE) -> Case:
    """Called by another name this time."""
    wrong = (DisputedFact("My telephone", "(214) 555-0199", should_be),)
    asked = Asked(Right.CORRECT, person, residence="US-CA", corrections=wrong)
    return located(gather(prove(intake.open_case(asked), signed=False)))


def refuse(case: Case) -> None:
    item = case.corrections.get()
    correction.rule(
        case_id=case.id,
        by=staff(user(Role.ANALYST)),
        number=1,
        seen=correction.version(item),
        accept=False,
        ground="correction_repeated",
        answer=Answer(WHY),
    )


def test_it_shows_where_the_same_was_refused_and_takes_that_as_a_ground(refused: Case) -> None:
    case = again()
    assert refused.reference in desk(Role.ANALYST).get(page(case, "")).content.decode()
    refuse(case)
    assert case.corrections.get().ground == "correction_repeated"


@pytest.mark.parametrize("what", ["another person", "another value", "seven months later", "not decided"])
def test_it_takes_no_such_ground_for_what_was_not_refused_lately(what: str, refused: Case) -> None:
    if what == "not decided":
        Case.objects.filter(pk=refused.pk).update(outcome="")
    moment = timezone.now() + timedelta(days=7 * 31 if what == "seven months later" else 0)
    with time_machine.travel(moment, tick=False):
        case = again(OTTO if what == "another person" else ADA, "214-555-0101" if what == "another value" else PHONE)
        assert refused.reference not in desk(Role.ANALYST).get(page(case, "")).content.decode()
        with pytest.raises(NotValid, match="no refusal of the same correction") as caught:
            refuse(case)
    assert caught.value.field == "ground"


def test_an_appeal_is_not_a_repetition_of_what_it_is_against(refused: Case) -> None:
    opened_again = act(staff_client(), refused.reference, "appeal", text="You have the wrong bill before you.")
    assert opened_again.status_code == 200, opened_again.content
    case = refused.appeals.get()
    said = disputed.said(case.corrections.get(), CaseVault.of(case.id))
    assert said.should_be == PHONE
    assert repeated.refused_before(case) == {}
