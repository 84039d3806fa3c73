"""In English and in Spanish, on the web: to be deleted and to be corrected, from the first page to the paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from requests_app.lifecycle import Outcome
from requests_app.models import CorrectionPlace
from requests_app.services import restrictions
from tests.stories.cases import closed, in_review
from tests.stories.house import House
from tests.stories.papers import has_it_in_hand
from tests.stories.people import LANGUAGES, player
from umbs_privacy.demo import billing, crm

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.parametrize("house", ["embedded"], indirect=True),
    pytest.mark.parametrize("language", LANGUAGES),
]
NEW = "214-555-0142"


def test_somebody_is_forgotten_where_it_may_be(house: House, language: str, tmp_path: Path) -> None:
    person = player("delete", language)
    one = house.consumer(person, language)
    invoices = house.rows("billing", billing.invoices, account_number=person.account_number)
    others = [row for row in house.rows("crm", crm.contacts) if row["contact_id"] != person.contact_id]
    reference = one.asks_for_deletion(residence="US-TX")
    one.opens_the_status_page(reference)
    in_review(reference)
    house.desk("anna").approves(reference)
    assert house.rows("crm", crm.contacts, contact_id=person.contact_id), "one person alone has deleted somebody"
    house.desk("omar").approves(reference)
    case = closed(reference)

    assert case.outcome == Outcome.PARTLY
    assert house.rows("crm", crm.contacts, contact_id=person.contact_id) == []
    assert house.rows("crm", crm.marketing_preferences, email=person.email) == []
    assert house.rows("billing", billing.invoices, account_number=person.account_number) == invoices
    (account,) = house.rows("billing", billing.accounts, account_number=person.account_number)
    assert (account["surname"], account["email"][:8]) == (person.surname, "removed-")
    assert account["ssn"] != person.ssn
    assert house.rows("crm", crm.contacts) == others, "somebody else was changed"
    acted = case.steps.filter(result__in=["deleted", "nulled", "pseudonymised", "trimmed"])
    assert {step.rows_left for step in acted} == {0}
    assert not case.steps.exclude(pk__in=acted).filter(restricted_at=None).exists()
    assert restrictions.check("marketing", [("email", person.email)]).decision == "deny"

    one.sees("What was deleted, and what was not")
    one.sees("We did part of what you asked. The record says which part we could not do, and why.")
    has_it_in_hand(one, case, tmp_path)


def test_somebody_has_a_phone_number_corrected(house: House, language: str, tmp_path: Path) -> None:
    person = player("correct", language)
    one = house.consumer(person, language)
    others = [row for row in house.rows("crm", crm.contacts) if row["contact_id"] != person.contact_id]
    what = {"en": "Phone number", "es": "Número de teléfono"}[language]
    reference = one.asks_for_corrections((what, person.phone, NEW), residence="US-TX")
    one.opens_the_status_page(reference)
    in_review(reference)
    anna, omar = house.desk("anna"), house.desk("omar")
    anna.corrects(reference, 1)
    anna.approves(reference)
    (contact,) = house.rows("crm", crm.contacts, contact_id=person.contact_id)
    assert digits(contact["phone"]) == digits(person.phone), "one person alone has corrected it"
    omar.approves(reference)
    case = closed(reference)

    assert case.outcome == Outcome.FULFILLED
    for source, table, where in (
        ("crm", crm.contacts, {"contact_id": person.contact_id}),
        ("billing", billing.accounts, {"account_number": person.account_number}),
    ):
        assert {digits(row["phone"]) for row in house.rows(source, table, **where)} == {digits(NEW)}
    changed = [row for row in house.rows("crm", crm.contacts) if row["contact_id"] != person.contact_id]
    assert changed == others, "somebody else was changed"
    places = CorrectionPlace.objects.filter(item__case=case, chosen=True)
    assert places.count() > 1
    assert {place.rows_left for place in places} <= {0, None}

    one.sees("What you asked us to correct")
    one.sees("We did what you asked.")
    has_it_in_hand(one, case, tmp_path)


def digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))[-10:]
