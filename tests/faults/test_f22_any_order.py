"""F22: officers, consumer and machine act on a deletion in any order, also at the same moment, and break nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from requests_app.casefile import changes, erasing, write
from requests_app.casefile.erasing import Planned
from requests_app.exceptions import Refused, Superseded
from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import Case, SourceHold
from requests_app.permissions import Actor, Role, consumer, staff
from requests_app.services import ending, holds, messages, review
from tests import factories
from tests.characters import user
from tests.faults.test_f22_two_officers import at_once
from tests.requests_app import plans
from tests.services.stage import Stage

OFFICERS = ("cleo", "cato")
PLAN = (
    Planned("crm", "Customers", "crm.people", "delete", keys=({"id": 1},), rows=1),
    Planned("crm", "Customers", "crm.calls", "null", keys=({"id": 2},), rows=1, position=1),
)
Act = Callable[[Case], object]


def officer(name: str = "cleo") -> Actor:
    return staff(user(Role.OFFICER, name))


def prove(case: Case, **how: Any) -> None:
    with transaction.atomic():
        factories.prove(case, **how)


def plan(case: Case) -> None:
    by = factories.holder(case)
    erasing.planned(by, PLAN)
    write.stage_finished(by)


def carry_out(case: Case) -> None:
    """The next step that is not done, as the machine does it: asked of the gate, begun, told."""
    by = factories.holder(case)
    changes.begin_changes(by)
    step = next(one for one in erasing.ordered(case.id) if not one.is_done)
    erasing.begin([step.id])
    result = {"delete": "deleted", "null": "nulled"}[step.action]
    erasing.step_done(by, step_id=step.id, result=result, rows_done=len(step.keys), rows_left=0)


def end(case: Case) -> None:
    by = factories.holder(case)
    outcome, ground = erasing.settle(by, {})
    write.fulfilled(by, outcome=outcome, ground=ground)


def approving(by: Callable[[], Actor]) -> Act:
    return lambda case: review.approve(case_id=case.id, by=by(), digest=case.content_digest)


def lift(case: Case) -> None:
    for hold in case.holds.filter(lifted_at=None):
        holds.lift(case_id=case.id, by=officer(), hold_id=hold.id)
    for hold in SourceHold.objects.filter(lifted_at=None):
        holds.lift_from_source(by=officer(), hold_id=hold.id)


def deny(case: Case) -> None:
    review.deny(case_id=case.id, by=officer("cato"), ground="identity_unproven", explanation="x" * 30)


ROAD: dict[State, Act] = {
    State.VERIFYING: prove,
    State.GATHERING: factories.gather,
    State.PLANNING: plan,
    State.IN_REVIEW: factories.approved,
    State.FULFILLING: lambda case: (
        carry_out(case) if any(not one.is_done for one in erasing.ordered(case.id)) else end(case)
    ),
    State.RECORDING: factories.closed,
}
ACTS: dict[str, Act] = {
    "the next thing": lambda case: ROAD[State(case.state)](case),
    "weak proof": lambda case: prove(case, kinds=("phone",), signed=False),
    "plan": plan,
    "step": carry_out,
    "begin without asking": lambda case: erasing.begin([one.id for one in erasing.ordered(case.id)]),
    "end": end,
    "anna approves": approving(lambda: staff(user(Role.ANALYST))),
    **{f"{name} approves": approving(lambda name=name: officer(name)) for name in OFFICERS},  # type: ignore[misc]
    "refuse": deny,
    "send back": lambda case: review.send_back(case_id=case.id, by=officer(), note="Look again."),
    "hold": lambda case: holds.place(case_id=case.id, by=officer(), ground="subpoena"),
    "hold on a source": lambda _: holds.place_on_source(by=officer(), source_key="crm", ground="Matter 26", sure=True),
    "lift": lift,
    "withdraw": lambda case: ending.withdraw(case_id=case.id, by=consumer(case.id)),
    "write": lambda case: messages.write(case_id=case.id, by=consumer(case.id), text="When?"),
}


def tried(name: str, case: Case) -> bool:
    """Whether it was taken; a refusal is a fine answer. A savepoint where a test is one transaction, none where not."""
    case.refresh_from_db()
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            ACTS[name](case)
    except (Refused, Superseded, IntegrityError, LookupError, StopIteration):
        return False
    return True


def done(case: Case) -> set[Any]:
    """Steps that were begun or carried out."""
    return set(case.steps.exclude(begun_at=None).values_list("id", flat=True))


def held(case: Case) -> bool:
    return case.holds.filter(lifted_at=None).exists() or SourceHold.objects.filter(lifted_at=None).exists()


def sound(case: Case) -> None:
    for release in case.change_releases.all():
        approvers = set(case.approvals.filter(digest=release.content_digest).values_list("by_id", flat=True))
        assert case.identity_level >= case.required_level
        assert len(approvers) >= case.required_approvals >= 2
        assert approvers - set(case.preparers.values_list("user_id", flat=True))
    assert case.change_releases.exists() or not done(case)
    assert list(chain.verify(case)) == []
    sequences = list(case.events.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))


class AnyOrder(RuleBasedStateMachine):
    seen: Counter[str] = Counter()

    @initialize(planned=st.booleans())
    def begin(self, planned: bool) -> None:
        SourceHold.objects.filter(lifted_at=None).delete()
        self.case = plans.planned() if planned else factories.opened(Right.DELETE)
        self.events: list[str] = []

    @rule(name=st.sampled_from([*ACTS, *["the next thing"] * len(ACTS)]))
    def act(self, name: str) -> None:
        was_held, before = held(self.case), done(self.case)
        taken = tried(name, self.case)
        self.case.refresh_from_db()
        assert not (was_held and done(self.case) - before), name
        self.seen[f"{name}: {taken}"] += 1
        self.seen[str(self.case.state)] += 1

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "case"):
            return
        sound(self.case)
        events = list(self.case.events.order_by("sequence").values_list("hash", flat=True))
        assert events[: len(self.events)] == self.events
        self.events = events


@pytest.mark.slow
@pytest.mark.django_db
def test_f22_it_holds_in_any_order() -> None:
    few = settings(max_examples=20, stateful_step_count=16, derandomize=True, deadline=None, database=None)
    run_state_machine_as_test(AnyOrder, settings=few)
    taken = sum(number for name, number in AnyOrder.seen.items() if name.endswith("True"))
    refused = sum(number for name, number in AnyOrder.seen.items() if name.endswith("False"))
    print(f"{taken} acts taken, {refused} refused, 0 invariants broken")
    assert {State.VERIFYING, State.IN_REVIEW, State.FULFILLING, State.RECORDING} <= {
        State(name) for name in AnyOrder.seen if ":" not in name
    }


@pytest.mark.slow
@pytest.mark.postgres
def test_f22_it_holds_when_four_act_at_the_same_moment(fresh_postgres: Stage) -> None:
    for seed in range(3):
        with transaction.atomic():
            case = plans.planned()

        def play(number: int, case_id: Any = case.pk, seed: int = seed) -> int:
            dice = random.Random(10 * seed + number)
            names = [dice.choice([*ACTS, "the next thing", "the next thing"]) for _ in range(8)]
            return sum(tried(name, Case.objects.get(pk=case_id)) for name in names)

        taken = at_once(*(lambda number=number: play(number) for number in range(4)))
        case.refresh_from_db()
        sound(case)
        assert sum(taken) > 0
        lift(case)
