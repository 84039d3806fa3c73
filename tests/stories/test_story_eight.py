"""Somebody is forgotten, in two languages, by a company that has all of it: charts, an archive that refuses, paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Table, create_engine, insert

from requests_app import reasons
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome
from requests_app.models import Case, Notice, Obligation, PlanStep, RecordBatch, Restriction, User
from requests_app.permissions import staff
from requests_app.services import clock, obligations, owed, restrictions
from tests.services.processes import eventually
from tests.spanish import english_in
from tests.stories.cases import closed
from tests.stories.consumer import Consumer
from tests.stories.house import SOURCES, SPECIAL, House
from tests.stories.papers import has_it_in_hand, record_of
from tests.stories.people import CROWD, LANGUAGES
from umbs_privacy.demo import archive, crm, ehr, mailbox, paper, records_room
from umbs_privacy.demo.characters import ADA
from umbs_privacy.demo.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.browser]
CLINIC = "privacy@lakeview-clinic.example"
FINDINGS = "A finding that is the clinic's alone to tell."
PAPERS = "I agree to pay the balance of my account in six parts."
NEW_ROWS = 900_000
SWITCHED_OFF = "The old system was switched off and its disks were destroyed today."


@pytest.fixture(params=LANGUAGES)
def one(request: pytest.FixtureRequest, eight: House) -> Consumer:
    """To whom a statement was sent, which the archive took and does not give back."""
    person = {"en": ADA, "es": CROWD[-1]}[request.param]
    sent = {"id": NEW_ROWS + person.number, "account_number": person.account_number, "recipient": person.name}
    sent |= {"sent_on": date(2025, 3, 9), "subject": "Payment plan", "body": "Six parts."}
    _put(eight, "archive", {archive.statements: sent})
    return eight.consumer(person, request.param)


def _put(eight: House, source: str, rows: dict[Table, dict[str, object]]) -> None:
    engine = create_engine(eight.urls[source])
    with engine.begin() as connection:
        for table, row in rows.items():
            connection.execute(insert(table), row)
    engine.dispose()


@pytest.fixture
def chart(eight: House, one: Consumer) -> dict[str, object]:
    """In this company the clinic has seen them, too."""
    number = NEW_ROWS + one.person.number
    patient = {"id": number, "mrn": f"LK-{number}", "given_name": one.person.given_name, "surname": one.person.surname}
    patient |= {"email": one.person.email, "date_of_birth": one.person.date_of_birth}
    visit = {"id": number, "patient_id": number, "seen_on": date(2025, 3, 2), "reason": "Flu shot"}
    _put(eight, "ehr", {ehr.patients: patient, ehr.visits: visit | {"findings": FINDINGS}})
    return patient


def test_somebody_is_forgotten_and_each_of_the_eight_systems_says_what_became_of_it(
    eight: House, one: Consumer, chart: dict[str, object], tmp_path: Path
) -> None:
    person = one.person
    statements = eight.rows("archive", archive.statements, account_number=person.account_number)
    room, asked_before = eight.owner(records_room.ADDRESS), len(_told_to_the_clinic(eight))
    reference = one.asks_for_deletion(residence="US-CA")
    one.opens_the_status_page(reference)
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
    assert eight.rows("crm", crm.contacts, contact_id=person.contact_id) == []
    _the_clinic_keeps_its_charts(eight, case, chart)
    _is_told_without_a_name(_told_to_the_clinic(eight)[asked_before:], person)
    _the_archive_is_restricted(eight, case, person, statements)
    one.sees("We did part of what you asked. The record says which part we could not do, and why.")
    has_it_in_hand(one, case, tmp_path)
    room.has_destroyed_it(case, on=clock.today().isoformat())
    _the_drawer_is_settled(case)
    for row in late(case):
        owed.settle(obligation_id=row.id, by=staff(User.objects.get(username="omar")), note=SWITCHED_OFF, done=True)
    followed = case.notices.filter(kind=Notice.Kind.FOLLOW_UP, state=Notice.State.SENT)
    assert eventually(lambda: followed.count() == 1, within=60), "nobody told her that it is done"

    record = record_of(case)
    for name in (*SOURCES, *SPECIAL):
        assert name in record, f"the record says nothing of {name}"
    for code in ("TEC-11", "SCP-01", "OPS-04"):
        assert reasons.get(code).text.told(one.language) in record
    assert FINDINGS not in record
    if one.language == "es":
        assert english_in(" ".join([record, *one.words()])) == []
    assert list(chain.verify(case)) == []


def _the_clinic_keeps_its_charts(eight: House, case: Case, chart: dict[str, object]) -> None:
    """Located, told, referred; nothing of the chart is with the case."""
    assert eight.rows("ehr", ehr.patients, id=chart["id"]) == [chart]
    assert [row["findings"] for row in eight.rows("ehr", ehr.visits, patient_id=chart["id"])] == [FINDINGS]
    assert case.searches.get(source_key="ehr").rows_found == 2
    assert not RecordBatch.objects.filter(search__case=case, search__source_key="ehr").exists()
    assert {step.result for step in case.steps.filter(source_key="ehr")} <= {"referred"}
    assert case.notices.filter(kind=Notice.Kind.REFERRAL).exists()


def _told_to_the_clinic(eight: House) -> list[str]:
    sent = mailbox.messages_in(eight.stage.var / "mailbox")
    return [mailbox.text(mail) for mail in sent if CLINIC in str(mail["To"])]


def _is_told_without_a_name(mails: list[str], person: Person) -> None:
    assert len(mails) == 1
    assert person.surname not in mails[0]


def _the_archive_is_restricted(eight: House, case: Case, person: Person, statements: list[dict[str, object]]) -> None:
    assert statements
    assert eight.rows("archive", archive.statements, account_number=person.account_number) == statements
    step = case.steps.get(source_key="archive")
    assert (step.result, step.reason, step.restricted_at is not None) == ("deferred", "TEC-11", True)
    waiting = case.obligations.get(source_key="archive", kind=Obligation.Kind.RETRY)
    assert (waiting.state, waiting.reason, waiting.due_on is not None) == (Obligation.State.OPEN, "TEC-11", True)
    assert Restriction.objects.filter(case_reference=case.reference).exists()
    assert restrictions.check("marketing", [("email", person.email)]).decision == restrictions.Decision.DENY


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
