"""What was stopped is allowed again: set back where a source can, and only when nothing else of the person stops it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from fulfillment.datamap.located import MapError
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, OneTimeCode
from requests_app.permissions import consumer
from requests_app.services import codes, opt_in, restrictions
from tests import factories
from tests.characters import ADA
from tests.fulfillment.estate import EMAIL, ID, PHONE, PLAIN, Estate, hurry, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
FIELDS = {"id": ID, "email": EMAIL, "phone": PHONE, "no_ads": PLAIN, "tier": PLAIN}
HERS = {"id": 1, "email": ADA.emails[0], "phone": ADA.phones[0], "no_ads": False, "tier": "gold"}
BENS = {"id": 2, "email": "ben@example.org", "phone": ADA.phones[0], "no_ads": False, "tier": "gold"}


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        made = Estate(tmp_path)
        made.fill("crm", {"people": [HERS, BENS]})
        yield made


def crm(estate: Estate, **extras: Any) -> None:
    estate.connect("crm", {"people": FIELDS}, extras={"people": extras})


def told(right: Right) -> Case:
    case = factories.opened(right)
    if right is Right.OPT_IN_SALE_SHARING:
        with transaction.atomic():
            code = factories.code_for(case)
        codes.enter(case.reference, code, [OneTimeCode.Purpose.STATUS])
        opt_in.confirm(case_id=case.id, by=consumer(case.id))
    work("fulfil")
    case.refresh_from_db()
    return case


def flags(estate: Estate, column: str = "no_ads") -> list[object]:
    with contextlib.closing(sqlite3.connect(estate.folder / "crm.sqlite3")) as connection:
        return [value for (value,) in connection.execute(f"SELECT {column} FROM people ORDER BY id")]


def test_it_sets_back_the_rows_of_the_confirmed_address_alone(estate: Estate) -> None:
    crm(estate, suppress={"no_ads": True})
    told(Right.OPT_OUT_SALE_SHARING)
    assert flags(estate) == [1, 1]
    case = told(Right.OPT_IN_SALE_SHARING)
    assert flags(estate) == [0, 1]
    assert [(one.result, one.rows) for one in case.suppressions.all()] == [("written", 1)]
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.FULFILLED)
    assert restrictions.check("sale_sharing", [("email", ADA.emails[0])]).decision == "allow"
    assert case.notices.filter(kind="opt_in_done").count() == 1


def test_it_leaves_the_flag_while_another_choice_needs_it(estate: Estate) -> None:
    crm(estate, suppress={"no_ads": True})
    told(Right.OPT_OUT_SALE_SHARING)
    told(Right.OPT_OUT_PROFILING)
    case = told(Right.OPT_IN_SALE_SHARING)
    assert flags(estate) == [1, 1]
    assert case.suppressions.count() == 0
    assert restrictions.check("sale_sharing", [("email", ADA.emails[0])]).decision == "allow"
    assert restrictions.check("marketing", [("email", ADA.emails[0])]).decision == "deny"


def test_it_sets_back_what_is_no_yes_or_no_only_as_the_map_says(estate: Estate) -> None:
    crm(estate, suppress={"tier": "blocked"})
    told(Right.OPT_OUT_SALE_SHARING)
    told(Right.OPT_IN_SALE_SHARING)
    assert flags(estate, "tier") == ["blocked", "blocked"]
    crm(estate, suppress={"tier": "blocked"}, unsuppress={"tier": "silver"})
    told(Right.OPT_IN_SALE_SHARING)
    assert flags(estate, "tier") == ["silver", "blocked"]


@pytest.mark.parametrize("unsuppress", [{"teir": "silver"}, {"no_ads": False}])
def test_it_takes_no_map_that_sets_back_something_else(estate: Estate, unsuppress: dict[str, Any]) -> None:
    with pytest.raises(MapError, match=r"unsuppress|teir"):
        crm(estate, suppress={"tier": "blocked"}, unsuppress=unsuppress)


def test_it_tries_a_source_that_is_down_again_and_says_so_in_the_end(estate: Estate) -> None:
    estate.connect("down", {"people": FIELDS}, extras={"people": {"suppress": {"no_ads": True}}})
    case = told(Right.OPT_IN_SALE_SHARING)
    for _ in range(2):
        assert case.state == State.FULFILLING
        hurry("fulfil")
        work("fulfil")
        case.refresh_from_db()
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.PARTLY)
