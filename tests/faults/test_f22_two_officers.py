"""F22: two officers who decide at the same moment never leave a case half decided, on either database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction

from requests_app.casefile import erasing
from requests_app.exceptions import Refused
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Case, EventKind, Notice, Obligation, SourceHold
from requests_app.permissions import Actor, Role, Verb, staff
from requests_app.services import holds, obligations, owed, review
from tests.characters import user
from tests.requests_app.plans import planned, released
from tests.requests_app.test_obligations import NOTE, owe
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
ROUNDS = 5


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread and on a connection of its own, begun together; what it returned or was refused with."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def approving(case: Case, by: Actor) -> Callable[[], Case]:
    return lambda: review.approve(case_id=case.id, by=by, digest=case.content_digest)


@pytest.fixture
def officers(fresh_stage: Stage) -> tuple[Actor, Actor]:
    return staff(user(Role.OFFICER, "cleo")), staff(user(Role.OFFICER, "cato"))


def in_review() -> Case:
    with transaction.atomic():
        return planned()


def test_it_releases_once_when_both_approve(officers: tuple[Actor, Actor]) -> None:
    for _ in range(ROUNDS):
        case = in_review()
        at_once(*(approving(case, by) for by in officers))
        case.refresh_from_db()
        moves = case.events.filter(kind=EventKind.CASE_MOVED, payload__verb=Verb.RELEASE.value).count()
        assert (case.state, moves, case.approvals.count()) == (State.FULFILLING, 1, 2)
        assert list(chain.verify(case)) == []


def test_it_is_refused_or_released_when_one_refuses_and_the_other_approves(officers: tuple[Actor, Actor]) -> None:
    cleo, cato = officers
    for _ in range(ROUNDS):
        case = in_review()
        review.approve(case_id=case.id, by=staff(user(Role.ANALYST)), digest=case.content_digest)
        at_once(
            approving(case, cleo),
            lambda case=case: review.deny(case_id=case.id, by=cato, ground="identity_unproven", explanation="x" * 30),
        )
        case.refresh_from_db()
        assert (case.state, case.outcome) in {(State.FULFILLING, ""), (State.RECORDING, "refused")}
        assert list(chain.verify(case)) == []


def test_it_sends_one_letter_when_both_refuse(officers: tuple[Actor, Actor]) -> None:
    for _ in range(ROUNDS):
        case = in_review()
        said = at_once(
            *(
                lambda case=case, by=by: review.deny(
                    case_id=case.id, by=by, ground="identity_unproven", explanation="x" * 30
                )
                for by in officers
            )
        )
        case.refresh_from_db()
        assert sum(isinstance(one, Case) for one in said) == 1
        assert (case.state, case.notices.filter(kind=Notice.Kind.DENIAL).count()) == (State.RECORDING, 1)


def test_nothing_may_begin_when_a_hold_is_placed_while_the_other_approves(officers: tuple[Actor, Actor]) -> None:
    cleo, cato = officers
    for _ in range(ROUNDS):
        case = in_review()
        review.approve(case_id=case.id, by=staff(user(Role.ANALYST)), digest=case.content_digest)
        at_once(
            approving(case, cleo),
            lambda case=case: holds.place(case_id=case.id, by=cato, ground="A subpoena."),
        )
        case.refresh_from_db()
        assert case.state in {State.IN_REVIEW, State.FULFILLING}
        assert "hold" in case.gate_refusals()


def test_no_step_begins_after_a_hold_that_was_placed_on_its_source_at_that_moment(
    officers: tuple[Actor, Actor],
) -> None:
    cleo, _ = officers
    for _round in range(ROUNDS):
        with transaction.atomic():
            case = released()
        steps = list(case.steps.filter(source_key="crm").values_list("id", flat=True))

        def begin(steps: list[UUID] = steps) -> bool:
            try:
                erasing.begin(steps)
            except IntegrityError:
                return False
            return True

        hold, _begun = at_once(
            lambda: holds.place_on_source(by=cleo, source_key="crm", ground="Matter 26-114", sure=True), begin
        )
        assert begin() is False
        holds.lift_from_source(by=cleo, hold_id=hold.id)
        assert begin() is True


def test_a_hold_is_lifted_and_a_debt_settled_by_one_of_them(officers: tuple[Actor, Actor]) -> None:
    cleo, _ = officers
    case = in_review()
    hold = holds.place_on_source(by=cleo, source_key="crm", ground="Matter 26-114")
    said = at_once(*(lambda by=by: holds.lift_from_source(by=by, hold_id=hold.id) for by in officers))
    assert sum(isinstance(one, SourceHold) for one in said) == 1
    row = owe(case)
    said = at_once(*(lambda by=by: owed.settle(obligation_id=row.id, by=by, note=NOTE, done=False) for by in officers))
    assert sum(isinstance(one, Obligation) for one in said) == 1
    row = owe(case)
    at_once(*(lambda: obligations.tried(row.id, attempt=0, outcome="deferred", reason="TEC-05") for _ in officers))
    row.refresh_from_db()
    assert row.attempts == 1
    assert list(chain.verify(case)) == []
