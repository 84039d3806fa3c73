"""Whoever had their data deleted is restricted at every address of theirs, and nobody else is at any of hers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from fulfillment import learned, sources
from requests_app.services import restrictions
from tests.fulfillment.deletions import MAIL, carried_out, planned
from tests.fulfillment.estate import EMAIL, ID, NAME, PHONE, Estate
from tests.services.stage import Stage

pytestmark = pytest.mark.slow


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"], UMBS_COOLING_OFF_HOURS=0):
        yield Estate(tmp_path)


def test_it_restricts_what_her_own_rows_taught_but_nothing_that_is_somebody_else_s_too(estate: Estate) -> None:
    ada = {"email": MAIL, "name": "Ada Quillfeather", "phone": "", "sponsor": "nora@example.org"}
    people = [
        ada | {"id": 1, "other": "ada.before@example.org", "phone": "(469) 555-0177"},
        ada | {"id": 2, "other": "theo@example.org", "phone": "469 555 0188"},
        ada | {"id": 3, "other": "nora@example.org"},
        {"id": 4, "email": "theo@example.org", "name": "Theo Oakley", "phone": "+1 469-555-0188"},
    ]
    given = dict.fromkeys(("other", "sponsor"), "")
    estate.fill("crm", {"people": [given | one for one in people]})
    sponsor = {"data_categories": ["user.contact.email"], "fides_meta": {"umbs": {"person_of": "other"}}}
    fields = {"id": ID, "email": EMAIL, "other": EMAIL, "phone": PHONE, "name": NAME, "sponsor": sponsor}
    estate.connect("crm", {"people": fields})
    case = planned()
    assert case.steps.get(reason="LEG-11").rows == 5, "the approval does not say how many are restricted"
    carried_out(case)
    denied = [("email", "ada.before@example.org"), ("phone", "469-555-0177")]
    free = [("email", "theo@example.org"), ("phone", "469-555-0188"), ("email", "nora@example.org")]
    answers = [restrictions.check("marketing", [one]).decision for one in (*denied, *free)]
    assert answers == ["deny", "deny", "allow", "allow", "allow"]


def test_it_learns_nothing_of_somebody_whose_name_nobody_gave(estate: Estate) -> None:
    estate.fill("crm", {"people": [{"id": 1, "email": MAIL, "phone": "(469) 555-0177"}]})
    estate.connect("crm", {"people": {"id": ID, "email": EMAIL, "phone": PHONE}})
    (source,) = sources.maps()
    found = list(learned.rows_about(source, {"crm.people": [{"email": MAIL, "phone": "(469) 555-0177"}]}))
    facts = {"email": (MAIL,), "phone": (), "account": (), "name": ("Ada Quillfeather",)}
    assert learned.in_rows(found, facts) == {("phone", "(469) 555-0177")}
    assert learned.in_rows(found, facts | {"name": ()}) == set()
