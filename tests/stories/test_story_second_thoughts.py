"""In English and in Spanish, on the web: to appeal a refusal, and to take a request back."""

from __future__ import annotations

from pathlib import Path

import pytest

from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, CaseLink, Clock
from tests.stories.cases import closed, in_review, released
from tests.stories.house import House
from tests.stories.papers import has_it_in_hand
from tests.stories.people import LANGUAGES, player
from umbs_privacy.demo import crm

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.parametrize("house", ["embedded"], indirect=True),
    pytest.mark.parametrize("language", LANGUAGES),
]
# What an officer explains goes out word for word, so it is written in the language of the request.
GROUND = "legal_duty_to_keep"
REASON = {
    "en": "The contract with your practice runs until March, and we must keep the account.",
    "es": "El contrato con su consultorio dura hasta marzo y debemos conservar la cuenta.",
}
UPHELD = {
    "en": "We read the contract again. It still runs until March, so the account stays.",
    "es": "Leímos otra vez el contrato. Sigue vigente hasta marzo, así que la cuenta se queda.",
}
WHY = {"en": "I left that practice last year.", "es": "Dejé ese consultorio el año pasado."}


def test_somebody_appeals_and_somebody_else_decides(house: House, language: str, tmp_path: Path) -> None:
    person = player("appeal", language)
    one = house.consumer(person, language)
    reference = one.asks_for_deletion(residence="US-TX")
    one.opens_the_status_page(reference)
    in_review(reference)
    omar, olga = house.desk("omar"), house.desk("olga")
    omar.refuses(reference, ground=GROUND, explanation=REASON[language])
    first = closed(reference)
    one.sees("If you disagree: appeal")
    assert REASON[language] in one.page.inner_text("main")

    again = one.appeals(WHY[language])
    second = Case.objects.get(reference=again)
    assert (second.appeal_of, second.state) == (first, State.IN_REVIEW)
    assert CaseLink.objects.filter(case=first, other=second, kind=CaseLink.Kind.APPEAL).exists()
    omar.refuses(again, ground=GROUND, explanation=UPHELD[language], answer="You had a part in the first decision")
    assert in_review(again).outcome == "", "whoever refused it has decided the appeal"
    olga.refuses(again, ground=GROUND, explanation=UPHELD[language])
    case = closed(again)

    assert (first.outcome, case.outcome) == (Outcome.REFUSED, Outcome.REFUSED)
    assert case.clocks.get(kind=Clock.Kind.APPEAL).ended == Clock.Ended.MET
    assert house.rows("crm", crm.contacts, contact_id=person.contact_id), "what was refused was done"
    one.opens_the_status_page(again)
    one.sees("This is our last word. You can turn to the public authority that oversees us:")
    assert UPHELD[language] in one.page.inner_text("main")
    has_it_in_hand(one, case, tmp_path)


def test_somebody_takes_it_back_and_nothing_happens(house: House, language: str, tmp_path: Path) -> None:
    person = player("back", language)
    one = house.consumer(person, language)
    before = house.rows("crm", crm.contacts)
    reference = one.asks_for_deletion(residence="US-TX")
    one.opens_the_status_page(reference)
    in_review(reference)
    one.takes_it_back()
    case = closed(reference)

    assert case.outcome == Outcome.WITHDRAWN
    assert case.first_effect_at is None
    assert not released(reference)
    assert house.rows("crm", crm.contacts) == before
    one.sees("You took the request back. You may ask again at any time.")
    has_it_in_hand(one, case, tmp_path)
