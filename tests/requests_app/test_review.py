"""What people decide: rulings, approvals of exactly what was shown, refusals, holds, links, mergers, another try."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from requests_app.casefile import write
from requests_app.casefile.types import FoundRecord
from requests_app.exceptions import NotAllowed, NotFound, NotValid, Superseded, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import Attention, Case, EventKind, Notice, Redaction
from requests_app.permissions import Actor, Role, consumer, staff
from requests_app.services import assignment, holds, messages, notices, review
from tests.characters import OTTO, user
from tests.factories import approved, case_in, gather, holder, opened, package, propose, ruled

pytestmark = pytest.mark.django_db
EXPLANATION = "We could not find that you are the person whose records you asked for."


@pytest.fixture
def cleo() -> Actor:
    return staff(user(Role.OFFICER))


@pytest.fixture
def anna() -> Actor:
    return staff(user(Role.ANALYST))


@pytest.fixture
def case() -> Case:
    return case_in(State.IN_REVIEW)


def ids(case: Case, **which: object) -> list[uuid.UUID]:
    return list(case.redactions.filter(**which).values_list("id", flat=True))


def now(case: Case) -> Case:
    fresh: Case = Case.objects.get(pk=case.pk)
    return fresh


# --- rulings -----------------------------------------------------------------------------------------------------


def test_it_keeps_who_ruled_and_changes_what_an_approval_would_approve(case: Case, anna: Actor) -> None:
    before = case.content_digest
    assert review.rule(case_id=case.id, by=anna, redactions=ids(case, role="OTHER"), withhold=True) == 1
    row = case.redactions.get(role="OTHER")
    assert (row.status, row.ruled_by_id, row.ruled_at is not None) == ("accepted", anna.user_id, True)
    assert now(case).content_digest not in ("", before)
    assert list(case.preparers.values_list("user_id", flat=True)) == [anna.user_id]


def test_it_writes_one_event_for_many_rulings_and_none_for_no_change(case: Case, anna: Actor) -> None:
    review.rule(case_id=case.id, by=anna, redactions=ids(case), withhold=True)
    assert review.rule(case_id=case.id, by=anna, redactions=ids(case), withhold=True) == 0
    events = case.events.filter(kind=EventKind.REDACTIONS_RULED)
    assert [event.payload["count"] for event in events] == [3]


def test_it_lets_only_an_officer_release_what_is_never_disclosed(case: Case, anna: Actor, cleo: Actor) -> None:
    with pytest.raises(NotAllowed):
        review.rule(case_id=case.id, by=anna, redactions=ids(case, role="NEVER"), withhold=False)
    assert review.rule(case_id=case.id, by=cleo, redactions=ids(case, role="NEVER"), withhold=False) == 2
    assert review.rule(case_id=case.id, by=anna, redactions=ids(case, role="OTHER"), withhold=False) == 1


def test_it_rules_on_nothing_of_another_case_and_on_nothing_at_all_then(case: Case, anna: Actor) -> None:
    other = case_in(State.IN_REVIEW)
    with pytest.raises(NotFound):
        review.rule(case_id=case.id, by=anna, redactions=[*ids(case), *ids(other)], withhold=True)
    assert ids(case, status=Redaction.Status.PROPOSED) == ids(case)


def test_it_rules_only_while_the_case_is_in_review(anna: Actor) -> None:
    case = case_in(State.FULFILLING)
    with pytest.raises(WrongState, match="not in review"):
        review.rule(case_id=case.id, by=anna, redactions=ids(case), withhold=False)
    batch = case.batches.get()
    with pytest.raises(WrongState):
        review.withhold_words(case_id=case.id, by=anna, batch_id=batch.id, row=0, path="/note", words="Bo")


def test_it_withholds_every_place_where_the_words_stand(case: Case, anna: Actor) -> None:
    batch = case.batches.get()
    mark: dict[str, Any] = {"case_id": case.id, "by": anna, "batch_id": batch.id, "row": 0}
    assert review.withhold_words(**mark, path="/name", words="  l ") == 2
    assert review.withhold_words(**mark, path="/name", words="L") == 2
    places = (
        case.redactions.filter(rule="by_hand").order_by("start").values_list("row", "path", "start", "end", "status")
    )
    assert list(places) == [(0, "/name", 7, 8, "accepted"), (0, "/name", 8, 9, "accepted")]
    assert review.withhold_words(**mark, path="/note", words="") == 1
    assert case.redactions.filter(path="/note", start=0, end=0, status="accepted").exists()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"batch_id": uuid.UUID(int=7)}, NotFound),
        ({"row": 99}, NotFound),
        ({"row": -1}, NotFound),
        ({"path": "/nothing"}, NotFound),
        ({"words": "not there"}, NotValid),
        ({"words": ".*"}, NotValid),
    ],
)
def test_it_marks_only_what_is_there(case: Case, anna: Actor, change: dict[str, Any], wrong: type[Exception]) -> None:
    place: dict[str, Any] = {"batch_id": case.batches.get().id, "row": 0, "path": "/name", "words": "Ada"}
    with pytest.raises(wrong):
        review.withhold_words(case_id=case.id, by=anna, **(place | change))
    assert not case.redactions.filter(rule="by_hand").exists()


def test_it_marks_nothing_in_a_record_of_another_case(case: Case, anna: Actor) -> None:
    other = case_in(State.IN_REVIEW)
    with pytest.raises(NotFound):
        review.withhold_words(
            case_id=case.id, by=anna, batch_id=other.batches.get().id, row=0, path="/name", words="Ada"
        )


# --- approvals ---------------------------------------------------------------------------------------------------


def test_it_goes_on_when_two_people_approved_and_one_did_not_prepare(case: Case, anna: Actor, cleo: Actor) -> None:
    ruled(case)
    assert review.approve(case_id=case.id, by=anna, digest=case.content_digest).state == State.IN_REVIEW
    assert review.approve(case_id=case.id, by=anna, digest=case.content_digest).state == State.IN_REVIEW
    assert case.approvals.count() == 1
    assert review.approve(case_id=case.id, by=cleo, digest=case.content_digest).state == State.FULFILLING


def test_it_waits_for_somebody_who_prepared_nothing(case: Case, anna: Actor, cleo: Actor) -> None:
    review.rule(case_id=case.id, by=anna, redactions=ids(case, role="OTHER"), withhold=True)
    review.rule(case_id=case.id, by=cleo, redactions=ids(case, role="NEVER"), withhold=True)
    case.refresh_from_db()
    review.approve(case_id=case.id, by=anna, digest=case.content_digest)
    after = review.approve(case_id=case.id, by=cleo, digest=case.content_digest)
    assert (after.state, after.gate_refusals()) == (State.IN_REVIEW, ["independent_approval"])
    cato = staff(user(Role.OFFICER, "cato"))
    assert review.approve(case_id=case.id, by=cato, digest=case.content_digest).state == State.FULFILLING


def test_it_approves_only_what_was_shown_and_ruled_on(case: Case, anna: Actor, cleo: Actor) -> None:
    with pytest.raises(WrongState, match="Rule on every"):
        review.approve(case_id=case.id, by=cleo, digest=case.content_digest)
    ruled(case)
    shown = case.content_digest
    review.rule(case_id=case.id, by=cleo, redactions=ids(case, role="OTHER"), withhold=False)
    with pytest.raises(WrongState, match="changed since"):
        review.approve(case_id=case.id, by=anna, digest=shown)
    assert not case.approvals.exists()


def test_it_voids_approvals_when_a_ruling_changes(case: Case, anna: Actor, cleo: Actor) -> None:
    ruled(case)
    review.approve(case_id=case.id, by=cleo, digest=case.content_digest)
    review.rule(case_id=case.id, by=anna, redactions=ids(case, role="OTHER"), withhold=False)
    assert "approvals" in now(case).gate_refusals()


def test_it_lets_nothing_leave_during_a_hold(case: Case, anna: Actor, cleo: Actor) -> None:
    ruled(case)
    hold = holds.place(case_id=case.id, by=cleo, ground="A subpoena of November 20.")
    review.approve(case_id=case.id, by=anna, digest=case.content_digest)
    after = review.approve(case_id=case.id, by=cleo, digest=case.content_digest)
    assert (after.state, after.gate_refusals()) == (State.IN_REVIEW, ["hold"])
    assert holds.of_case(now(case)) == [(hold, "A subpoena of November 20.")]
    holds.lift(case_id=case.id, by=cleo, hold_id=hold.id)
    holds.lift(case_id=case.id, by=cleo, hold_id=hold.id)
    assert case.events.filter(kind=EventKind.HOLD_LIFTED).count() == 1
    assert review.approve(case_id=case.id, by=cleo, digest=case.content_digest).state == State.FULFILLING


def test_it_asks_for_the_ground_of_a_hold(case: Case, cleo: Actor) -> None:
    with pytest.raises(NotValid):
        holds.place(case_id=case.id, by=cleo, ground="  ")


# --- back, again, no ---------------------------------------------------------------------------------------------


def test_it_searches_again_from_the_start_when_a_case_is_sent_back(case: Case, cleo: Actor) -> None:
    ruled(case)
    review.approve(case_id=case.id, by=cleo, digest=case.content_digest)
    review.send_back(case_id=case.id, by=cleo, note="The invoices of 2024 are missing.")
    assert now(case).state == State.GATHERING
    assert [text for _, text in messages.read(case, notes=True)] == ["The invoices of 2024 are missing."]
    again = propose(gather(now(case), [FoundRecord("billing.accounts", "9", {"note": "new"})]), [])
    assert (again.state, again.redactions.count(), again.batches.get().rows) == (State.IN_REVIEW, 0, 1)
    assert "approvals" in again.gate_refusals()


def test_it_takes_an_approval_back_while_nothing_has_left_and_asks_for_each_approval_again(cleo: Actor) -> None:
    case = case_in(State.FULFILLING)
    old = holder(case)
    after = review.reconsider(case_id=case.id, by=cleo, note="One line names the neighbour.")
    assert (after.state, after.gate_refusals()) == (State.IN_REVIEW, ["approvals"])
    assert after.redactions.exists()
    with pytest.raises(Superseded):
        write.fulfilled(old, outcome="fulfilled")
    assert review.approve(case_id=case.id, by=cleo, digest=after.content_digest).state == State.IN_REVIEW
    again = package(approved(now(case)))
    with pytest.raises(WrongState):
        review.reconsider(case_id=case.id, by=cleo, note="Too late: it has left.")
    assert again.state == State.FULFILLING


def test_it_reconsiders_nothing_that_nobody_reviewed_or_that_has_begun(cleo: Actor) -> None:
    begun = case_in(State.FULFILLING)
    write.first_effect(holder(begun))
    for case in (begun, case_in(State.FULFILLING, Right.OPT_OUT_PROFILING)):
        with pytest.raises(WrongState):
            review.reconsider(case_id=case.id, by=cleo, note="Stop.")
        assert now(case).state == State.FULFILLING


def test_it_enters_the_state_anew_on_another_try_and_refuses_the_old_holder(cleo: Actor) -> None:
    case = case_in(State.GATHERING)
    old = holder(case)
    write.open_search(old, source_key="crm", source_name="CRM", state="pending")
    write.stage_failed(old, code="source_down", attention="stage_failed")
    assert now(case).attention == Attention.STAGE_FAILED
    review.retry(case_id=case.id, by=cleo)
    after = now(case)
    assert (after.state, after.entry, after.attention) == (State.GATHERING, old.entry + 1, Attention.NONE)
    with pytest.raises(Superseded):
        write.start_search(old, source_key="crm")
    with pytest.raises(Superseded):
        write.stage_finished(old)
    fresh = holder(case)
    write.open_search(fresh, source_key="crm", source_name="CRM", state="pending")
    write.start_search(fresh, source_key="crm")
    assert list(chain.verify(case)) == []


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.CLOSED])
def test_it_tries_again_only_what_the_machine_does(state: State, cleo: Actor) -> None:
    case = case_in(state)
    with pytest.raises(WrongState):
        review.retry(case_id=case.id, by=cleo)


def test_it_refuses_on_a_ground_of_the_law_with_an_explanation_in_the_letter(case: Case, cleo: Actor) -> None:
    after = review.deny(case_id=case.id, by=cleo, ground="identity_unproven", explanation=EXPLANATION)
    assert (after.state, after.outcome, after.ground) == (State.RECORDING, "refused", "identity_unproven")
    letter = case.notices.get(kind=Notice.Kind.DENIAL)
    assert notices.content(letter)["parameters"]["explanation"] == EXPLANATION
    with pytest.raises(WrongState):
        review.deny(case_id=case.id, by=cleo, ground="identity_unproven", explanation=EXPLANATION)
    assert case.notices.filter(kind=Notice.Kind.DENIAL).count() == 1


@pytest.mark.parametrize(
    ("ground", "explanation", "field"),
    [("dislike", EXPLANATION, "ground"), ("", EXPLANATION, "ground"), ("identity_unproven", "No.", "explanation")],
)
def test_it_refuses_no_request_without_ground_and_reason(
    case: Case, cleo: Actor, ground: str, explanation: str, field: str
) -> None:
    with pytest.raises(NotValid) as wrong:
        review.deny(case_id=case.id, by=cleo, ground=ground, explanation=explanation)
    assert wrong.value.field == field
    assert now(case).state == State.IN_REVIEW
    assert not case.notices.filter(kind=Notice.Kind.DENIAL).exists()


# --- people and other cases --------------------------------------------------------------------------------------


def test_it_assigns_to_those_who_can_work_on_a_case(case: Case, cleo: Actor) -> None:
    assignment.assign(case_id=case.id, by=cleo, to=user(Role.ANALYST))
    assert now(case).assignee == user(Role.ANALYST)
    with pytest.raises(NotValid):
        assignment.assign(case_id=case.id, by=cleo, to=user(Role.AUDITOR))
    assignment.assign(case_id=case.id, by=staff(user(Role.ANALYST)), to=None)
    assert now(case).assignee is None


def test_it_links_both_ways_once_and_raises_nobodys_identity(cleo: Actor) -> None:
    proven, stranger = case_in(State.GATHERING), opened(person=OTTO)
    for _ in range(2):
        review.link(case_id=stranger.id, by=cleo, other=proven)
    assert [link.other for link in stranger.links.all()] == [proven]
    assert [link.other for link in proven.links.all()] == [stranger]
    assert (now(stranger).identity_level, now(stranger).state) == (0, State.VERIFYING)
    with pytest.raises(NotValid):
        review.link(case_id=proven.id, by=cleo, other=proven)


def test_it_merges_a_duplicate_and_leaves_both_identity_levels_alone(cleo: Actor) -> None:
    proven, twin = case_in(State.GATHERING), opened()
    after = review.merge(case_id=twin.id, by=cleo, into=proven)
    assert (after.state, after.outcome, after.merged_into) == (State.RECORDING, "merged", proven)
    assert (now(twin).identity_level, now(proven).identity_level) == (0, proven.identity_level)
    assert "merged" in now(twin).gate_refusals()


def test_it_merges_only_into_another_open_case_for_the_same_right(cleo: Actor) -> None:
    case = opened()
    ended = case_in(State.CLOSED, Right.OPT_OUT_PROFILING)
    merged = opened()
    review.merge(case_id=merged.id, by=cleo, into=case_in(State.GATHERING))
    for into in (case, opened(Right.OPT_OUT_PROFILING), ended, now(merged)):
        with pytest.raises(NotValid):
            review.merge(case_id=case.id, by=cleo, into=into)
    assert now(case).outcome == ""


def test_it_leaves_decisions_to_staff(case: Case) -> None:
    ada = consumer(case.id)
    for call in (
        lambda: review.rule(case_id=case.id, by=ada, redactions=ids(case), withhold=False),
        lambda: review.approve(case_id=case.id, by=ada, digest=case.content_digest),
        lambda: review.deny(case_id=case.id, by=ada, ground="identity_unproven", explanation=EXPLANATION),
        lambda: holds.place(case_id=case.id, by=ada, ground="Mine."),
        lambda: review.send_back(case_id=case.id, by=ada, note="More."),
        lambda: review.reconsider(case_id=case.id, by=ada, note="More."),
        lambda: review.retry(case_id=case.id, by=ada),
        lambda: review.merge(case_id=case.id, by=ada, into=opened()),
    ):
        with pytest.raises(NotAllowed):
            call()
