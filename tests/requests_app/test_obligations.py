"""What is owed after the end: tried on its date, told once, escalated, handed over, settled; the case stays closed."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from requests_app.exceptions import KeyDestroyed, NotAllowed, NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import Case, EventKind, Notice, Obligation
from requests_app.permissions import Actor, Role, staff
from requests_app.selectors import today
from requests_app.services import holds, notices, obligations, owed, reappearance
from requests_app.signals import work_ordered
from requests_app.vault import destroy_key
from tests.characters import user
from tests.factories import closed, fulfilled, opened
from tests.requests_app.plans import released
from tests.requests_app.test_staff_pages import desk, said

pytestmark = pytest.mark.django_db
NOTE = "The owner sent a picture of the empty result; seen on the screen."
OWNER = "crm-owner@example.org"
_keys = itertools.count()


@pytest.fixture(autouse=True)
def without_second_factor(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False


@pytest.fixture
def cleo() -> Actor:
    return staff(user(Role.OFFICER))


@pytest.fixture
def case() -> Case:
    return closed(fulfilled(released()))


def owe(case: Case, collection: str = "crm.people", **changed: Any) -> Obligation:
    step = case.steps.get(collection=collection)
    given = {
        "kind": Obligation.Kind.RETRY,
        "step": step,
        "source_key": step.source_key,
        "source_name": step.source_name,
        "reason": "TEC-05",
        "owner": OWNER,
        "due_on": today(),
        "key": f"owed-{next(_keys)}",
        "opened_at": timezone.now(),
    }
    return Obligation.objects.create(case=case, **(given | changed))


def recheck(case: Case, **changed: Any) -> Obligation:
    return owe(case, kind=Obligation.Kind.RECHECK, step=None, reason="", **changed)


@pytest.fixture
def orders() -> Any:
    """Every order of work that is given while the test runs."""
    heard: list[tuple[str, str]] = []

    def hear(kind: str, order_id: str, **_: object) -> None:
        heard.append((str(kind), order_id))

    work_ordered.connect(hear)
    yield heard
    work_ordered.disconnect(hear)


def follow_ups(case: Case) -> list[dict[str, Any]]:
    rows = case.notices.filter(kind=Notice.Kind.FOLLOW_UP).order_by("ordered_at")
    return [notices.content(row)["parameters"] for row in rows]


def told(case: Case, kind: EventKind = EventKind.OBLIGATION_TRIED) -> list[str]:
    return [event.payload.get("outcome", event.payload.get("state", "")) for event in case.events.filter(kind=kind)]


# --- on its date -------------------------------------------------------------------------------------------------


def test_it_orders_what_is_due_and_nothing_else(case: Case, orders: list[tuple[str, str]]) -> None:
    due, late = owe(case), recheck(case, due_on=today() - timedelta(days=3))
    owe(case, due_on=today() + timedelta(days=1))
    owe(case, kind=Obligation.Kind.REFERRAL)
    owe(case, state=Obligation.State.DONE)
    call_command("settle_obligations")
    assert sorted(orders) == sorted([("retry", f"{due.id}:0"), ("recheck", f"{late.id}:0")])


def test_it_stops_what_nobody_can_look_for_any_more(case: Case, orders: list[tuple[str, str]]) -> None:
    row = owe(case)
    destroy_key(case.id)
    assert obligations.order_due() == 0
    row.refresh_from_db()
    assert (row.state, orders) == (Obligation.State.STOPPED, [])


def test_it_is_done_and_the_person_is_told_once_nothing_else_is_open(case: Case) -> None:
    first, second = owe(case), owe(case, "crm.calls")
    recheck(case)
    obligations.tried(first.id, attempt=0, outcome="deleted", rows_left=0)
    assert follow_ups(case) == []
    obligations.tried(second.id, attempt=0, outcome="nulled", rows_left=0)
    assert [one["settled"] for one in follow_ups(case)] == [True]
    assert told(case) == ["deleted", "nulled"]
    assert told(case, EventKind.OBLIGATION_ENDED) == ["done", "done"]


def test_it_goes_on_at_the_dates_of_its_reason_and_then_needs_somebody(case: Case) -> None:
    row = owe(case)
    dates = []
    for attempt in range(3):
        row = obligations.tried(row.id, attempt=attempt, outcome="deferred", reason="TEC-09", rows_left=2)
        dates.append((row.due_on - today()).days)
    assert dates == [6, 23, 30]
    assert (row.state, row.rows_left) == (Obligation.State.ESCALATED, 2)
    assert [(one["settled"], one["next_on"]) for one in follow_ups(case)] == [
        (False, (today() + timedelta(days=23)).isoformat())
    ]
    mails = case.notices.filter(kind=Notice.Kind.OWNER_OWED)
    assert [notices.content(mail)["to"] for mail in mails] == [OWNER]
    assert "Quillfeather" not in notices.render(mails[0]).text


def test_a_try_that_is_told_twice_counts_once(case: Case) -> None:
    row = owe(case)
    for _ in range(2):
        obligations.tried(row.id, attempt=0, outcome="deferred", reason="TEC-05")
    row.refresh_from_db()
    assert (row.attempts, len(told(case))) == (1, 1)
    for _ in range(2):
        obligations.tried(row.id, attempt=1, outcome="deleted", rows_left=0)
    assert (len(told(case)), len(follow_ups(case))) == (2, 1)


def test_what_only_a_person_can_do_is_asked_of_its_owner_at_once(case: Case) -> None:
    row = owe(case, reason="OPS-04", owner="Records manager")
    row = obligations.tried(row.id, attempt=0, outcome="by_hand", owner=OWNER)
    assert row.state == Obligation.State.ESCALATED
    assert case.notices.filter(kind=Notice.Kind.OWNER_OWED).count() == 1
    assert [one["settled"] for one in follow_ups(case)] == [False]


def test_the_case_stays_closed_and_its_chain_holds(case: Case, cleo: Actor) -> None:
    row, entry = owe(case), case.entry
    obligations.tried(row.id, attempt=0, outcome="deferred", reason="TEC-05")
    owed.settle(obligation_id=row.id, by=cleo, note=NOTE, done=True)
    case.refresh_from_db()
    assert (case.state, case.entry, list(chain.verify(case))) == (State.CLOSED, entry, [])


# --- holds -------------------------------------------------------------------------------------------------------


def test_what_waited_for_a_hold_is_due_on_the_day_that_it_is_lifted(
    case: Case, cleo: Actor, orders: list[tuple[str, str]]
) -> None:
    far = today() + timedelta(days=365)
    held, other = owe(case, reason="LEG-08", due_on=far), owe(case, "crm.calls", reason="LEG-08", due_on=far)
    late = owe(case, "crm.calls", due_on=far)
    hold = holds.place_on_source(by=cleo, source_key="crm", collection="crm.people", ground="Matter 26-114")
    holds.lift_from_source(by=cleo, hold_id=hold.id)
    assert orders == [("retry", f"{held.id}:0")]
    dates = {row.id: row.due_on for row in Obligation.objects.all()}
    assert dates == {held.id: today(), other.id: far, late.id: far}


def test_a_hold_on_a_closed_case_is_waited_for_without_blame(case: Case, cleo: Actor) -> None:
    row = owe(case)
    hold = holds.place(case_id=case.id, by=cleo, ground="A subpoena.")
    row = obligations.tried(row.id, attempt=0, outcome="held", reason="LEG-08")
    assert (row.state, row.due_on) == (Obligation.State.OPEN, today() + timedelta(days=30))
    holds.lift(case_id=case.id, by=cleo, hold_id=hold.id)
    row.refresh_from_db()
    assert row.due_on == today()
    assert follow_ups(case) == []


# --- what comes back ---------------------------------------------------------------------------------------------


def test_rows_that_are_back_open_a_linked_case_once_and_the_person_is_told(case: Case) -> None:
    row = recheck(case)
    row = obligations.tried(row.id, attempt=0, outcome="came_back", rows_left=2)
    again = reappearance.reopen(row)
    assert reappearance.reopen(row) == again
    assert (again.right, again.state, again.identity_level) == (Right.DELETE, State.GATHERING, case.identity_level)
    assert case.links.get().other == again
    assert [one["opened"] for one in follow_ups(case)] == [again.reference]
    assert not again.approvals.exists()
    assert row.state == Obligation.State.ESCALATED
    assert list(chain.verify(again)) == []


def test_the_mail_says_how_it_stands() -> None:
    for right, parameters, text in (
        (Right.DELETE, {"settled": True}, "has been deleted after all"),
        (Right.CORRECT, {"settled": True}, "has been corrected after all"),
        (Right.OPT_OUT_PROFILING, {"settled": True}, "the system that could not keep your choice keeps it"),
        (Right.OPT_OUT_PROFILING, {"next_on": "2026-12-01"}, "the next time on December 1, 2026"),
        (Right.DELETE, {"opened": "7K4M-29QF-X"}, "7K4M-29QF-X"),
    ):
        case = opened(right)
        notice = notices.order(
            case, Notice.Kind.FOLLOW_UP, by=staff(user(Role.OFFICER)), key=text, parameters=parameters
        )
        mail = notices.render(notice)
        assert text in mail.text
        assert text in mail.html


# --- by hand -----------------------------------------------------------------------------------------------------


def test_it_is_tried_handed_over_and_settled_by_people(case: Case, cleo: Actor, orders: list[tuple[str, str]]) -> None:
    row = owe(case, due_on=today() + timedelta(days=9))
    owed.try_now(obligation_id=row.id, by=cleo)
    assert orders == [("retry", f"{row.id}:0")]
    owed.hand_over(obligation_id=row.id, by=cleo, owner="new-owner@example.org")
    assert case.events.filter(kind=EventKind.OBLIGATION_HANDED).count() == 1
    assert case.notices.filter(kind=Notice.Kind.OWNER_OWED).count() == 1
    owed.settle(obligation_id=row.id, by=cleo, note=NOTE, done=False)
    row.refresh_from_db()
    assert (row.state, row.owner) == (Obligation.State.STOPPED, "new-owner@example.org")
    assert follow_ups(case) == []
    assert NOTE not in str(list(case.events.values_list("payload", flat=True)))


def test_it_is_settled_once_when_two_officers_settle_it(case: Case, cleo: Actor) -> None:
    row = owe(case)
    owed.settle(obligation_id=row.id, by=cleo, note=NOTE, done=True)
    for call in (
        lambda: owed.settle(obligation_id=row.id, by=staff(user(Role.OFFICER, "cato")), note=NOTE, done=False),
        lambda: owed.try_now(obligation_id=row.id, by=cleo),
        lambda: owed.hand_over(obligation_id=row.id, by=cleo, owner="Records manager"),
    ):
        with pytest.raises(WrongState):
            call()
    assert len(told(case, EventKind.OBLIGATION_ENDED)) == 1
    with pytest.raises(NotFound):
        owed.try_now(obligation_id=case.id, by=cleo)


def test_it_says_what_is_wrong_with_what_people_do(case: Case, cleo: Actor) -> None:
    row = owe(case)
    for owner in ("", "x" * 201, "not@an address"):
        with pytest.raises(NotValid):
            owed.hand_over(obligation_id=row.id, by=cleo, owner=owner)
    with pytest.raises(NotValid):
        owed.settle(obligation_id=row.id, by=cleo, note="done", done=True)
    with pytest.raises(WrongState):
        owed.try_now(obligation_id=owe(case, kind=Obligation.Kind.REFERRAL).id, by=cleo)
    for role in (Role.INTAKE, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            owed.try_now(obligation_id=row.id, by=staff(user(role)))
    with pytest.raises(NotAllowed):
        owed.settle(obligation_id=row.id, by=staff(user(Role.ANALYST)), note=NOTE, done=True)
    destroy_key(case.id)
    with pytest.raises(KeyDestroyed):
        owed.try_now(obligation_id=row.id, by=cleo)


# --- the page ----------------------------------------------------------------------------------------------------


def test_it_lists_what_is_owed_by_date_and_finds_it(case: Case) -> None:
    owe(case, due_on=today() + timedelta(days=2))
    recheck(case, due_on=today() - timedelta(days=1), owner="Records manager")
    page = " ".join(desk().get("/staff/owed/").content.decode().split())
    assert page.index("Ask the source again: Customer relations") < page.index("Try again: Customer relations")
    assert "umbs-due--late" in page
    assert case.reference in desk().get(f"/staff/owed/?text={case.reference}").content.decode()
    assert "crm-owner" not in desk().get("/staff/owed/?text=records").content.decode()
    assert "crm-owner" not in desk().get("/staff/owed/?kind=recheck").content.decode()
    assert "Nothing that is owed fits." in desk().get("/staff/owed/?show=escalated").content.decode()
    assert "Try now" not in desk(Role.AUDITOR).get("/staff/owed/").content.decode()
    assert "Records manager" not in desk().get("/staff/owed/?text=crm-owner").content.decode()
    Obligation.objects.update(due_on=today() + timedelta(days=31))
    assert case.reference not in desk().get("/staff/owed/").content.decode()
    assert case.reference in desk().get("/staff/owed/?show=all").content.decode()
    Obligation.objects.all().delete()
    assert "Nothing is due within a month." in desk().get("/staff/owed/").content.decode()
    assert "Nothing is owed." in desk().get("/staff/owed/?show=all").content.decode()


def test_it_is_done_on_the_page_and_nothing_typed_is_lost(case: Case) -> None:
    row, client = owe(case), desk()
    path = f"/staff/owed/{row.id}/"
    assert "is tried now" in said(client.post(f"{path}try/", follow=True))
    answer = client.post(f"{path}hand-over/", {f"{row.id}-owner": "not@an address"})
    assert (answer.status_code, "not@an address" in answer.content.decode()) == (400, True)
    assert said(client.post(f"{path}hand-over/", {f"{row.id}-owner": "Finance"}, follow=True)) == "Handed over."
    short = {f"{row.id}-how": "done", f"{row.id}-note": "Too short."}
    answer = client.post(f"{path}settle/", short)
    assert (answer.status_code, "Too short." in answer.content.decode()) == (400, True)
    answer = client.post(f"{path}settle/", {f"{row.id}-how": "done", f"{row.id}-note": NOTE}, follow=True)
    assert "Settled" in said(answer)
    assert "settled already" in said(client.post(f"{path}try/", follow=True))


def test_it_asks_for_a_fresh_proof_before_somebody_vouches(case: Case) -> None:
    row = owe(case)
    answer = desk(proven=False).post(f"/staff/owed/{row.id}/settle/", {f"{row.id}-how": "done", f"{row.id}-note": NOTE})
    assert "/accounts/reauthenticate/" in answer["Location"]
    row.refresh_from_db()
    assert row.state == Obligation.State.OPEN
