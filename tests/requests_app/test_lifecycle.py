"""The full matrix role x state x verb from one table, and the walk that looks for a way round the release gate."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from requests_app.exceptions import Refused, Superseded
from requests_app.lifecycle import BEFORE_DECISION, OPT_OUTS, ROUTES, Right, State
from requests_app.models import Case, Deliverable, Release
from requests_app.permissions import MAY, SYSTEM, Actor, Role, Verb, consumer, staff
from requests_app.services import holds
from requests_app.services.transition import move
from tests import factories
from tests.characters import user

pytestmark = pytest.mark.django_db

MOVES = (
    Verb.BEGIN,
    Verb.VERIFY,
    Verb.FINISH_STAGE,
    Verb.RELEASE,
    Verb.SEND_BACK,
    Verb.RECONSIDER,
    Verb.CLOSE,
    Verb.DENY,
    Verb.WITHDRAW,
    Verb.EXPIRE,
    Verb.MERGE,
)
# From which states each verb leads on when its guard holds; the states as the case factories leave them hold no guard
# but that of WITHDRAW, so a verb listed in GUARDED never passes here, and its own tests show it passing.
FROM: dict[Verb, frozenset[State]] = {
    Verb.DENY: frozenset(BEFORE_DECISION),
    Verb.WITHDRAW: frozenset({*BEFORE_DECISION, State.FULFILLING}),
    Verb.EXPIRE: frozenset({State.VERIFYING}),
    Verb.SEND_BACK: frozenset({State.IN_REVIEW}),
    Verb.RECONSIDER: frozenset({State.FULFILLING}),
    Verb.MERGE: frozenset(BEFORE_DECISION),
}
GUARDED = frozenset({Verb.VERIFY, Verb.FINISH_STAGE, Verb.RELEASE, Verb.CLOSE})
REACHED = [state for state in ROUTES[Right.ACCESS] if state is not State.RECEIVED]
ROLES = tuple(Role)


def actor(role: Role, case: Case) -> Actor:
    if role is Role.SYSTEM:
        return SYSTEM
    return consumer(case.id) if role is Role.CONSUMER else staff(user(role))


def details(verb: Verb) -> dict[str, Any]:
    match verb:
        case Verb.DENY | Verb.EXPIRE:
            return {"ground": "not_verified"}
        case Verb.MERGE:
            return {"into": factories.opened().id}
        case _:
            return {}


def attempt(case: Case, verb: Verb, by: Actor) -> str:
    """Try the verb in a transaction that is always undone; `moved`, or the code of the refusal."""
    with transaction.atomic():
        try:
            move(case.id, verb, by=by, **details(verb))
        except Refused as refusal:
            return refusal.code
        else:
            return "moved"
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", REACHED)
def test_it_lets_exactly_the_listed_roles_use_exactly_the_listed_verbs(state: State) -> None:
    case = factories.case_in(state)
    for role, verb in itertools.product(ROLES, MOVES):
        seen = attempt(case, verb, actor(role, case))
        if role not in MAY[verb]:
            assert seen == "not_allowed", (role, state, verb, seen)
        elif state in FROM.get(verb, frozenset()):
            assert seen == "moved", (role, state, verb, seen)
        else:
            assert seen in {"wrong_state", "gate_closed"}, (role, state, verb, seen)


def test_it_knows_a_role_for_every_verb_and_lets_no_auditor_or_admin_write() -> None:
    reading = {Verb.VIEW, Verb.VIEW_EVENTS, Verb.VIEW_RECORDS, Verb.DOWNLOAD, Verb.VIEW_OPENINGS, Verb.MANAGE_STAFF}
    assert set(MAY) == set(Verb)
    for verb, roles in MAY.items():
        assert roles, verb
        assert not roles & {Role.AUDITOR, Role.ADMIN} or verb in reading, verb


def test_it_never_lets_the_consumer_of_one_case_act_on_another() -> None:
    mine, other = factories.opened(), factories.opened()
    assert attempt(other, Verb.WITHDRAW, consumer(mine.id)) == "not_allowed"
    assert attempt(mine, Verb.WITHDRAW, consumer(mine.id)) == "moved"


def test_it_has_a_route_for_every_right_and_each_ends_with_a_record() -> None:
    assert set(ROUTES) == set(Right)
    for right, route in ROUTES.items():
        assert route[0] is State.RECEIVED, right
        assert route[-2:] == (State.RECORDING, State.CLOSED), right
        assert len(set(route)) == len(route), right
        asks_identity = right not in OPT_OUTS | {Right.OPT_IN_SALE_SHARING}
        assert (State.VERIFYING in route) is asks_identity, right
        assert (State.IN_REVIEW in route) is asks_identity, right


def test_it_never_leaves_closed() -> None:
    case = factories.case_in(State.CLOSED)
    for role, verb in itertools.product(ROLES, MOVES):
        assert attempt(case, verb, actor(role, case)) in {"not_allowed", "wrong_state"}, (role, verb)


# --- the walk ----------------------------------------------------------------------------------------------------


def steps() -> dict[str, Callable[[Case], object]]:
    """Everything that anybody can do to a case, in good order or not. A refusal is a fine answer."""
    from_machine: dict[str, Callable[[Case], object]] = {
        "weak proof": lambda case: factories.prove(case, kinds=("phone",), signed=False),
        "full proof": factories.prove,
        "gather": factories.gather,
        "propose": factories.propose,
        "rule": factories.ruled,
        "package": factories.package,
        "package unscanned": lambda case: factories.package(case, scan_passed=False),
        "fulfilled": lambda case: factories.write.fulfilled(factories.holder(case), outcome="fulfilled"),
        "record": factories.closed,
    }
    by_people: dict[str, Callable[[Case], object]] = {
        f"approve {name}": lambda case, name=name, role=role: factories.review.approve(  # type: ignore[misc]
            case_id=case.id, by=staff(user(role, name)), digest=Case.objects.get(pk=case.id).content_digest
        )
        for name, role in (("anna", Role.ANALYST), ("cleo", Role.OFFICER))
    }
    by_people["hold"] = lambda case: holds.place(case_id=case.id, by=staff(user(Role.OFFICER)), ground="subpoena")
    by_people["send back"] = lambda case: factories.review.send_back(
        case_id=case.id, by=staff(user(Role.OFFICER)), note="look again"
    )
    by_people["reconsider"] = lambda case: factories.review.reconsider(
        case_id=case.id, by=staff(user(Role.OFFICER)), note="rule again"
    )
    for verb in MOVES:
        by_people[f"move {verb}"] = lambda case, verb=verb: move(case.id, verb, by=SYSTEM, **details(verb))  # type: ignore[misc]
    return from_machine | by_people


class _Undo(Exception):
    """Rolls back one step of the walk."""


def sound(case: Case) -> None:
    """Whatever is released was released with identity, approvals and no hold, and was scanned."""
    for release in Release.objects.filter(case=case):
        approvers = set(case.approvals.filter(digest=release.content_digest).values_list("by_id", flat=True))
        preparers = set(case.preparers.values_list("user_id", flat=True))
        assert case.identity_level >= case.required_level
        assert len(approvers) >= case.required_approvals
        assert approvers - preparers
        assert release.deliverable.scan_passed
    assert not Deliverable.objects.filter(case=case, kind="package", release=None).exists()


def situation(case: Case) -> tuple[object, ...]:
    """Everything that the gate could look at: two paths that lead to the same situation need one continuation."""
    return (
        str(case.state),
        case.identity_level,
        case.merged_into_id is not None,
        case.holds.filter(lifted_at=None).exists(),
        frozenset(case.approvals.filter(digest=case.content_digest).values_list("by__username", flat=True)),
        frozenset(case.preparers.values_list("user__username", flat=True)),
        case.redactions.filter(status="proposed").exists(),
        case.batches.exists(),
        case.releases.exists(),
    )


def walk(case: Case, known: set[tuple[object, ...]], tried: list[int]) -> None:
    known.add(situation(case))
    held, released = case.holds.filter(lifted_at=None).exists(), case.releases.count()
    for name, step in steps().items():
        tried[0] += 1
        try:
            with transaction.atomic():  # what is refused is taken back by this as well
                step(case)
                case.refresh_from_db()
                assert not (held and case.releases.count() > released), name
                sound(case)
                if situation(case) not in known:
                    walk(case, known, tried)
                raise _Undo  # noqa: TRY301  (undone whatever happened)
        except (Refused, LookupError, Superseded, _Undo):
            case.refresh_from_db()


@pytest.mark.slow
def test_it_has_no_path_to_a_release_without_identity_approvals_and_no_hold(tmp_path: Path, settings: Settings) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"
    known: set[tuple[object, ...]] = set()
    tried = [0]
    walk(factories.opened(), known, tried)
    print(f"{len(known)} situations, {tried[0]} steps tried, 0 releases past the gate")
    assert any(released for *_, released in known), "the walk never saw a release: it proves nothing"
    assert {State(str(state)) for state, *_ in known} == set(REACHED)


@pytest.mark.django_db
def test_it_keeps_its_state_closed_to_all_when_a_case_that_is_gone_is_read_again() -> None:
    case = factories.opened()
    gone = Case(pk=uuid.uuid4())
    with pytest.raises(Case.DoesNotExist):
        gone.refresh_from_db()
    case.refresh_from_db()
    with pytest.raises(AttributeError, match="Direct state modification"):
        case.state = State.CLOSED
