"""Ada's phone number is wrong everywhere; she says so once, and each system has the new one in its own form."""

from __future__ import annotations

import re

import pytest

from requests_app.ledger import chain
from requests_app.models import CorrectionPlace, Deliverable
from tests.stories.cases import closed
from tests.stories.house import House
from umbs_privacy.demo import billing, crm
from umbs_privacy.demo.characters import ADA, THEO

pytestmark = [pytest.mark.slow, pytest.mark.browser]
NEW = "916-555-0142"
PHONE = ("Phone number", ADA.phone, NEW)
JOB = ("Job title", ADA.job_title, "Practice manager")
WHY = "The form that you signed last year names you as office manager."


def digits(number: str) -> str:
    return re.sub(r"\D", "", number)[-10:]


def shape(number: str) -> str:
    return re.sub(r"\d", "0", number)


@pytest.mark.parametrize("house", [pytest.param("production", marks=pytest.mark.postgres)], indirect=True)
def test_ada_has_her_phone_number_corrected_and_learns_why_her_job_title_stays(house: House) -> None:
    before = house.rows("crm", crm.contacts, contact_id=ADA.contact_id)[0]["phone"]
    his = house.rows("crm", crm.contacts, contact_id=THEO.contact_id)
    ada = house.consumer(ADA)
    reference = ada.asks_for_corrections(PHONE, JOB, residence="US-CA")
    ada.opens_the_status_page(reference)
    ada.sees("What you asked us to correct")

    anna, omar = house.desk("anna"), house.desk("omar")
    anna.waits_for(reference, "2 corrections wait for a ruling")
    anna.corrects(reference, 1)
    anna.leaves(reference, 2, ground="information_accurate", explanation=WHY)
    anna.approves(reference)
    assert house.rows("crm", crm.contacts, contact_id=ADA.contact_id)[0]["phone"] == before
    omar.approves(reference)
    omar.waits_for(reference, "The record is filed")

    after = house.rows("crm", crm.contacts, contact_id=ADA.contact_id)[0]
    assert (digits(after["phone"]), shape(after["phone"])) == (digits(NEW), shape(before))
    assert after["job_title"] == ADA.job_title
    assert house.rows("crm", crm.contacts, contact_id=THEO.contact_id) == his
    for account in house.rows("billing", billing.accounts, account_number=ADA.account_number):
        assert digits(account["phone"]) == digits(NEW)

    ada.opens_the_status_page(reference)
    ada.sees("We did part of what you asked.")
    told = ada.page.inner_text("main")
    for words in ("Corrected", "Stays as it is", WHY, "11 CCR 7023(b)", "If you disagree: appeal"):
        assert words in told
    assert any("Job title: Stays as it is" in str(mail.get_body(("plain",))) for mail in ada.letters())

    case = closed(reference)
    places = CorrectionPlace.objects.filter(item__case=case, item__number=1, chosen=True)
    assert places.count() > 1
    assert {place.rows_left for place in places} <= {0, None}
    assert case.deliverables.filter(kind=Deliverable.Kind.RECORD).count() == 1
    assert list(chain.verify(case)) == []
