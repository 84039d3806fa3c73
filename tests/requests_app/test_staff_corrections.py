"""The page of corrections: what is wrong and where it stands, a ruling on each item, and two officers at one moment."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from requests_app.api.authentication import issue
from requests_app.lifecycle import Right, State
from requests_app.models import Case, CorrectionItem, EventKind
from requests_app.permissions import Role, consumer, staff
from requests_app.services import correction, disputed, holds, intake, messages, review
from requests_app.services.correction import version
from requests_app.services.disputed import DisputedFact
from requests_app.services.intake import Asked
from requests_app.vault import CaseVault
from tests.characters import ADA, user
from tests.factories import WRONG_PLACE, gather, located, prove
from tests.requests_app.test_staff_pages import desk, now, path, said

pytestmark = pytest.mark.django_db
PHONE = DisputedFact("Phone number", "214-555-0199", "214-555-0107")
CITY = DisputedFact("City", "Dallas", "Garland")
WHY = "The bill that you sent shows the number that we hold."
Ruling = CorrectionItem.Ruling


@pytest.fixture(autouse=True)
def without_second_factor(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False


@pytest.fixture
def case() -> Case:
    """Two items: the phone stands in two places, of which one is about her; the city stands nowhere."""
    asked = Asked(Right.CORRECT, ADA, residence="US-CA", corrections=(PHONE, CITY))
    case = gather(prove(intake.open_case(asked), signed=False))
    return located(case, WRONG_PLACE, replace(WRONG_PLACE, collection="billing.firms", proposed=False))


def form(case: Case, number: int, **answers: Any) -> dict[str, Any]:
    item = case.corrections.get(number=number)
    answers = {"seen": version(item), **answers}
    return {f"item-{number}-{name}": value for name, value in answers.items()}


def places(case: Case, **where: Any) -> list[str]:
    return [str(place.id) for place in case.corrections.get(number=1).places.filter(**where)]


def rule(client: Client, case: Case, number: int, **answers: Any) -> Any:
    return client.post(path(case, f"corrections/{number}/"), form(case, number, **answers))


def test_it_shows_what_is_wrong_where_it_stands_and_how_the_source_got_it(case: Case) -> None:
    file = messages.upload(case_id=case.id, by=consumer(case.id), name="bill.txt", parts=[b"My bill."])
    correction.attach(case_id=case.id, by=consumer(case.id), number=1, evidence_id=file.id)
    page = desk(Role.ANALYST).get(path(case, "corrections/"))
    text = page.content.decode()
    for shown in (*PHONE.__dict__.values(), *CITY.__dict__.values(), "(214) 555-0199", "billing.firms.phone"):
        assert shown in text
    assert "from the person, from a lead generation company" in text
    assert f"/staff/cases/{case.reference}/files/{file.id}/" in text
    assert "No source holds this value" in text
    ticked = re.findall(r'value="([-0-9a-f]+)" checked', text)
    assert ticked == places(case, collection="billing.accounts"), "only what is about the person is proposed"


def test_it_writes_down_that_somebody_looked(case: Case) -> None:
    desk(Role.ANALYST).get(path(case, "corrections/"))
    assert case.events.filter(kind=EventKind.RECORDS_VIEWED).latest("sequence").payload == {"count": 2, "page": 1}


def test_the_case_page_leads_to_it_with_how_many_there_are(case: Case) -> None:
    text = desk(Role.ANALYST).get(path(case)).content.decode()
    assert "Corrections (2)" in text
    assert "2 corrections wait for a ruling." in text
    assert "Approve this content" not in text


def test_it_keeps_a_ruling_in_the_places_that_were_ticked(case: Case) -> None:
    anna = desk(Role.ANALYST)
    answer = rule(anna, case, 1, ruling="accept", places=places(case, collection="billing.firms"))
    assert answer.status_code == 302
    assert case.corrections.get(number=1).ruling == Ruling.ACCEPTED
    assert places(case, chosen=True) == places(case, collection="billing.firms")
    assert case.preparers.filter(user__username="anna").exists()


def test_it_refuses_on_a_ground_of_the_law_with_words_for_the_consumer(case: Case) -> None:
    answer = rule(desk(), case, 1, ruling="refuse", ground="information_accurate", explanation=WHY, health="on")
    assert answer.status_code == 302
    item = case.corrections.get(number=1)
    assert (item.ruling, item.ground) == (Ruling.REFUSED, "information_accurate")
    text = desk().get(path(case, "corrections/")).content.decode()
    assert WHY in text


def test_a_note_for_colleagues_is_kept_apart_from_what_the_consumer_is_told(case: Case) -> None:
    answer = rule(desk(), case, 2, ruling="accept", explanation="We corrected your city.", note="Ask billing why.")
    assert answer.status_code == 302
    assert [text for _, text in messages.read(case, notes=True)] == ["On correction 2: Ask billing why."]
    assert messages.read(case, notes=False) == []
    item = case.corrections.get(number=2)
    assert disputed.answered(item, CaseVault.of(case.id)).explanation == "We corrected your city."


def test_it_calls_only_the_note_optional_since_a_refusal_needs_the_rest(case: Case) -> None:
    text = desk().get(path(case, "corrections/")).content.decode()
    labels = re.findall(r'<label class="usa-label"[^>]*>(.*?)</label>', text, re.DOTALL)
    assert {label.partition(" <")[0] for label in labels if "(optional)" in label} == {"Internal note"}


def test_a_hold_on_the_collection_is_seen_before_anybody_rules(case: Case) -> None:
    holds.place_on_source(
        by=staff(user(Role.OFFICER)), source_key="billing", collection="billing.firms", ground="Matter 26-114"
    )
    text = desk().get(path(case, "corrections/")).content.decode()
    assert text.count("held: Matter 26-114") == 1
    assert "Left as it is while the hold stands" in text
    assert case.events.filter(kind=EventKind.HOLD_PLACED).exists()


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, "Choose whether it is corrected or stays as it is."),
        ({"ruling": "refuse", "ground": "information_accurate", "explanation": "No."}, "Explain to the consumer"),
        ({"ruling": "refuse", "explanation": WHY}, "Choose the ground on which it stays as it is."),
        ({"ruling": "refuse", "ground": "needed_for_service", "explanation": WHY}, "Select a valid choice"),
        ({"ruling": "accept", "explanation": WHY}, "Choose at least one place"),
        ({"ruling": "accept", "places": ["elsewhere"], "explanation": WHY}, "Select a valid choice"),
        ({"ruling": "refuse", "ground": "fraud", "explanation": "x" * 5001}, "at most 5000 characters"),
    ],
)
def test_it_says_what_is_missing_and_loses_nothing(case: Case, answers: dict[str, Any], told: str) -> None:
    page = rule(desk(), case, 1, **answers)
    assert page.status_code == 400
    assert told in page.content.decode()
    assert answers.get("explanation", "") in page.content.decode()
    assert case.corrections.get(number=1).ruling == Ruling.OPEN


def test_two_officers_at_the_same_moment_overwrite_nothing_and_lose_nothing(case: Case) -> None:
    cleo, cato = desk(Role.OFFICER), desk(Role.OFFICER, "cato")
    meanwhile = form(case, 1, ruling="refuse", ground="information_accurate", explanation=WHY)
    rule(cleo, case, 1, ruling="accept", places=places(case, chosen=True))
    page = cato.post(path(case, "corrections/1/"), meanwhile)
    assert page.status_code == 409
    text = page.content.decode()
    assert "Somebody else ruled on this correction" in text
    assert WHY in text
    assert "cleo" in text
    assert case.corrections.get(number=1).ruling == Ruling.ACCEPTED
    again = cato.post(path(case, "corrections/1/"), form(case, 1, ruling="refuse", ground="fraud", explanation=WHY))
    assert again.status_code == 302
    assert case.corrections.get(number=1).ruling == Ruling.REFUSED


def test_the_page_after_a_conflict_carries_what_has_now_been_seen(case: Case) -> None:
    late = form(case, 1, ruling="refuse", ground="fraud", explanation=WHY)
    rule(desk(), case, 1, ruling="accept", places=places(case, chosen=True))
    page = desk(Role.OFFICER, "cato").post(path(case, "corrections/1/"), late)
    assert version(case.corrections.get(number=1)) in page.content.decode()


def test_it_is_approved_only_when_every_item_is_ruled_on(case: Case) -> None:
    cleo = desk()
    rule(cleo, case, 1, ruling="accept", places=places(case, chosen=True))
    case = now(case)
    page = cleo.post(path(case, "decide/approve/"), {"approve-digest": case.content_digest}, follow=True)
    assert "Rule on every correction first." in said(page)
    rule(cleo, case, 2, ruling="accept")
    assert "Every correction is ruled on." in cleo.get(path(case, "corrections/")).content.decode()
    case = now(case)
    cleo.post(path(case, "decide/approve/"), {"approve-digest": case.content_digest})
    desk(Role.OFFICER, "cato").post(path(case, "decide/approve/"), {"approve-digest": case.content_digest})
    assert now(case).state == State.FULFILLING


def test_it_takes_no_ruling_after_the_approval(case: Case) -> None:
    late = form(case, 1, ruling="accept", places=places(case, chosen=True))
    review.deny(case_id=case.id, by=staff(user(Role.OFFICER)), ground="fraud", explanation=WHY)
    page = desk(Role.ANALYST).post(path(case, "corrections/1/"), late)
    assert page.status_code == 409
    assert "This case is not in review." in page.content.decode()


def test_it_knows_no_other_item(case: Case) -> None:
    assert desk().post(path(case, "corrections/3/"), {}).status_code == 404


# --- the same over the API ---------------------------------------------------------------------------------------


def call(case: Case, role: Role, tail: str, data: dict[str, Any] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {issue(user(role), scope='staff', second_factor=True)}"}
    at = f"/api/v1/cases/{case.reference}/{tail}/"
    if data is None:
        return Client().get(at, headers=headers)
    return Client().post(at, data, content_type="application/json", headers=headers)


def test_the_api_rules_on_what_it_was_shown(case: Case) -> None:
    first, second = call(case, Role.ANALYST, "corrections").json()
    assert (first["what"], first["stands"], second["places"]) == ("Phone number", "214-555-0199", [])
    chosen = [place["id"] for place in first["places"] if place["chosen"]]
    ruling = {"number": 1, "seen": first["seen"], "accept": True, "places": chosen}
    assert call(case, Role.ANALYST, "rule_correction", ruling).status_code == 200
    assert call(case, Role.ANALYST, "rule_correction", ruling).json()["code"] == "wrong_state"
    refusal = {"number": 2, "seen": second["seen"], "accept": False, "ground": "fraud", "explanation": WHY}
    assert call(case, Role.ANALYST, "rule_correction", refusal).status_code == 200
    assert [one["ruling"] for one in call(case, Role.OFFICER, "corrections").json()] == ["accepted", "refused"]


def test_the_api_names_the_grounds_in_words_and_keeps_a_note(case: Case) -> None:
    seen = version(case.corrections.get(number=2))
    refusal = {"number": 2, "seen": seen, "accept": False, "ground": "none", "explanation": WHY, "note": "Rang twice."}
    told = call(case, Role.ANALYST, "rule_correction", refusal).json()
    assert "Denied within six months, nothing new (correction_repeated)" in str(told)
    assert call(case, Role.ANALYST, "rule_correction", refusal | {"ground": "fraud"}).status_code == 200
    assert [text for _, text in messages.read(case, notes=True)] == ["On correction 2: Rang twice."]


@pytest.mark.parametrize(
    ("role", "ruling", "status"),
    [
        (Role.INTAKE, {"number": 1, "seen": "x", "accept": True}, 403),
        (Role.ANALYST, {"number": 1, "seen": "x", "accept": True}, 409),
        (Role.ANALYST, {"number": 9, "seen": "x", "accept": True}, 404),
        (Role.ANALYST, {"number": 1, "seen": "x"}, 400),
        (Role.ANALYST, {"seen": "x", "accept": True}, 400),
        (Role.ANALYST, {"number": 1, "seen": "x", "accept": True, "places": ["here"]}, 400),
    ],
)
def test_the_api_says_why_it_takes_no_ruling(case: Case, role: Role, ruling: dict[str, Any], status: int) -> None:
    assert call(case, role, "rule_correction", ruling).status_code == status
