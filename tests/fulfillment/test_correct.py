"""A correction is written where the wrong value still stands, and its source is asked again whatever it said."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import override_settings

from fulfillment.connectors.sql import Sql
from fulfillment.models import Effect
from requests_app.casefile import changes, read
from requests_app.exceptions import GateClosed, WrongState
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import (
    Attention,
    Case,
    ChangeRelease,
    Clock,
    CorrectionItem,
    CorrectionPlace,
    EventKind,
    Notice,
    Obligation,
)
from requests_app.permissions import Role, consumer, staff
from requests_app.selectors import today
from requests_app.services import corrected, correction, ending, holds, intake, notices, review
from requests_app.services.correction import version
from requests_app.services.disputed import Answer, DisputedFact
from requests_app.services.intake import Asked
from tests import factories
from tests.characters import ADA, user
from tests.fulfillment.estate import EMAIL, ID, PHONE, PLAIN, Estate, hurry, refers, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
WRONG, RIGHT = "(214) 555-0199", "(214) 555-0107"  # as this source writes them
PHONE_FACT = DisputedFact("Phone number", "214-555-0199", "214-555-0107")
CITY = {"data_categories": ["user.contact.address.city"]}
HERS = {"id": 1, "email": "ada.quillfeather@example.org", "phone": WRONG, "city": "Dallas", "firm": 7}
BENS = {"id": 2, "email": "ben@example.org", "phone": WRONG, "city": "Dallas", "firm": 7}


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    made = Estate(tmp_path)
    made.fill("crm", {"people": [HERS, BENS], "firms": [{"id": 7, "city": "Dallas"}]})
    made.connect(
        "crm",
        {
            "people": {"id": ID, "email": EMAIL, "phone": PHONE, "city": CITY, "firm": PLAIN},
            "firms": {
                "id": {"fides_meta": {"primary_key": True, **refers("crm.people.firm")["fides_meta"]}},
                "city": PLAIN,
            },
        },
    )
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        yield made


def asked(*facts: DisputedFact) -> Case:
    """Proven, searched and located: in review."""
    case = intake.open_case(Asked(Right.CORRECT, ADA, residence="US-CA", corrections=facts or (PHONE_FACT,)))
    with transaction.atomic():
        factories.prove(case, signed=False)
    work("gather", "search", "plan")
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW, (case.state, case.attention)
    return case


def accepted(case: Case, *, where: str = "") -> Case:
    for item in case.corrections.all():
        places = item.places.filter(collection=where) if where else item.places.filter(chosen=True)
        correction.rule(
            case_id=case.id,
            by=staff(user(Role.ANALYST)),
            number=item.number,
            seen=version(item),
            accept=True,
            places=set(places.values_list("id", flat=True)),
        )
    return case


def carried_out(case: Case) -> Case:
    factories.approved(case)
    work("fulfil")
    case.refresh_from_db()
    return case


def rows(estate: Estate, question: str = "SELECT phone FROM people ORDER BY id") -> list[str]:
    with contextlib.closing(sqlite3.connect(estate.folder / "crm.sqlite3")) as connection:
        return [value for (value,) in connection.execute(question)]


def change(estate: Estate, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(estate.folder / "crm.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


def place(case: Case) -> CorrectionPlace:
    return CorrectionPlace.objects.get(item__case=case, chosen=True)


def test_it_goes_from_the_request_to_the_corrected_row_and_touches_nobody_else(estate: Estate) -> None:
    case = carried_out(accepted(asked()))
    assert rows(estate) == [RIGHT, WRONG]
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.FULFILLED)
    (fact,) = read.snapshot(case.id).corrections
    (where,) = fact.places
    assert (fact.result, where.result, where.rows, where.rows_done, where.rows_left) == (
        "corrected",
        "corrected",
        1,
        1,
        0,
    )
    assert ChangeRelease.objects.get(case=case).content_digest == case.content_digest
    assert [event.payload["result"] for event in case.events.filter(kind=EventKind.CORRECTION_DONE)] == ["corrected"]


def test_it_tells_the_person_and_that_meets_the_clock(estate: Estate) -> None:
    case = carried_out(accepted(asked()))
    notice = case.notices.get(kind=Notice.Kind.CORRECTION_DONE)
    assert "0107" not in str(notices.content(notice)["parameters"])
    with transaction.atomic():
        notices.sent(notice.id)
    assert case.clocks.get(kind=Clock.Kind.ANSWER).ended == Clock.Ended.MET


def test_it_finds_the_value_however_it_is_written_and_keeps_the_keys_sealed(estate: Estate) -> None:
    case = asked(PHONE_FACT, DisputedFact("City", " dallas", "Garland"), DisputedFact("E-mail", "no@example.org", "x"))
    found = {
        (one.item.number, one.collection, one.column, one.chosen, one.rows)
        for one in CorrectionPlace.objects.filter(item__case=case)
    }
    assert found == {
        (1, "crm.people", "phone", True, 1),
        (2, "crm.people", "city", True, 1),
        (2, "crm.firms", "city", False, 1),  # the firm's city is not hers: somebody has to choose it
    }
    assert all(b"555" not in bytes(one.keys_sealed) for one in CorrectionPlace.objects.all())


def test_it_ends_partly_where_an_accepted_value_stands_nowhere(estate: Estate) -> None:
    case = asked(PHONE_FACT, DisputedFact("E-mail", "no@example.org", "new@example.org"))
    case = carried_out(accepted(case))
    assert [item.result for item in case.corrections.all()] == ["corrected", "not_found"]
    assert case.outcome == Outcome.PARTLY


def test_it_changes_nothing_when_every_item_is_refused(estate: Estate) -> None:
    case = asked()
    item = case.corrections.get()
    correction.rule(
        case_id=case.id,
        by=staff(user(Role.ANALYST)),
        number=1,
        seen=version(item),
        accept=False,
        ground="information_accurate",
        answer=Answer("The bill that you sent shows the number that we hold.", health=True),
    )
    case = carried_out(case)
    assert (case.outcome, case.ground) == (Outcome.REFUSED, "information_accurate")
    assert rows(estate) == [WRONG, WRONG]
    assert not ChangeRelease.objects.exists()
    (told,) = read.corrections(case.id)
    assert (told.health, told.explanation[:8]) == (True, "The bill")


def test_it_is_done_once_when_its_job_runs_twice(estate: Estate) -> None:
    case = accepted(asked())
    factories.approved(case)
    work("fulfil")
    assert Effect.objects.filter(key__contains=":correct:").count() == 1
    change(estate, f"UPDATE people SET phone = '{WRONG}' WHERE id = 1")
    work("fulfil")
    assert rows(estate)[0] == WRONG, "a correction was written a second time"


def test_it_does_not_believe_a_source_that_says_yes_and_does_nothing(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = accepted(asked())
    monkeypatch.setattr(Sql, "correct", lambda _self, _c, keys, *_: len(keys))
    case = carried_out(case)
    where = place(case)
    assert (where.result, where.reason, where.rows_done, where.rows_left) == ("deferred", "TEC-09", 0, 1)
    assert (case.outcome, case.corrections.get().result) == (Outcome.PARTLY, "deferred")


def test_it_leaves_a_value_that_changed_meanwhile(estate: Estate) -> None:
    case = accepted(asked())
    change(estate, "UPDATE people SET phone = '972-555-0144' WHERE id = 1")
    case = carried_out(case)
    assert rows(estate)[0] == "972-555-0144"
    assert (place(case).result, case.outcome) == ("not_found", Outcome.PARTLY)


@pytest.mark.parametrize(
    ("fact", "spoil", "reason", "kind"),
    [
        (PHONE_FACT, "ALTER TABLE people DROP COLUMN phone", "TEC-07", "missing_column"),
        (DisputedFact("Phone", "214-555-0199", "2" * 300), "", "TEC-07", "does_not_fit"),
    ],
    ids=["a column that vanished", "a value that is too long"],
)
def test_it_says_why_it_could_not(estate: Estate, fact: DisputedFact, spoil: str, reason: str, kind: str) -> None:
    case = accepted(asked(fact))
    if spoil:
        change(estate, spoil)
    case = carried_out(case)
    where = place(case)
    assert (where.result, where.reason, where.error_kind, where.rows_left) == ("deferred", reason, kind, None)
    assert fact.should_be not in where.error
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.PARTLY)


def test_it_tries_again_what_may_pass_and_then_says_so(estate: Estate) -> None:
    case = accepted(asked())
    factories.approved(case)
    file = estate.folder / "crm.sqlite3"
    file.rename(file.with_suffix(".away"))
    work("fulfil")
    hurry("fulfil")
    file.with_suffix(".away").rename(file)
    work("fulfil")
    case.refresh_from_db()
    assert (rows(estate)[0], case.outcome) == (RIGHT, Outcome.FULFILLED)


def test_it_names_the_reason_when_the_source_stays_away(estate: Estate) -> None:
    case = accepted(asked())
    factories.approved(case)
    (estate.folder / "crm.sqlite3").unlink()
    for _ in range(3):
        work("fulfil")
        hurry("fulfil")
    case.refresh_from_db()
    assert (place(case).result, place(case).reason) == ("deferred", "TEC-05")
    assert case.outcome == Outcome.PARTLY


def test_it_finds_a_value_inside_a_document_and_says_that_it_takes_a_hand(estate: Estate) -> None:
    profile = {"name": "profile", "fields": [{"name": "phones", "data_categories": PHONE["data_categories"]}]}
    rows = [{"id": 1, "email": HERS["email"], "profile": {"phones": ["972-555-0144", WRONG]}}]
    estate.fill("web", {"visitors": rows})
    estate.connect("web", {"visitors": {"id": ID, "email": EMAIL, "profile": profile}})
    case = asked()
    assert {str(one) for one in case.corrections.get().places.all()} == {
        "crm.people.phone",
        "web.visitors.profile.phones",
    }
    case = carried_out(accepted(case))
    where = CorrectionPlace.objects.get(item__case=case, source_key="web")
    assert (where.result, where.reason, where.rows_left) == ("deferred", "OPS-04", 1)
    assert (case.corrections.get().result, case.outcome) == ("partly", Outcome.PARTLY)


# --- what is still owed ------------------------------------------------------------------------------------------


def left(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> Case:
    """The source said yes and did nothing; the case is closed."""
    case = accepted(asked())
    with monkeypatch.context() as lying:
        lying.setattr(Sql, "correct", lambda _self, _c, keys, *_: len(keys))
        case = carried_out(case)
    return factories.closed(case)


def falls_due(case: Case) -> Obligation:
    case.obligations.update(due_on=today())
    call_command("settle_obligations")
    work("retry")
    return case.obligations.get()


def test_a_place_that_was_not_corrected_is_owed_by_somebody_on_a_date(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = left(estate, monkeypatch).obligations.get()
    assert (owed.kind, owed.state, owed.reason, owed.owner) == ("retry", "open", "TEC-09", "x@example.org")
    assert owed.due_on > today()


def test_it_is_corrected_after_all_and_the_person_is_told(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    case = left(estate, monkeypatch)
    owed = falls_due(case)
    assert rows(estate) == [RIGHT, WRONG]
    assert (owed.state, owed.outcome) == (Obligation.State.DONE, "corrected")
    assert case.corrections.get().result == "corrected"
    notice = case.notices.get(kind=Notice.Kind.FOLLOW_UP)
    assert "has been corrected after all" in notices.render(notice).text


def test_it_goes_on_when_the_source_lies_again(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    case = left(estate, monkeypatch)
    monkeypatch.setattr(Sql, "correct", lambda _self, _c, keys, *_: len(keys))
    owed = falls_due(case)
    assert (owed.attempts, owed.outcome, owed.reason) == (1, "deferred", "TEC-09")
    assert owed.due_on > today()
    assert case.corrections.get().result == "deferred"


def test_a_hold_stops_what_is_owed_too(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    case = left(estate, monkeypatch)
    holds.place(case_id=case.id, by=staff(user(Role.OFFICER)), ground="A court asked for it.")
    owed = falls_due(case)
    assert (owed.outcome, owed.reason) == ("held", "LEG-08")
    assert rows(estate)[0] == WRONG


def test_a_hold_on_a_collection_leaves_it_and_its_end_corrects_it_at_once(estate: Estate) -> None:
    cleo = staff(user(Role.OFFICER))
    case = accepted(asked())
    hold = holds.place_on_source(by=cleo, source_key="crm", collection="crm.people", ground="Matter 26-114")
    case = factories.closed(carried_out(case))
    where, owed = place(case), case.obligations.get()
    assert rows(estate)[0] == WRONG
    assert (where.result, where.reason, where.rows_left, owed.reason) == ("deferred", "LEG-08", None, "LEG-08")
    (told,) = corrected.told(case, "en")
    assert "A legal hold at present requires us to leave" in told.places[0][1]
    assert "When the hold ends we do what you asked for" in told.places[0][2]
    assert falls_due(case).outcome == "held", "asked again under the hold, it waits on"
    holds.lift_from_source(by=cleo, hold_id=hold.id)
    work("retry")
    assert rows(estate) == [RIGHT, WRONG]
    assert case.obligations.get().state == Obligation.State.DONE
    assert case.notices.filter(kind=Notice.Kind.FOLLOW_UP).exists()


def test_it_is_taken_back_before_the_first_change_and_then_nothing_is_changed(estate: Estate) -> None:
    case = factories.approved(accepted(asked()))
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    work("fulfil")
    case.refresh_from_db()
    assert rows(estate) == [WRONG, WRONG]
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.WITHDRAWN)


def test_it_cannot_be_taken_back_while_it_is_being_written_and_is_finished(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, write, refusals = accepted(asked()), Sql.correct, list[str]()

    def correct(self: Sql, *where: Any) -> int:
        with pytest.raises(WrongState) as refused:
            ending.withdraw(case_id=case.id, by=consumer(case.id))
        refusals.append(str(refused.value))
        return write(self, *where)

    monkeypatch.setattr(Sql, "correct", correct)
    case = carried_out(case)
    assert refusals == ["A case that is fulfilling cannot withdraw now."]
    assert rows(estate) == [RIGHT, WRONG]
    assert case.outcome == Outcome.FULFILLED
    assert not case.notices.filter(kind=Notice.Kind.WITHDRAWN).exists()


def test_it_changes_nothing_while_a_hold_is_in_force(estate: Estate) -> None:
    case = factories.approved(accepted(asked()))
    holds.place(case_id=case.id, by=staff(user(Role.OFFICER)), ground="A court asked for it.")
    with pytest.raises(GateClosed):
        changes.begin_changes(factories.holder(case))
    work("fulfil")
    case.refresh_from_db()
    assert rows(estate)[0] == WRONG
    assert (case.state, case.attention) == (State.FULFILLING, Attention.HOLD)


def test_the_database_takes_no_correction_without_a_release(estate: Estate) -> None:
    case = accepted(asked())
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionPlace.objects.filter(item__case=case).update(result=CorrectionItem.Result.CORRECTED)


def test_it_keeps_the_choice_of_places_when_the_sources_are_searched_again(estate: Estate) -> None:
    case = accepted(asked(DisputedFact("City", "Dallas", "Garland")), where="crm.firms")
    review.send_back(case_id=case.id, by=staff(user(Role.OFFICER)), note="Search again, please.")
    work("gather", "search", "plan")
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    assert place(case).collection == "crm.firms"
