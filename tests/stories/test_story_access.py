"""Ada asks what the company knows about her, and gets all of it and nothing about anybody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from requests_app.ledger import chain
from requests_app.models import Deliverable
from tests.stories.cases import closed, released, stands_still
from tests.stories.house import SOURCES, House
from tests.stories.papers import agrees_with_its_manifest, everything_in
from umbs_privacy.demo import billing, crm
from umbs_privacy.demo.characters import ADA, FAMILY_MAILBOX, NAMESAKE, THEO, VICTOR, never_disclosed, of_others

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_ada_gets_a_copy_of_what_is_hers(house: House, tmp_path: Path) -> None:
    ada = house.consumer(ADA)
    reference = ada.asks_for_a_copy(residence="US-CA")
    ada.opens_the_status_page(reference)

    anna, omar = house.desk("anna"), house.desk("omar")
    anna.waits_for(reference, "proposed redactions wait for a ruling")
    for source in SOURCES:
        assert source in anna.page.inner_text("body")
    anna.withholds_whatever_is_proposed(reference)
    anna.approves(reference)
    assert not released(reference), "one person alone has released a copy"
    omar.approves(reference)
    omar.waits_for(reference, "The record is filed")

    ada.opens_the_status_page(reference)
    ada.sees("Your copy is ready")
    copy = ada.collects_the_copy(tmp_path)
    told = everything_in(copy)

    for invoice in house.rows("billing", billing.invoices, account_number=ADA.account_number):
        assert invoice["invoice_number"] in told
    for ticket in house.rows("crm", crm.support_tickets, contact_id=ADA.contact_id):
        assert ticket["subject"] in told
    for source in SOURCES:
        assert source in told
    assert "could not be read" in told, "a paper that nobody could read is told, not hidden"
    for secret in (*never_disclosed(ADA), *of_others(ADA)):
        assert secret not in told
    for other in (THEO, NAMESAKE):
        for fact in (other.account_number, other.contact_id, other.email, other.date_of_birth.isoformat()):
            assert fact not in told, f"{fact} belongs to {other.email}"
    agrees_with_its_manifest(copy)

    case = closed(reference)
    assert case.deliverables.filter(kind=Deliverable.Kind.RECORD).count() == 1
    assert list(chain.verify(case)) == []


def test_victor_learns_nothing(house: House) -> None:
    """He knows what anybody can look up: her name, her address, her phone."""
    victor = house.consumer(VICTOR)
    reference = victor.asks_for_a_copy(residence="US-CA", phone=ADA.phone, account="")
    victor.opens_the_status_page(reference)
    stands_still(reference)
    seen = victor.page.content() + " ".join(str(letter) for letter in victor.letters())
    for fact in (ADA.account_number, ADA.email, ADA.contact_id):
        assert fact not in seen


def test_theo_cannot_ask_for_his_wife(house: House) -> None:
    """He knows her birthday and her account, answers her phone, and reads the family's mailbox."""
    theo = house.consumer(replace(ADA, email=FAMILY_MAILBOX))
    reference = theo.asks_for_a_copy(residence="US-CA")
    theo.opens_the_status_page(reference)
    stands_still(reference)
    assert ADA.contact_id not in theo.page.content()
