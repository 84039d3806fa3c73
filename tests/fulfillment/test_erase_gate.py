"""Nothing is deleted before its time, under a hold, or otherwise than it was approved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone

from fulfillment import models
from fulfillment.connectors.base import Erased, Erasure
from fulfillment.connectors.sql import Sql
from requests_app.casefile import changes, erasing
from requests_app.exceptions import GateClosed, WrongState
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Attention, PlanStep
from requests_app.permissions import Role, consumer, staff
from requests_app.portal.standing import Standing
from requests_app.services import ending, holds, intake
from requests_app.services.intake import Asked
from requests_app.vault import CaseVault
from tests import factories
from tests.characters import ADA, user
from tests.fulfillment.deletions import blog, carried_out, planned, rows, shop, step
from tests.fulfillment.estate import Estate, hurry, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
OFFICER = Role.OFFICER


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"], UMBS_COOLING_OFF_HOURS=0):
        yield Estate(tmp_path)


def test_it_waits_before_it_begins_and_can_be_taken_back(estate: Estate) -> None:
    blog(estate)
    case = planned()
    with override_settings(UMBS_COOLING_OFF_HOURS=48):
        factories.approved(case)
        work("fulfil")
        job = models.Job.objects.get(kind="fulfil", case_id=case.id)
        assert timedelta(hours=47) < job.not_before - timezone.now() < timedelta(hours=48, seconds=5)
        ending.withdraw(case_id=case.id, by=consumer(case.id))
        hurry("fulfil")
        work("fulfil")
    case.refresh_from_db()
    assert (case.outcome, rows(estate, "blog", "posts")) == (Outcome.WITHDRAWN, [5, 6])


def test_it_cannot_be_taken_back_once_it_has_begun(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    real, refused = Sql.erase, []

    def meanwhile(self: Sql, erasures: Sequence[Erasure]) -> list[Erased]:
        with pytest.raises(WrongState) as caught:
            ending.withdraw(case_id=case.id, by=consumer(case.id))
        refused.append(caught.value.code)
        return real(self, erasures)

    blog(estate)
    case = planned()
    monkeypatch.setattr(Sql, "erase", meanwhile)
    case = carried_out(case)
    assert refused == ["wrong_state"]
    assert case.outcome == Outcome.FULFILLED


def test_a_hold_stops_it_and_lifted_lets_it_go_on_at_once(estate: Estate) -> None:
    blog(estate)
    case = planned()
    with override_settings(UMBS_COOLING_OFF_HOURS=48):
        factories.approved(case)
        hold = holds.place(case_id=case.id, by=staff(user(OFFICER)), ground="A court asked for it.")
        hurry("fulfil")
        work("fulfil")
        case.refresh_from_db()
        assert (case.state, case.attention) == (State.FULFILLING, Attention.HOLD)
        assert rows(estate, "blog", "posts") == [5, 6]
        with pytest.raises(GateClosed):
            changes.begin_changes(factories.holder(case))
    holds.lift(case_id=case.id, by=staff(user(OFFICER)), hold_id=hold.id)
    work("fulfil")
    case.refresh_from_db()
    assert (case.outcome, rows(estate, "blog", "posts")) == (Outcome.FULFILLED, [6])


def test_a_hold_on_a_source_stops_what_it_covers_and_what_that_needs(estate: Estate) -> None:
    blog(estate)
    shop(estate)
    case = factories.approved(planned())
    officer = staff(user(OFFICER))
    holds.place_on_source(by=officer, source_key="shop", collection="shop.orders", ground="Elm v. Oak")
    work("fulfil")
    case.refresh_from_db()
    assert (rows(estate, "shop", "lines"), rows(estate, "shop", "orders")) == ([], [10, 11])
    assert rows(estate, "shop", "people") == [1]
    assert rows(estate, "blog", "posts") == [6]
    held = {one.collection for one in case.steps.filter(result="deferred", reason="LEG-08")}
    assert held == {"shop.orders", "shop.people"}
    assert case.outcome == Outcome.PARTLY


@pytest.mark.parametrize("what", ["the rows", "the action"])
def test_it_refuses_a_plan_that_is_not_the_approved_one(estate: Estate, what: str) -> None:
    blog(estate)
    case = factories.approved(planned())
    one = step(case, "blog.posts")
    other = CaseVault.of(case.id).seal_json([{"id": 6}], place=f"planstep.keys|{one.id}")
    PlanStep.objects.filter(pk=one.id).update(**{"keys_sealed": other} if what == "the rows" else {"action": "null"})
    work("fulfil")
    case.refresh_from_db()
    assert (case.state, case.attention) == (State.FULFILLING, Attention.STAGE_FAILED)
    assert rows(estate, "blog", "posts") == [5, 6]


def test_the_database_takes_no_deletion_without_a_release(estate: Estate) -> None:
    blog(estate)
    case = planned()
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanStep.objects.filter(case=case, action="delete").update(result="deleted")


def test_it_waits_for_the_copy_that_was_asked_for_in_the_same_visit(estate: Estate) -> None:
    blog(estate)
    copy, case = intake.open_visit([Asked(right, ADA, residence="US-CA") for right in (Right.ACCESS, Right.DELETE)])
    with transaction.atomic():
        factories.prove(case, signed=False)
    work("gather", "search", "plan")
    case = carried_out(case, tries=2)
    assert (case.state, rows(estate, "blog", "posts")) == (State.FULFILLING, [5, 6])
    assert erasing.waits_for_a_copy(case.id)
    assert "as soon as your copy is ready" in str(Standing.of(case).sentence)
    ending.withdraw(case_id=copy.id, by=consumer(copy.id))
    work("fulfil")
    case.refresh_from_db()
    assert (case.outcome, rows(estate, "blog", "posts")) == (Outcome.FULFILLED, [6])
