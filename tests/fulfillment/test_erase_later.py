"""What came to a source after the plan was approved: it is told, nobody deletes it unasked, and people decide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from requests_app.lifecycle import Outcome, Right
from requests_app.models import Case
from requests_app.services import clock
from tests import factories
from tests.fulfillment.deletions import BODY, MAIL, carried_out, change, planned, rows, shop, step
from tests.fulfillment.estate import EMAIL, ID, Estate, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"], UMBS_COOLING_OFF_HOURS=0):
        yield Estate(tmp_path)


def test_it_tells_the_person_s_own_new_row_from_somebody_else_s(estate: Estate) -> None:
    shop(estate)
    case = planned()
    change(estate, "shop", "INSERT INTO lines VALUES (102, 11, 'c')")
    case = carried_out(case)
    assert rows(estate, "shop", "orders") == [10, 11], "a new line would have lost its order"
    assert {one.reason for one in case.steps.filter(source_key="shop", action="delete")} == {"OPS-05"}
    retry(case)
    assert case.links.get().other.right == Right.DELETE, "people decide about what nobody has approved"


@pytest.mark.parametrize("elsewhere", [True, False], ids=["beside what is deleted", "where nothing was found"])
def test_it_says_what_came_later_where_nothing_was_planned(estate: Estate, elsewhere: bool) -> None:
    posts = [{"id": 6, "email": "ben@example.org", "body": "Hi."}, {"id": 5, "email": MAIL, "body": "Hello."}]
    estate.fill("blog", {"posts": posts[: 1 + elsewhere], "likes": [{"id": 1, "email": "ben@example.org"}]})
    estate.connect("blog", {"posts": {"id": ID, "email": EMAIL, "body": BODY}, "likes": {"id": ID, "email": EMAIL}})
    case = planned()
    change(estate, "blog", f"INSERT INTO likes VALUES (2, '{MAIL}')")
    case = carried_out(case)
    assert (rows(estate, "blog", "posts"), rows(estate, "blog", "likes")) == ([6], [1, 2])
    one = step(case, "blog.likes")
    assert (one.action, one.result, one.reason, one.rows_left) == ("defer", "deferred", "OPS-05", 1)
    assert one.restricted_at is not None
    assert case.outcome == Outcome.PARTLY
    retry(case)
    assert case.links.get().other.right == Right.DELETE


def test_it_says_nothing_of_what_came_later_and_would_be_kept(estate: Estate) -> None:
    shop(estate, {"orders": {"on_delete": "keep", "retention": "LEG-06"}})
    case = planned()
    change(estate, "shop", "INSERT INTO orders VALUES (12, 1, '2026-01-01')")
    case = carried_out(case)
    assert not case.steps.filter(reason="OPS-05").exists()


def retry(case: Case) -> None:
    """The next day has come."""
    factories.closed(case)
    case.obligations.filter(kind="retry", reason="OPS-05").update(due_on=clock.today())
    call_command("settle_obligations")
    work("retry")
