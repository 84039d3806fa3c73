"""Papers that only a person can correct: the owner is asked after the decision, and owed until the owner says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from fulfillment import owners
from fulfillment.models import ManualTask
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, CorrectionPlace, Notice, Obligation
from requests_app.permissions import Role, staff
from requests_app.services import clock, correction, holds, intake, messages, notices
from requests_app.services.correction import version
from requests_app.services.disputed import DisputedFact
from requests_app.services.intake import Asked
from tests import factories
from tests.characters import ADA, user
from tests.fulfillment import cabinet
from tests.fulfillment.estate import work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
PHONE = DisputedFact("Phone number", "214-555-0199", "214-555-0107")
CITY = DisputedFact("City", "Dallas", "Garland")
FOUND = {"papers": "2", "paper_1": "Intake form", "place_1": "Drawer 4", "text_1": "Ada, (214) 555-0199, signed."}
DONE = {"outcome": "done", "papers": "0", "rows": "1"}


@pytest.fixture
def case(fresh_sqlite: Stage, tmp_path: Path) -> Case:
    """In review: one paper of hers says the wrong number, another may say the wrong city."""
    cabinet.connect(tmp_path)
    made = intake.open_case(Asked(Right.CORRECT, ADA, residence="US-CA", corrections=(PHONE, CITY)))
    with transaction.atomic():
        factories.prove(made, signed=False)
    work("gather", "search")
    cabinet.post(made, outcome="found", **FOUND, paper_2="Consent, 2019", place_2="Box 7")
    work("search", "plan")
    made.refresh_from_db()
    assert made.state == State.IN_REVIEW
    return made


def carried_out(case: Case) -> Case:
    """The number is corrected; the city stays, since nobody has shown that it is wrong."""
    item = case.corrections.get(number=1)
    analyst, chosen = staff(user(Role.ANALYST)), set(item.places.values_list("id", flat=True))
    correction.rule(case_id=case.id, by=analyst, number=1, seen=version(item), accept=True, places=chosen)
    item = case.corrections.get(number=2)
    why = correction.Answer("Both letters that you sent us name Dallas.")
    correction.rule(
        case_id=case.id,
        by=analyst,
        number=2,
        seen=version(item),
        accept=False,
        ground="information_accurate",
        answer=why,
    )
    factories.approved(case)
    work("fulfil")
    case.refresh_from_db()
    return case


def asked(case: Case) -> ManualTask:
    task: ManualTask = ManualTask.objects.get(case_id=case.id, kind=ManualTask.Kind.CORRECT)
    return task


def post(case: Case, **said: Any) -> HttpResponse:
    return Client().post(f"/tasks/{asked(case).id}/", {"key": cabinet.key(cabinet.mails(case)[-1]), **said})


def answered(case: Case, **said: Any) -> None:
    assert "Thank you" in post(case, **said).content.decode()
    work("retry")


def place(case: Case) -> CorrectionPlace:
    found: CorrectionPlace = CorrectionPlace.objects.get(item__case=case, item__number=1)
    return found


def test_it_finds_the_paper_that_says_it_and_offers_all_where_none_is_known_to(case: Case) -> None:
    phone, city = CorrectionPlace.objects.filter(item__case=case).order_by("item__number")
    assert (phone.collection, phone.rows, phone.chosen) == ("cabinet.papers", 1, True)
    assert (city.rows, city.chosen) == (2, False)


def test_it_asks_the_owner_with_what_is_wrong_and_what_is_right_behind_the_key(case: Case) -> None:
    carried_out(case)
    assert (case.state, case.outcome, place(case).reason) == (State.RECORDING, Outcome.PARTLY, "OPS-04")
    mail = notices.render(case.notices.filter(kind=Notice.Kind.OWNER_TASK).latest("ordered_at"))
    assert mail.subject == f"Please correct a person's papers: {case.reference}"
    assert "on whose papers what is to be corrected" in mail.text
    assert "0107" not in mail.text + mail.html
    page = post(case).content.decode()
    for shown in ("Please correct this person", "214-555-0199", "214-555-0107", "Intake form, Drawer 4"):
        assert shown in page
    assert "Garland" not in page
    assert "0107" not in Client().get(f"/tasks/{asked(case).id}/").content.decode()


def test_it_is_corrected_when_the_owner_says_when_it_was_done_and_the_person_is_told(case: Case) -> None:
    answered(carried_out(case), **DONE, on=clock.today().isoformat())
    assert (place(case).result, place(case).rows_done, place(case).rows_left) == ("corrected", 1, 0)
    assert case.corrections.get(number=1).result == "corrected"
    assert case.obligations.get().state == Obligation.State.DONE
    assert "has been corrected after all" in notices.render(case.notices.get(kind=Notice.Kind.FOLLOW_UP)).text


@pytest.mark.parametrize("day", ["", "2999-01-01", "0001-01-01", "yesterday"])
def test_it_takes_no_yes_without_a_day_that_has_been(case: Case, day: str) -> None:
    page = post(carried_out(case), **DONE, remark="Struck out.", on=day).content.decode()
    assert "Struck out." in page, "nothing typed is lost"
    assert asked(case).answered_at is None


def test_nothing_there_settles_it_too(case: Case) -> None:
    answered(carried_out(case), outcome="nothing", papers="0")
    assert (place(case).result, case.obligations.get().state) == ("not_found", Obligation.State.DONE)


def test_it_stays_owed_and_is_seen_when_the_owner_cannot(case: Case) -> None:
    answered(carried_out(case), outcome="cannot", papers="0", remark="The box is away until January.")
    assert case.obligations.get().state == Obligation.State.ESCALATED
    assert place(case).result == "deferred"
    assert messages.read(case, notes=True)[-1][1] == "The box is away until January."


def test_it_goes_on_asking_when_the_case_has_ended_and_then_tells_somebody(case: Case) -> None:
    carried_out(case)
    begun = timezone.now()
    for days in (9, 15, 19):
        with time_machine.travel(begun + timedelta(days=days), tick=False):
            assert owners.chase_all() == 1, days
    assert case.obligations.get().state == Obligation.State.ESCALATED
    with time_machine.travel(begun + timedelta(days=20), tick=False):
        answered(case, **DONE, on=begun.date().isoformat())
    assert case.obligations.get().state == Obligation.State.DONE


def test_a_paper_under_a_hold_is_not_asked_for_and_is_owed_by_its_owner_when_the_hold_ends(case: Case) -> None:
    cleo = staff(user(Role.OFFICER))
    hold = holds.place_on_source(by=cleo, source_key="cabinet", ground="Matter 26-114")
    carried_out(case)
    assert place(case).reason == "LEG-08"
    assert not ManualTask.objects.filter(kind=ManualTask.Kind.CORRECT).exists()
    holds.lift_from_source(by=cleo, hold_id=hold.id)
    work("retry")
    assert (case.obligations.get().state, case.obligations.get().reason) == (Obligation.State.ESCALATED, "OPS-04")
    assert case.notices.filter(kind=Notice.Kind.OWNER_OWED).exists()


def test_what_was_done_under_a_hold_is_looked_at_before_it_is_told_as_done(case: Case) -> None:
    carried_out(case)
    holds.place_on_source(by=staff(user(Role.OFFICER)), source_key="cabinet", ground="Matter 26-114")
    answered(case, **DONE, on=clock.today().isoformat())
    call_command("settle_obligations")
    assert (case.obligations.get().reason, place(case).result) == ("LEG-08", "deferred")
