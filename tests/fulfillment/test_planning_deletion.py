"""A deletion's plan says of every row that was found what becomes of it, on which ground, and touches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import override_settings

from fulfillment import models
from requests_app.casefile import erasing, read
from requests_app.exceptions import GateClosed
from requests_app.lifecycle import State
from requests_app.models import Case, EventKind, PlanStep
from requests_app.permissions import Role, staff
from requests_app.services import erasure, holds, review
from requests_app.vault import CaseVault
from tests.characters import user
from tests.fulfillment.deletions import BODY, MAIL, planned, shop
from tests.fulfillment.estate import EMAIL, ID, Estate, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
UNNEEDED = {"data_categories": ["user.name"], "fides_meta": {"umbs": {"kept": False}}}
Plan = set[tuple[str, str, str, int]]


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        yield Estate(tmp_path)


def steps(case: Case) -> Plan:
    """Without our own list, which stands in every plan."""
    rows = case.steps.exclude(reason="LEG-11")
    return {(one.collection, one.action, one.reason, one.rows) for one in rows}


def keys(case: Case, collection: str, action: str) -> list[dict[str, Any]]:
    step = case.steps.get(collection=collection, action=action)
    return list(erasure.keys_of(step, CaseVault.of(case.id)))


def test_it_deletes_what_is_about_the_person_and_leaves_what_others_share(estate: Estate) -> None:
    shop(estate)
    case = planned()
    assert steps(case) == {
        ("shop.people", "delete", "", 1),
        ("shop.orders", "delete", "", 2),
        ("shop.lines", "delete", "", 2),
        ("shop.firms", "keep", "TEC-08", 1),
    }
    assert keys(case, "shop.orders", "delete") == [{"id": 10}, {"id": 11}]
    order = [one.collection for one in case.steps.filter(source_key="shop", action="delete").order_by("position")]
    assert order == ["shop.lines", "shop.orders", "shop.people"], "a parent went before its child"


def test_it_keeps_our_own_note_of_whom_not_to_write_to(estate: Estate) -> None:
    shop(estate)
    note = planned().steps.get(reason="LEG-11")
    assert (note.action, note.source_name, note.rows) == ("keep", "Do-not-contact list", 3)


def test_it_keeps_what_the_law_keeps_and_what_that_needs(estate: Estate) -> None:
    shop(estate, {"lines": {"on_delete": "keep", "retention": "LEG-06"}})
    case = planned()
    assert steps(case) == {
        ("shop.lines", "keep", "LEG-06", 2),
        ("shop.orders", "keep", "LEG-06", 2),
        ("shop.people", "keep", "LEG-06", 1),
        ("shop.firms", "keep", "TEC-08", 1),
    }


def test_it_parts_the_rows_whose_time_is_over_from_those_that_are_kept(estate: Estate) -> None:
    kept = {"on_delete": "keep", "retention": "LEG-06", "keep_for": {"years": 7, "after": "placed"}}
    shop(estate, {"orders": kept})
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False):
        case = planned()
    assert {one for one in steps(case) if "firms" not in one[0]} == {
        ("shop.lines", "delete", "", 2),
        ("shop.orders", "keep", "LEG-06", 1),
        ("shop.orders", "delete", "", 1),
        ("shop.people", "keep", "LEG-06", 1),
    }
    assert case.steps.get(collection="shop.orders", action="keep").keep_until == date(2032, 3, 1)
    assert case.steps.get(collection="shop.people", action="keep").keep_until == date(2032, 3, 1)
    assert keys(case, "shop.orders", "delete") == [{"id": 11}]


def test_it_keeps_a_row_to_the_end_of_its_last_day_where_the_company_is(estate: Estate) -> None:
    """In Dallas, 10 pm on the last day is 3 am of the next in UTC, which is the day of a worker."""
    shop(estate, {"orders": {"on_delete": "keep", "retention": "LEG-06", "keep_for": {"years": 7, "after": "placed"}}})
    with time_machine.travel("2032-03-02T03:00:00Z", tick=False):
        case = planned()
    assert case.steps.get(collection="shop.orders", action="keep").keep_until == date(2032, 3, 1)


def test_it_parts_what_is_kept_until_different_days_and_a_parent_stays_for_the_last(estate: Estate) -> None:
    kept = {"on_delete": "keep", "retention": "LEG-06", "keep_for": {"years": 90, "after": "placed"}}
    shop(estate, {"orders": kept})
    case = planned()
    days = [(one.collection, one.keep_until, one.rows) for one in case.steps.filter(action="keep", source_key="shop")]
    assert days == [
        ("shop.orders", date(2091, 1, 1), 1),
        ("shop.orders", date(2115, 3, 1), 1),
        ("shop.people", date(2115, 3, 1), 1),
        ("shop.firms", None, 1),
    ]


def test_it_keeps_a_row_as_long_as_the_one_it_is_part_of(estate: Estate) -> None:
    kept = {"on_delete": "keep", "retention": "LEG-06", "keep_for": {"years": 7, "after": "orders.placed"}}
    shop(estate, {"lines": kept})
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False):
        case = planned()
    assert {one for one in steps(case) if "lines" in one[0]} == {
        ("shop.lines", "keep", "LEG-06", 1),
        ("shop.lines", "delete", "", 1),
    }
    assert keys(case, "shop.orders", "delete") == [{"id": 11}]
    assert case.steps.get(collection="shop.lines", action="keep").keep_until == date(2032, 3, 1)


def test_it_keeps_what_is_kept_as_long_as_something_needs_it(estate: Estate) -> None:
    extras = {
        "orders": {"on_delete": "keep", "retention": "LEG-06", "keep_for": {"years": 7, "after": "placed"}},
        "lines": {"on_delete": "keep", "retention": "LEG-01", "keep_for": {"years": 30, "after": "orders.placed"}},
    }
    shop(estate, extras)
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False):
        case = planned()
    kept = {(one.collection, one.reason, one.keep_until) for one in case.steps.filter(action="keep", source_key="shop")}
    assert kept >= {("shop.lines", "LEG-01", date(2055, 3, 1)), ("shop.orders", "LEG-06", date(2055, 3, 1))}


def test_it_empties_instead_where_the_map_says_so_and_leaves_no_orphan(estate: Estate) -> None:
    shop(estate, {"lines": {"on_delete": "null"}, "orders": {"on_delete": "pseudonymise"}})
    assert {one for one in steps(planned()) if "firms" not in one[0]} == {
        ("shop.lines", "null", "", 2),
        ("shop.orders", "defer", "TEC-07", 2),  # no field of an order is personal, so that it cannot be emptied
        ("shop.people", "defer", "TEC-07", 1),
    }


def test_it_keeps_what_a_law_keeps_without_what_the_law_does_not_need(estate: Estate) -> None:
    shop(estate, {"orders": {"on_delete": "keep", "retention": "LEG-06"}}, nickname=UNNEEDED)
    case = planned()
    assert {one for one in steps(case) if "people" in one[0]} == {
        ("shop.people", "keep", "LEG-06", 1),
        ("shop.people", "trim", "", 1),
    }
    assert (case.steps.get(action="trim").without, keys(case, "shop.people", "trim")) == (["nickname"], [{"id": 1}])


@pytest.mark.parametrize(
    "extras",
    [
        {},
        {"orders": {"on_delete": "keep", "retention": "LEG-07"}},
        {"orders": {"on_delete": "keep", "retention": "TEC-08"}},
        {
            "orders": {"on_delete": "keep", "retention": "LEG-07", "keep_for": {"years": 90, "after": "placed"}},
            "people": {"on_delete": "keep", "retention": "LEG-06"},
        },
    ],
    ids=["nothing is kept", "kept as evidence", "kept for a technical reason", "evidence refers to it"],
)
def test_it_takes_nothing_out_of_what_is_kept_as_it_is(estate: Estate, extras: dict[str, Any]) -> None:
    shop(estate, extras, nickname=UNNEEDED)
    assert not planned().steps.filter(action="trim").exists()


@pytest.mark.parametrize(
    ("extras", "expected"),
    [
        ({"append_only": True}, ("defer", "TEC-11")),
        ({"append_only": True, "on_delete": "pseudonymise"}, ("pseudonymise", "TEC-02")),
        ({"on_delete": "null", "retention": "TEC-08"}, ("null", "TEC-08")),
        ({"on_delete": "refer"}, ("refer", "SCP-01")),
        ({"on_delete": "refer", "retention": "LEG-04"}, ("refer", "LEG-04")),
    ],
    ids=["append-only", "append-only but changeable", "emptied on a ground", "refer", "refer on a ground"],
)
def test_it_takes_the_map_at_its_word(estate: Estate, extras: dict[str, Any], expected: tuple[str, str]) -> None:
    shop(estate, {"lines": extras})
    assert ("shop.lines", *expected, 2) in steps(planned())


def test_it_waits_with_rows_that_cannot_be_named(estate: Estate) -> None:
    estate.fill("log", {"notes": [{"email": MAIL, "body": "hello"}]})
    estate.connect("log", {"notes": {"email": EMAIL, "body": BODY}})
    assert steps(planned()) == {("log.notes", "defer", "TEC-07", 1)}


def test_it_refers_what_is_held_for_a_provider_and_keeps_no_row_of_it(estate: Estate) -> None:
    estate.fill("ehr", {"charts": [{"id": 1, "email": MAIL}]})
    estate.connect("ehr", {"charts": {"id": ID, "email": EMAIL}}, provider=True)
    case = planned()
    assert steps(case) == {("", "refer", "SCP-01", 1)}
    assert case.steps.get(source_key="ehr").keys_sealed == b""


def test_it_waits_with_a_source_that_could_not_be_searched(estate: Estate) -> None:
    shop(estate)
    estate.connect("gone", {"people": {"id": ID, "email": EMAIL}})
    case = planned(tries=3)
    assert ("", "defer", "TEC-05", 0) in steps(case)
    assert ("shop.people", "delete", "", 1) in steps(case), "another source was held up"


def test_it_waits_under_a_hold_with_all_that_would_change(estate: Estate) -> None:
    shop(estate, {"orders": {"on_delete": "keep", "retention": "LEG-06"}, "lines": {"on_delete": "null"}})
    officer = staff(user(Role.OFFICER))
    holds.place_on_source(by=officer, source_key="shop", collection="shop.lines", ground="Elm v. Oak", sure=True)
    assert steps(planned()) == {
        ("shop.people", "keep", "LEG-06", 1),
        ("shop.orders", "keep", "LEG-06", 2),
        ("shop.lines", "defer", "LEG-08", 2),
        ("shop.firms", "keep", "TEC-08", 1),
    }


def test_it_plans_nothing_where_nothing_was_found(estate: Estate) -> None:
    estate.fill("shop", {"people": [{"id": 2, "email": "ben@example.org"}]})
    estate.connect("shop", {"people": {"id": ID, "email": EMAIL}})
    assert steps(planned()) == set()


def test_it_seals_the_keys_and_an_approval_approves_exactly_them(estate: Estate) -> None:
    shop(estate)
    case = planned()
    assert case.content_digest == review.digest(case)
    step = case.steps.get(collection="shop.people")
    other = CaseVault.of(case.id).seal_json([{"id": 2}], place=f"planstep.keys|{step.id}")
    PlanStep.objects.filter(pk=step.id).update(keys_sealed=other)
    with pytest.raises(GateClosed, match="altered"):
        erasing.ordered(case.id)
    PlanStep.objects.filter(pk=step.id).update(action="null")
    assert case.content_digest != review.digest(case)


def test_it_plans_anew_when_the_sources_are_searched_again(estate: Estate) -> None:
    shop(estate)
    case = planned()
    before = case.content_digest
    review.send_back(case_id=case.id, by=staff(user(Role.OFFICER)), note="The firm has merged.")
    work("gather", "search", "plan")
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    assert len(steps(case)) == 4
    assert case.content_digest != before, "the batches are new ones"
    assert case.events.filter(kind=EventKind.PLAN_WRITTEN).count() == 2


def test_it_writes_the_plan_once_when_its_job_runs_twice(estate: Estate) -> None:
    shop(estate)
    case = planned()
    models.Job.objects.filter(kind="plan").update(state="ready")
    work("plan")
    assert len(steps(case)) == 4
    assert [one.result for one in read.snapshot(case.id).steps] == [""] * 5
