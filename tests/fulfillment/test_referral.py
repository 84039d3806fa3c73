"""A source held for a health care provider: located, never opened; the provider told, the person referred to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from fulfillment.fulfil import handle as fulfil
from fulfillment.pdf.documents import ReferralLetter
from fulfillment.pdf.letter import compose
from fulfillment.redact.engine import handle as redact
from requests_app.casefile import deliver, papers, read
from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, Clock, EventKind, Notice, Obligation, RecordBatch
from requests_app.permissions import Role, consumer, staff
from requests_app.portal.standing import Standing
from requests_app.services import clock, correction, intake, notices, referral, review
from requests_app.services.disputed import DisputedFact
from requests_app.services.intake import Asked
from tests import factories
from tests.characters import ADA, user
from tests.fulfillment.estate import EMAIL, ID, PLAIN, Estate, work
from tests.fulfillment.test_access import job_of, packed
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
MAIL = ADA.emails[0]
CLINIC = {"charts": [{"id": 1, "email": MAIL, "diagnosis": "asthma"}, {"id": 2, "email": MAIL, "diagnosis": "gout"}]}
CHARTS = {"charts": {"id": ID, "email": EMAIL, "diagnosis": PLAIN}}
BEN = {"id": 1, "email": "ben@example.org"}


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    made = Estate(tmp_path)
    made.fill("clinic", CLINIC)
    made.connect("clinic", CHARTS, provider=True)
    with override_settings(UMBS_MEDIA_URL=f"file://{tmp_path / 'media'}"):
        yield made


def crm(estate: Estate, row: dict[str, object]) -> None:
    estate.fill("crm", {"people": [row]})
    estate.connect("crm", {"people": {"id": ID, "email": EMAIL}})


def gathered(right: str = Right.ACCESS) -> Case:
    disputed = (DisputedFact("Diagnosis", "asthma", "none"),) if right == Right.CORRECT else ()
    case = intake.open_case(Asked(right, ADA, residence="US-CA", relationship="patient", corrections=disputed))
    with transaction.atomic():
        factories.prove(case)
    work("gather", "search")
    case.refresh_from_db()
    return case


def answered() -> Case:
    case = gathered()
    redact(job_of(case, "redact"))
    case.refresh_from_db()
    case = factories.approved(factories.ruled(case))
    fulfil(job_of(case, "fulfil"))
    case.refresh_from_db()
    return case


def told(case: Case) -> Notice:
    found: Notice = case.notices.get(kind=Notice.Kind.PROVIDER_TOLD)
    return found


def test_it_keeps_nothing_of_what_is_a_providers(estate: Estate) -> None:
    case = gathered()
    search = case.searches.get(source_key="clinic")
    assert (search.state, search.rows_found) == ("referred", 2)
    assert not RecordBatch.objects.filter(case=case).exists()
    written = json.dumps([event.payload for event in case.events.all()])
    assert "asthma" not in written


def test_it_tells_the_provider_that_somebody_asked_and_no_more(estate: Estate) -> None:
    case = gathered()
    mail = notices.render(told(case))
    assert mail.to == "x@example.org"
    for datum in (*ADA.emails, ADA.given_name, ADA.family_name, *ADA.phones, "asthma"):
        assert datum not in mail.subject + mail.text + mail.html
    assert case.reference in mail.text


def test_it_refers_the_person_and_says_to_whom_and_by_when(estate: Estate) -> None:
    case = gathered()
    assert notices.render(case.notices.get(kind=Notice.Kind.REFERRAL)).to == MAIL
    deliver.notice_sent(told(case).id)
    (one,) = Standing.of(case).referrals
    assert (one.provider, one.told_on) == ("Elm Clinic (x@example.org)", clock.today())
    assert one.answer_by == clock.today() + timedelta(days=30), "45 CFR 164.524(b)(2)"


def test_its_own_clock_runs_from_the_finding_and_ends_when_the_provider_is_told(estate: Estate) -> None:
    with time_machine.travel("2026-11-24T12:00:00-06:00", tick=False):
        case = gathered()
    row = case.clocks.get(kind=Clock.Kind.REFERRAL)
    assert (row.started_on, row.due_on) == (date(2026, 11, 24), date(2026, 12, 3)), "Thanksgiving, and the day after"
    assert "164.504(e)" in row.derivation[0]["citation"]
    with time_machine.travel("2026-11-25T12:00:00-06:00", tick=False):
        deliver.notice_sent(told(case).id)
    row.refresh_from_db()
    assert row.ended == Clock.Ended.MET
    assert case.events.filter(kind=EventKind.PROVIDER_TOLD).count() == 1


def test_of_two_providers_the_last_one_told_ends_the_clock(estate: Estate) -> None:
    estate.fill("lab", CLINIC)
    estate.connect("lab", CHARTS, provider=True)
    case = gathered()
    first, second = case.notices.filter(kind=Notice.Kind.PROVIDER_TOLD)
    deliver.notice_sent(first.id)
    assert case.clocks.get(kind=Clock.Kind.REFERRAL).ended == ""
    deliver.notice_sent(second.id)
    assert case.clocks.get(kind=Clock.Kind.REFERRAL).ended == Clock.Ended.MET
    assert case.notices.filter(kind=Notice.Kind.REFERRAL).count() == 1, "one word to the person for both"


def test_nobody_is_told_where_nothing_is_held(estate: Estate) -> None:
    estate.connect("clinic", CHARTS, provider=True, url=estate.sqlite("empty"))
    estate.fill("empty", {"charts": [BEN | {"diagnosis": "gout"}]})
    case = answered()
    assert (case.outcome, case.ground) == (Outcome.FULFILLED, "")
    assert not case.obligations.filter(kind=Obligation.Kind.REFERRAL).exists()
    assert not case.notices.filter(kind__in=[Notice.Kind.PROVIDER_TOLD, Notice.Kind.REFERRAL]).exists()


def test_searched_again_it_tells_nobody_twice(estate: Estate) -> None:
    case = gathered()
    redact(job_of(case, "redact"))
    review.send_back(case_id=case.id, by=staff(user(Role.OFFICER)), note="Search once more, please.")
    work("gather", "search")
    assert case.notices.filter(kind=Notice.Kind.PROVIDER_TOLD).count() == 1
    assert Obligation.objects.filter(case=case, kind=Obligation.Kind.REFERRAL).count() == 1


# --- how the request ends ----------------------------------------------------------------------------------------


def test_a_copy_ends_as_referred_when_everything_is_the_providers(estate: Estate) -> None:
    crm(estate, BEN)
    case = answered()
    assert (case.outcome, case.ground) == (Outcome.REFERRED, "SCP-01")


def test_a_copy_of_the_rest_is_given_and_names_the_provider(estate: Estate) -> None:
    crm(estate, {"id": 1, "email": MAIL})
    case = answered()
    assert (case.outcome, case.ground) == (Outcome.PARTLY, "")
    archive = packed(case)
    sources = {one["source"]: one for one in json.loads(archive.read("coverage.json"))["sources"]}
    assert "Elm Clinic (x@example.org)" in sources["Clinic"]["why_not"]
    assert (sources["Clinic"]["rows_found"], sources["Clinic"]["rows_released"]) == (2, 0)
    assert b"asthma" not in b"".join(archive.read(name) for name in archive.namelist())
    assert read.snapshot(case.id).referrals[0].provider == "Elm Clinic (x@example.org)"


def test_a_correction_of_a_providers_record_is_referred_with_the_laws_longer_time(estate: Estate) -> None:
    case = gathered(Right.CORRECT)
    assert referral.of(case)[0].answer_by == clock.today() + timedelta(days=60), "45 CFR 164.526(b)(2)"
    case.corrections.update(ruling="accepted")
    with transaction.atomic():
        assert correction.settle(case) == (Outcome.REFERRED, "SCP-01")


# --- the provider's word -----------------------------------------------------------------------------------------


def test_it_is_settled_when_the_provider_confirms(estate: Estate) -> None:
    case, iris = gathered(), staff(user(Role.INTAKE))
    (one,) = referral.of(case)
    with pytest.raises(NotValid):
        referral.confirm(case_id=case.id, by=iris, referral_id=one.id, on=clock.today() + timedelta(days=1))
    with pytest.raises(NotFound):
        referral.confirm(case_id=case.id, by=iris, referral_id=case.id, on=clock.today())
    for stranger in (consumer(case.id), staff(user(Role.AUDITOR))):
        with pytest.raises(NotAllowed):
            referral.confirm(case_id=case.id, by=stranger, referral_id=one.id, on=clock.today())
    referral.confirm(case_id=case.id, by=iris, referral_id=one.id, on=clock.today())
    assert not referral.of(case)[0].is_open
    assert case.events.get(kind=EventKind.OBLIGATION_ENDED).payload["on"] == clock.today().isoformat()
    with pytest.raises(WrongState):
        referral.confirm(case_id=case.id, by=iris, referral_id=one.id, on=clock.today())


def test_it_asks_for_somebody_when_the_providers_time_is_over(estate: Estate) -> None:
    case = gathered()
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert referral.escalate_unanswered() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        call_command("chase_providers", "--json")
        assert referral.escalate_unanswered() == 0
    assert referral.of(case)[0].state == Obligation.State.ESCALATED


def test_it_keeps_the_clock_of_a_provider_that_could_not_be_told(estate: Estate) -> None:
    case = gathered()
    deliver.notice_failed(told(case).id, error="no_such_mailbox")
    case = Case.objects.get(pk=case.pk)
    case.outcome = Outcome.PARTLY
    with transaction.atomic():
        clock.settle(case, by=staff(user(Role.OFFICER)))
    assert case.clocks.get(kind=Clock.Kind.REFERRAL).ended == ""
    assert case.clocks.get(kind=Clock.Kind.ANSWER).ended == Clock.Ended.MET
    assert case.state == State.REDACTING


def test_whoever_has_no_mail_gets_a_letter_that_names_the_provider(estate: Estate) -> None:
    case = gathered()
    snapshot = read.snapshot(case.id)
    letter = compose(
        read.letter_to_print(case.notices.get(kind=Notice.Kind.REFERRAL).id), snapshot, papers.facts(case.id)
    )
    assert isinstance(letter, ReferralLetter)
    assert [(one.source, one.provider) for one in letter.referrals] == [("Clinic", "Elm Clinic (x@example.org)")]
