"""Ada is forgotten by a company that has all of it: a clinic's charts, an archive that refuses, a drawer of paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from sqlalchemy import create_engine, insert

from requests_app import reasons
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome
from requests_app.models import Case, Notice, Obligation, PlanStep, RecordBatch, Restriction, User
from requests_app.permissions import staff
from requests_app.services import obligations, owed, restrictions
from tests.services.processes import eventually
from tests.stories.cases import closed
from tests.stories.house import SOURCES, SPECIAL, House
from tests.stories.papers import record_of
from umbs_privacy.demo import archive, crm, ehr, mailbox, paper, records_room
from umbs_privacy.demo.characters import ADA

pytestmark = [pytest.mark.slow, pytest.mark.browser]
CLINIC = "privacy@lakeview-clinic.example"
FINDINGS = "A finding that is the clinic's alone to tell."
PAPERS = "I agree to pay the balance of my account in six parts."
SWITCHED_OFF = "The old system was switched off and its disks were destroyed today."


@pytest.fixture
def chart(eight: House) -> dict[str, object]:
    """In this company the clinic has seen Ada, too."""
    patient = {"id": 900_001, "mrn": "LK-900001", "given_name": ADA.given_name, "surname": ADA.surname}
    patient |= {"email": ADA.email, "date_of_birth": ADA.date_of_birth}
    visit = {"id": 900_001, "patient_id": 900_001, "seen_on": date(2025, 3, 2), "reason": "Flu shot"}
    engine = create_engine(eight.urls["ehr"])
    with engine.begin() as connection:
        connection.execute(insert(ehr.patients), patient)
        connection.execute(insert(ehr.visits), visit | {"findings": FINDINGS})
    engine.dispose()
    return patient


def test_ada_is_forgotten_and_each_of_the_eight_systems_says_what_became_of_it(
    eight: House, chart: dict[str, object], tmp_path: Path
) -> None:
    statements = eight.rows("archive", archive.statements, account_number=ADA.account_number)
    ada, room = eight.consumer(ADA), eight.owner(records_room.ADDRESS)
    reference = ada.asks_for_deletion(residence="US-CA")
    ada.opens_the_status_page(reference)
    case = Case.objects.get(reference=reference)
    (scan := tmp_path / "plan.pdf").write_bytes(paper.pdf("Payment plan", [PAPERS]))
    room.finds(case, scan)

    anna, omar = eight.desk("anna"), eight.desk("omar")
    anna.waits_for(reference, "Approve this content")
    assert FINDINGS not in anna.reads_the_plan(reference)
    anna.approves(reference)
    omar.approves(reference)
    case = closed(reference)

    assert case.outcome == Outcome.PARTLY
    assert eight.rows("crm", crm.contacts, contact_id=ADA.contact_id) == []
    _the_clinic_keeps_its_charts(eight, case, chart)
    _the_archive_is_restricted(eight, case, statements)
    room.has_destroyed_it(case, on=timezone.localdate().isoformat())
    _the_drawer_is_settled(case)
    for row in late(case):
        owed.settle(obligation_id=row.id, by=staff(User.objects.get(username="omar")), note=SWITCHED_OFF, done=True)
    followed = case.notices.filter(kind=Notice.Kind.FOLLOW_UP, state=Notice.State.SENT)
    assert eventually(lambda: followed.count() == 1, within=60), "nobody told her that it is done"

    record = record_of(case)
    for name in (*SOURCES, *SPECIAL):
        assert name in record, f"the record says nothing of {name}"
    for code in ("TEC-11", "SCP-01", "OPS-04"):
        assert reasons.get(code).text.en in record
    assert FINDINGS not in record
    assert list(chain.verify(case)) == []


def _the_clinic_keeps_its_charts(eight: House, case: Case, chart: dict[str, object]) -> None:
    """Located, told, referred; nothing of the chart is with the case."""
    assert eight.rows("ehr", ehr.patients, id=chart["id"]) == [chart]
    assert [row["findings"] for row in eight.rows("ehr", ehr.visits, patient_id=chart["id"])] == [FINDINGS]
    assert case.searches.get(source_key="ehr").rows_found == 2
    assert not RecordBatch.objects.filter(search__case=case, search__source_key="ehr").exists()
    assert {step.result for step in case.steps.filter(source_key="ehr")} <= {"referred"}
    told = [mail for mail in mailbox.messages_in(eight.stage.var / "mailbox") if CLINIC in str(mail["To"])]
    assert len(told) == 1
    assert ADA.surname not in mailbox.text(told[0])
    assert case.notices.filter(kind=Notice.Kind.REFERRAL).exists()


def _the_archive_is_restricted(eight: House, case: Case, statements: list[dict[str, object]]) -> None:
    assert statements
    assert eight.rows("archive", archive.statements, account_number=ADA.account_number) == statements
    step = case.steps.get(source_key="archive")
    assert (step.result, step.reason, step.restricted_at is not None) == ("deferred", "TEC-11", True)
    waiting = case.obligations.get(source_key="archive", kind=Obligation.Kind.RETRY)
    assert (waiting.state, waiting.reason, waiting.due_on is not None) == (Obligation.State.OPEN, "TEC-11", True)
    assert Restriction.objects.filter(case_reference=case.reference).exists()
    assert restrictions.check("marketing", [("email", ADA.email)]).decision == restrictions.Decision.DENY


def _the_drawer_is_settled(case: Case) -> None:
    """Owed until the owner says that it is gone."""
    done = case.obligations.filter(source_key="cabinet", kind=Obligation.Kind.RETRY, state=Obligation.State.DONE)
    assert eventually(done.exists, within=60)
    step = case.steps.get(source_key="cabinet")
    assert (step.result, step.rows_left) == ("deleted", 0)
    assert "archive" in {row.source_key for row in late(case)}, "she is told once nothing is late, not before"
    assert not case.notices.filter(kind=Notice.Kind.FOLLOW_UP).exists()


def late(case: Case) -> list[Obligation]:
    """Deletions still owed that no law puts off."""
    rows = case.obligations.filter(kind=Obligation.Kind.RETRY, state__in=obligations.STANDING)
    return list(rows.exclude(step__action=PlanStep.Action.KEEP))
