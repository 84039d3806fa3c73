"""Ada wants to be forgotten: what may go goes, what the law keeps is locked, and she is told which is which."""

from __future__ import annotations

import pytest

from requests_app.ledger import chain
from requests_app.lifecycle import Outcome
from requests_app.models import Deliverable, PlanStep
from requests_app.services import restrictions
from tests.services.processes import eventually
from tests.stories.cases import closed
from tests.stories.house import SOURCES, House
from umbs_privacy.demo import analytics, billing, crm
from umbs_privacy.demo.characters import ADA, NAMESAKE, NORA, THEO

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize("house", [pytest.param("production", marks=pytest.mark.postgres)], indirect=True)
def test_ada_is_forgotten_where_it_may_be(house: House) -> None:
    ada = house.consumer(ADA)
    strangers = [lead for lead in house.rows("crm", crm.leads) if lead["full_name"] != ADA.name]
    invoices = house.rows("billing", billing.invoices, account_number=ADA.account_number)
    reference = ada.asks_for_deletion(residence="US-CA")
    ada.opens_the_status_page(reference)

    anna, omar = house.desk("anna"), house.desk("omar")
    anna.waits_for(reference, "Approve this content")
    plan = anna.reads_the_plan(reference)
    for words in (*SOURCES, "Medicare billing documents", "Tax and accounting", "crm.contacts"):
        assert words in plan
    anna.approves(reference)
    assert house.rows("crm", crm.contacts, contact_id=ADA.contact_id), "one person alone has deleted somebody"
    omar.approves(reference)
    case = closed(reference)

    assert case.outcome == Outcome.PARTLY
    assert house.rows("crm", crm.contacts, contact_id=ADA.contact_id) == []
    assert house.rows("crm", crm.marketing_preferences, email=ADA.email) == []
    assert house.rows("billing", billing.account_notes, account_number=ADA.account_number) == []
    assert house.rows("analytics", analytics.sessions, visitor_id=ADA.visitor_id) == []
    (visitor,) = house.rows("analytics", analytics.visitors, visitor_id=ADA.visitor_id)
    assert (visitor["city"][:8], visitor["contact_id"]) == ("removed-", None)
    assert house.rows("billing", billing.invoices, account_number=ADA.account_number) == invoices
    (account,) = house.rows("billing", billing.accounts, account_number=ADA.account_number)
    assert (account["surname"], account["email"][:8]) == (ADA.surname, "removed-")
    assert account["ssn"] != ADA.ssn
    assert [lead for lead in house.rows("crm", crm.leads) if lead["full_name"] != ADA.name] == strangers
    for other in (THEO, NAMESAKE, NORA):
        assert house.rows("crm", crm.contacts, contact_id=other.contact_id), f"{other.email} was deleted too"

    acted = case.steps.filter(result__in=["deleted", "nulled", "pseudonymised", "trimmed"])
    assert {step.rows_left for step in acted} == {0}
    assert not acted.filter(asked_again_at=None).exists()
    left = case.steps.exclude(pk__in=acted)
    assert {step.result for step in left} == {PlanStep.Result.KEPT, PlanStep.Result.DEFERRED}
    assert not left.filter(restricted_at=None).exists()
    assert restrictions.check("marketing", [("email", ADA.email)]).decision == restrictions.Decision.DENY
    assert case.obligations.filter(kind="recheck").exists()

    assert eventually(lambda: any("records stay" in words for words in ada.words()), within=60)
    ada.opens_the_status_page(reference)
    ada.sees("What was deleted, and what was not")
    told = ada.page.inner_text("main")
    assert "Tax law requires us" in told
    assert "Not yet deleted" in told
    assert case.deliverables.filter(kind=Deliverable.Kind.RECORD).count() == 1
    assert list(chain.verify(case)) == []
