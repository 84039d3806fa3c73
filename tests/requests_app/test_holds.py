"""Legal holds: on a case and on a source, placed, listed and lifted; what they stop, and what begins when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from requests_app.casefile import changes, erasing, write
from requests_app.exceptions import GateClosed, NotAllowed, NotFound, NotValid, WrongState
from requests_app.lifecycle import State
from requests_app.models import Attention, ChangeRelease, EventKind, SourceHold
from requests_app.permissions import Actor, Role, staff
from requests_app.selectors import today
from requests_app.services import holds
from requests_app.vault import destroy_key
from tests.characters import user
from tests.factories import holder, opened
from tests.requests_app.plans import planned, released
from tests.requests_app.test_staff_pages import desk, said

pytestmark = pytest.mark.django_db
SUBPOENA = "A subpoena of November 20."
TOMORROW = timedelta(days=1)


@pytest.fixture
def cleo() -> Actor:
    return staff(user(Role.OFFICER))


@pytest.fixture(autouse=True)
def without_second_factor(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False


def source_hold(by: Actor, **changed: object) -> SourceHold:
    return holds.place_on_source(by=by, **{"source_key": "crm", "ground": "Matter 26-114", **changed})  # type: ignore[arg-type]


# --- on a case ---------------------------------------------------------------------------------------------------


def test_f22_a_hold_placed_during_cooling_off_stops_the_run_and_its_end_begins_it_again(cleo: Actor) -> None:
    case = released()
    hold = holds.place(case_id=case.id, by=cleo, ground=SUBPOENA)
    run = holder(case)
    with pytest.raises(GateClosed) as closed:
        changes.begin_changes(run)
    assert closed.value.reasons == ["hold"]
    write.stage_failed(run, attention="hold", code="gate_closed")
    case.refresh_from_db()
    assert (case.state, case.attention, case.first_effect_at) == (State.FULFILLING, Attention.HOLD, None)
    holds.lift(case_id=case.id, by=cleo, hold_id=hold.id)
    before = case.entry
    changes.begin_changes(holder(case))
    assert (case.entry, case.attention) == (before + 1, Attention.NONE)


def test_it_stays_stopped_while_a_second_hold_stands(cleo: Actor) -> None:
    case = released()
    first, second = (holds.place(case_id=case.id, by=cleo, ground=SUBPOENA) for _ in range(2))
    write.stage_failed(holder(case), attention="hold", code="gate_closed")
    holds.lift(case_id=case.id, by=cleo, hold_id=first.id)
    before = case.entry
    assert holder(case).entry == before
    holds.lift(case_id=case.id, by=cleo, hold_id=second.id)
    assert holder(case).entry == before + 1


def test_t12_the_database_releases_no_change_during_a_hold_whatever_the_code_says(cleo: Actor) -> None:
    case = released()
    holds.place(case_id=case.id, by=cleo, ground=SUBPOENA)
    with pytest.raises(IntegrityError, match="release gate: hold"), transaction.atomic():
        ChangeRelease.objects.create(
            case=case, content_digest=case.content_digest, entry=case.entry, at=case.received_at
        )


def test_t12_the_word_that_changes_may_begin_cannot_be_altered_or_taken_back() -> None:
    case = released()
    changes.begin_changes(holder(case))
    word = ChangeRelease.objects.filter(case=case)
    for spoil in (
        lambda: word.update(content_digest="0" * 64),
        word.delete,
        lambda: ChangeRelease(
            pk=word.get().pk, case=case, content_digest="0" * 64, entry=9, at=case.received_at
        ).save(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            spoil()
    assert word.get().content_digest == case.content_digest


def test_t28_the_database_lets_no_step_under_a_hold_begin_whatever_the_code_believes(cleo: Actor) -> None:
    case = released()
    people, calls = (case.steps.get(collection=name).id for name in ("crm.people", "crm.calls"))
    narrow = source_hold(cleo, collection="crm.calls")
    with pytest.raises(IntegrityError, match="begun under a hold"), transaction.atomic():
        erasing.begin([people, calls])
    erasing.begin([people])
    holds.lift_from_source(by=cleo, hold_id=narrow.id)
    erasing.begin([people, calls])
    source_hold(cleo)
    with pytest.raises(IntegrityError, match="begun under a hold"), transaction.atomic():
        erasing.begin([people])
    assert set(case.steps.exclude(begun_at=None).values_list("collection", flat=True)) == {"crm.people", "crm.calls"}


# --- on a source -------------------------------------------------------------------------------------------------


def test_it_covers_a_source_or_one_collection_of_it(cleo: Actor) -> None:
    case = planned()
    people, calls, invoices = (
        case.steps.get(collection=name) for name in ("crm.people", "crm.calls", "billing.invoices")
    )
    narrow = source_hold(cleo, collection="crm.calls")
    assert holds.covered([people, calls, invoices]) == {calls.id: narrow}
    wide = source_hold(cleo)
    assert holds.covered([people, calls, invoices]) == {calls.id: narrow, people.id: wide}
    assert holds.on_source("crm", "crm.people") == wide
    holds.lift_from_source(by=cleo, hold_id=wide.id)
    assert holds.on_source("crm", "crm.people") is None


def test_it_stands_in_the_ledger_of_every_case_that_it_concerns(cleo: Actor) -> None:
    case, other = planned(), opened()
    hold = source_hold(cleo)
    holds.lift_from_source(by=cleo, hold_id=hold.id)
    told = [(one.kind, one.payload) for one in case.events.filter(kind__startswith="hold")]
    payload = {"hold": str(hold.id), "source": "crm"}
    assert told == [(EventKind.HOLD_PLACED, payload), (EventKind.HOLD_LIFTED, payload)]
    assert not other.events.filter(kind__startswith="hold").exists()


def test_it_takes_a_key_that_no_case_has_met_only_from_somebody_who_is_sure(cleo: Actor) -> None:
    with pytest.raises(NotValid) as refused:
        source_hold(cleo, source_key="cmr")
    assert refused.value.field == "source_key"
    assert source_hold(cleo, source_key="cmr", sure=True).source_key == "cmr"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ground": "  "}, "ground"),
        ({"ground": "x" * 201}, "ground"),
        ({"source_key": ""}, "source_key"),
        ({"source_key": "crm; drop", "sure": True}, "source_key"),
        ({"collection": "crm people"}, "collection"),
        ({"review_on": today()}, "review_on"),
    ],
)
def test_it_names_what_is_wrong_with_a_hold(cleo: Actor, changed: dict[str, object], field: str) -> None:
    planned()
    with pytest.raises(NotValid) as refused:
        source_hold(cleo, **changed)
    assert refused.value.field == field
    assert not SourceHold.objects.exists()


def test_it_is_lifted_once_when_two_officers_lift_it(cleo: Actor) -> None:
    planned()
    hold, cato = source_hold(cleo), staff(user(Role.OFFICER, "cato"))
    holds.lift_from_source(by=cleo, hold_id=hold.id)
    with pytest.raises(WrongState):
        holds.lift_from_source(by=cato, hold_id=hold.id)
    assert SourceHold.objects.get().lifted_by_id == cleo.user_id
    with pytest.raises(NotFound):
        holds.lift_from_source(by=cleo, hold_id=opened().id)


def test_it_is_the_officers_alone(cleo: Actor) -> None:
    case = planned()
    hold = source_hold(cleo)
    for role in (Role.INTAKE, Role.ANALYST, Role.AUDITOR):
        by = staff(user(role))
        for call in (
            lambda by=by: holds.place(case_id=case.id, by=by, ground=SUBPOENA),
            lambda by=by: source_hold(by),
            lambda by=by: holds.lift_from_source(by=by, hold_id=hold.id),
        ):
            with pytest.raises(NotAllowed):
                call()
    with pytest.raises(NotAllowed):
        holds.listed(by=staff(user(Role.ADMIN)))


# --- the page ----------------------------------------------------------------------------------------------------


def test_it_lists_what_is_held_and_what_was(cleo: Actor) -> None:
    case = planned()
    holds.place(case_id=case.id, by=cleo, ground=SUBPOENA, review_on=today() + TOMORROW)
    hold = source_hold(cleo)
    page = desk(Role.AUDITOR).get("/staff/holds/").content.decode()
    assert all(text in page for text in (case.reference, SUBPOENA, "crm", "Matter 26-114", "cleo"))
    assert "Hold the case" not in page
    assert "Lift" not in page.partition("<table")[2]
    page = desk().get("/staff/holds/?text=26-114").content.decode()
    assert "Matter 26-114" in page
    assert SUBPOENA not in page
    desk().post(f"/staff/holds/{hold.id}/lift/")
    assert "Matter 26-114" not in desk().get("/staff/holds/").content.decode()
    assert "Matter 26-114" in desk().get("/staff/holds/?show=lifted").content.decode()


def test_it_says_when_there_is_none(cleo: Actor) -> None:
    assert "No hold is in force." in desk().get("/staff/holds/").content.decode()
    assert "No hold matches." in desk().get("/staff/holds/?text=x").content.decode()
    case = opened()
    holds.place(case_id=case.id, by=cleo, ground=SUBPOENA)
    destroy_key(case.id)
    assert SUBPOENA not in desk().get("/staff/holds/").content.decode()


def test_it_places_and_lifts_on_the_page() -> None:
    case, client = planned(), desk()
    client.post("/staff/holds/case/", {"case-reference": case.reference.lower(), "case-ground": SUBPOENA})
    hold = case.holds.get()
    answer = client.post(f"/staff/holds/{hold.id}/lift/", follow=True)
    assert said(answer) == "The hold is in force: nothing leaves until it is lifted. The hold is lifted."
    client.post("/staff/holds/source/", {"source-source_key": "crm", "source-ground": "Matter 26-114"})
    assert SourceHold.objects.get().collection == ""
    answer = client.post(f"/staff/holds/{case.id}/lift/")
    assert answer.status_code == 404


def test_it_shows_a_refused_hold_again_with_what_was_typed() -> None:
    planned()
    client = desk()
    answer = client.post("/staff/holds/case/", {"case-reference": "7K4M-29QF-2", "case-ground": SUBPOENA})
    assert answer.status_code == 400
    assert SUBPOENA in answer.content.decode()
    answer = client.post("/staff/holds/source/", {"source-source_key": "cmr", "source-ground": "Matter 26-114"})
    page = answer.content.decode()
    assert (answer.status_code, "No case has met a source with this key yet." in page, "Matter 26-114" in page) == (
        400,
        True,
        True,
    )


def test_it_asks_for_a_fresh_proof_before_a_hold_is_lifted(cleo: Actor) -> None:
    case = planned()
    hold = source_hold(cleo)
    on_case = holds.place(case_id=case.id, by=cleo, ground=SUBPOENA)
    client = desk(proven=False)
    for path in (f"/staff/holds/{hold.id}/lift/", f"/staff/cases/{case.reference}/decide/lift_hold/"):
        assert "/accounts/reauthenticate/" in client.post(path)["Location"]
    on_case.refresh_from_db()
    assert (on_case.lifted_at, SourceHold.objects.get().lifted_at) == (None, None)
