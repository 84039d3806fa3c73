"""Nora wants the company to stop selling and sharing what it knows about her, and need not prove who she is."""

from __future__ import annotations

import pytest

from requests_app.lifecycle import Outcome
from requests_app.models import SuppressionResult
from tests.services.processes import eventually
from tests.stories.cases import closed
from tests.stories.house import SOURCES, House
from umbs_privacy.demo import crm
from umbs_privacy.demo.characters import NORA

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize("house", [pytest.param("production", marks=pytest.mark.postgres)], indirect=True)
def test_nora_is_left_alone_from_now_on(house: House) -> None:
    nora = house.consumer(NORA)
    everybody = house.rows("crm", crm.leads, do_not_market=False)

    (reference,) = nora.opts_out(residence="US-TX")
    case = closed(reference)

    assert case.outcome == Outcome.FULFILLED
    (preference,) = house.rows("crm", crm.marketing_preferences, email=NORA.email)
    assert (preference["opted_out"], preference["share_with_partners"]) == (True, False)
    assert all(upload["excluded"] for upload in house.rows("crm", crm.audience_uploads, email=NORA.email))
    others = house.rows("crm", crm.leads, do_not_market=False)
    assert others == [lead for lead in everybody if lead["email"] != NORA.email], "somebody else was changed"

    answers = {answer.source_name: answer.result for answer in case.suppressions.all()}
    assert set(answers) == set(SOURCES), "a source was not asked"
    assert answers["CRM and marketing leads"] == SuppressionResult.Result.WRITTEN

    assert eventually(lambda: len(nora.letters()) == 2), [str(letter["Subject"]) for letter in nora.letters()]
    nora.opens_the_status_page(reference)
    nora.sees("We did what you asked")
    iris = house.desk("iris")
    iris.waits_for(reference, "The record is filed")
