"""An opt-out is written wherever a source can keep it, and every source's answer is kept."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from fulfillment.connectors.base import Suppressed
from fulfillment.connectors.sql import Sql
from fulfillment.models import DataSource
from requests_app.casefile import read
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, Notice, Obligation, Restriction
from requests_app.selectors import today
from requests_app.services import notices
from tests import factories
from tests.characters import ADA
from tests.fulfillment.estate import EMAIL, ID, PLAIN, Estate, hurry, refers, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow

HERS = {"id": 1, "email": "ADA.Quillfeather@example.org", "no_ads": False}
BENS = {"id": 2, "email": "ben@example.org", "no_ads": False}


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    made = Estate(tmp_path)
    made.fill(
        "crm",
        {
            "people": [HERS, BENS],
            "choices": [{"id": 5, "person": 1, "share": True}, {"id": 6, "person": 2, "share": True}],
        },
    )
    made.connect(
        "crm",
        {
            "people": {"id": ID, "email": EMAIL, "no_ads": PLAIN},
            "choices": {"id": ID, "person": refers("crm.people.id"), "share": PLAIN},
        },
        suppress={"people": {"no_ads": True}, "choices": {"share": False}},
    )
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        yield made


NO_ADS = {"people": {"no_ads": True}}


def opted_out() -> Case:
    case = factories.opened(Right.OPT_OUT_SALE_SHARING)
    work("fulfil")
    case.refresh_from_db()
    return case


def rows(estate: Estate, key: str, question: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(estate.folder / f"{key}.sqlite3")) as connection:
        return list(connection.execute(question))


def answers(case: Case) -> dict[str, tuple[str, int]]:
    return {one.source_key: (one.result, one.rows) for one in case.suppressions.all()}


def test_it_is_written_in_every_table_also_where_only_a_reference_leads(estate: Estate) -> None:
    case = opted_out()
    assert rows(estate, "crm", "SELECT id, no_ads FROM people ORDER BY id") == [(1, 1), (2, 0)]
    assert rows(estate, "crm", "SELECT id, share FROM choices ORDER BY id") == [(5, 0), (6, 1)]
    assert answers(case) == {"crm": ("written", 2)}
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.FULFILLED)


def test_it_puts_the_person_on_the_suppression_list(estate: Estate) -> None:
    case = opted_out()
    kinds = sorted(Restriction.objects.filter(case_reference=case.reference).values_list("kind", flat=True))
    assert kinds == ["account", "email", "phone"]
    assert len(ADA.emails) == 1


def test_it_says_where_nobody_was_found_and_where_nothing_can_be_written(estate: Estate) -> None:
    people = {"id": ID, "email": EMAIL, "no_ads": PLAIN}
    estate.fill("empty", {"people": [BENS]})
    estate.connect("empty", {"people": people}, suppress={"people": {"no_ads": True}})
    estate.fill("plain", {"people": [HERS]})
    estate.connect("plain", {"people": people})
    estate.fill("clinic", {"people": [HERS]})
    estate.connect("clinic", {"people": people}, suppress={"people": {"no_ads": True}}, provider=True)
    case = opted_out()
    assert answers(case) == {
        "crm": ("written", 2),
        "empty": ("not_found", 0),
        "plain": ("not_capable", 0),
        "clinic": ("not_capable", 0),
    }
    assert rows(estate, "clinic", "SELECT no_ads FROM people") == [(0,)]
    assert case.outcome == Outcome.FULFILLED


def test_it_tries_a_source_that_is_down_again_and_says_so_in_the_end(estate: Estate) -> None:
    people = {"id": ID, "email": EMAIL, "no_ads": PLAIN}
    estate.connect("down", {"people": people}, suppress={"people": {"no_ads": True}})
    case = opted_out()
    assert case.state == State.FULFILLING
    assert answers(case) == {"crm": ("written", 2), "down": ("failed", 0)}
    for _ in range(2):
        hurry("fulfil")
        work("fulfil")
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.PARTLY)
    assert "cannot be reached" in case.suppressions.get(source_key="down").error
    owed = case.obligations.get()
    assert (owed.source_key, owed.reason, owed.due_on) == ("down", "TEC-05", today() + timedelta(days=1))
    told = notices.render(case.notices.get(kind=Notice.Kind.OPT_OUT_DONE)).text
    assert "One of our systems could not keep your choice yet." in told


def still_owed(estate: Estate) -> Obligation:
    """A source was down when the opt-out was carried out, and the case is closed."""
    estate.connect("down", {"people": {"id": ID, "email": EMAIL, "no_ads": PLAIN}}, suppress=NO_ADS)
    case = opted_out()
    for _ in range(2):
        hurry("fulfil")
        work("fulfil")
    return factories.closed(case).obligations.get()


def falls_due(row: Obligation) -> Obligation:
    Obligation.objects.filter(pk=row.pk).update(due_on=today())
    call_command("settle_obligations")
    work("retry")
    row.refresh_from_db()
    return row


def follow_ups(case: Case) -> list[str]:
    rows = case.notices.filter(kind=Notice.Kind.FOLLOW_UP).order_by("ordered_at")
    return [notices.render(row).text for row in rows]


def test_it_is_owed_beyond_the_end_and_the_person_is_told_when_it_is_done(estate: Estate) -> None:
    owed = falls_due(still_owed(estate))
    assert (owed.state, owed.outcome, owed.attempts) == (Obligation.State.OPEN, "deferred", 1)
    assert follow_ups(owed.case) == []
    estate.fill("down", {"people": [HERS, BENS]})
    owed = falls_due(owed)
    assert (owed.state, owed.outcome) == (Obligation.State.DONE, "written")
    assert rows(estate, "down", "SELECT id, no_ads FROM people ORDER BY id") == [(1, 1), (2, 0)]
    assert answers(owed.case)["down"] == ("written", 1)
    (told,) = follow_ups(owed.case)
    assert "the system that could not keep your choice keeps it" in told


def test_it_is_owed_no_longer_once_the_person_allows_it_again(estate: Estate) -> None:
    owed = still_owed(estate)
    estate.fill("down", {"people": [HERS]})
    Restriction.objects.filter(kind="email").update(lifted_at=timezone.now())
    assert read.stopped_keys(owed.case_id).emails == ()
    assert read.stopped_keys(owed.case_id).phones == ADA.phones
    Restriction.objects.update(lifted_at=timezone.now())
    assert falls_due(owed).state == Obligation.State.STOPPED
    assert rows(estate, "down", "SELECT no_ads FROM people") == [(0,)]
    assert follow_ups(owed.case) == []


def test_a_source_that_is_gone_or_keeps_no_choice_any_more_needs_somebody(estate: Estate) -> None:
    owed = still_owed(estate)
    DataSource.objects.filter(key="down").delete()
    owed = falls_due(owed)
    assert (owed.state, owed.outcome, owed.reason) == (Obligation.State.ESCALATED, "by_hand", "OPS-04")


def test_it_does_not_believe_a_source_that_says_yes_and_does_nothing(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sql, "suppress", lambda _self, _lookup, **_: Suppressed(matched=1, changed=1))
    case = opted_out()
    assert (case.state, answers(case)) == (State.FULFILLING, {"crm": ("failed", 0)})
    for _ in range(2):
        hurry("fulfil")
        work("fulfil")
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.PARTLY)
    assert "asked again it does not" in case.suppressions.get().error
    assert case.obligations.get().reason == "TEC-09"
    assert Restriction.objects.filter(case_reference=case.reference).exists(), "our own list stops it all the same"


def test_it_is_whole_when_the_source_comes_back(estate: Estate) -> None:
    people = {"id": ID, "email": EMAIL, "no_ads": PLAIN}
    estate.connect("down", {"people": people}, suppress={"people": {"no_ads": True}})
    case = opted_out()
    estate.fill("down", {"people": [HERS]})
    hurry("fulfil")
    work("fulfil")
    case.refresh_from_db()
    assert answers(case)["down"] == ("written", 1)
    assert case.outcome == Outcome.FULFILLED
    assert rows(estate, "down", "SELECT no_ads FROM people") == [(1,)]
