"""A deletion erases exactly what was approved, once, and believes no source before it was asked again."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from fulfillment import models
from fulfillment.connectors.base import Erased, Erasure
from fulfillment.connectors.sql import Sql
from fulfillment.models import Effect, JobState
from requests_app.casefile import read
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Clock, EventKind, Notice, Obligation, Restriction
from requests_app.permissions import Role, staff
from requests_app.services import clock, holds, notices
from requests_app.vault import suppression_token
from tests import factories
from tests.characters import user
from tests.fulfillment.deletions import BODY, MAIL, blog, carried_out, change, planned, rows, seen, shop, step
from tests.fulfillment.estate import EMAIL, ID, NAME, Estate, due, refers, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
OFFICER = Role.OFFICER
KEPT = {"on_delete": "keep", "retention": "LEG-06"}
UNNEEDED = {"data_categories": ["user.name"], "fides_meta": {"umbs": {"kept": False}}}


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"], UMBS_COOLING_OFF_HOURS=0):
        yield Estate(tmp_path)


def test_it_goes_from_the_request_to_the_deleted_rows_and_touches_nobody_else(estate: Estate) -> None:
    blog(estate)
    case = carried_out(planned())
    assert rows(estate, "blog", "posts") == [6]
    assert (case.state, case.outcome, case.ground) == (State.RECORDING, Outcome.FULFILLED, "")
    one = step(case, "blog.posts")
    assert (one.result, one.rows, one.rows_done, one.rows_left) == ("deleted", 1, 1, 0)
    assert one.done_at is not None
    assert one.asked_again_at is not None
    facts = {fact.collection: fact for fact in read.snapshot(case.id).steps}
    assert facts["blog.posts"].restricted_at is None
    assert [event.payload["result"] for event in case.events.filter(kind=EventKind.STEP_DONE)] == ["deleted", "kept"]


def test_it_looks_again_later_and_says_who_answers_for_it(estate: Estate) -> None:
    blog(estate)
    case = carried_out(planned())
    owed = list(case.obligations.order_by("due_on"))
    assert [(one.kind, one.source_key, one.owner) for one in owed] == [("recheck", "blog", "x@example.org")] * 2
    today = clock.today()
    assert [abs((one.due_on - today).days - days) <= 1 for one, days in zip(owed, (7, 30), strict=True)] == [True] * 2


def test_it_never_lets_anybody_write_to_the_person_again(estate: Estate) -> None:
    blog(estate)
    case = carried_out(planned())
    token = suppression_token("email", MAIL)
    assert Restriction.objects.get(token=token, purpose=Right.DELETE).case_reference == case.reference
    note = case.steps.get(reason="LEG-11")
    assert (note.result, note.restricted_at is not None) == ("kept", True)
    assert not case.obligations.filter(reason="LEG-11").exists()


def test_it_tells_the_person_and_that_meets_the_clock(estate: Estate) -> None:
    shop(estate, {"lines": {"on_delete": "keep", "retention": "LEG-06"}})
    blog(estate)
    case = carried_out(planned())
    notice = case.notices.get(kind=Notice.Kind.DELETION_DONE)
    assert notices.content(notice)["parameters"] == {
        "deleted": 1,
        "trimmed": 0,
        "kept": 6,
        "deferred": 0,
        "untrimmed": 0,
        "referred": 0,
    }
    with transaction.atomic():
        notices.sent(notice.id)
    assert case.clocks.get(kind=Clock.Kind.ANSWER).ended == Clock.Ended.MET


# --- how it ends -------------------------------------------------------------------------------------------------


def test_it_ends_partly_where_something_stays_and_owes_the_rest(estate: Estate) -> None:
    kept = {"on_delete": "keep", "retention": "LEG-06", "keep_for": {"years": 90, "after": "placed"}}
    shop(estate, {"orders": kept, "firms": {"on_delete": "keep", "retention": "TEC-08"}})
    case = carried_out(planned())
    assert case.outcome == Outcome.PARTLY
    assert (rows(estate, "shop", "lines"), rows(estate, "shop", "orders")) == ([], [10, 11])
    orders = case.steps.filter(collection="shop.orders").last()
    assert (orders.result, orders.rows_done) == ("kept", 0)
    assert orders.restricted_at is not None
    owed = Obligation.objects.get(step=orders)
    assert (owed.kind, owed.reason, owed.owner, owed.due_on) == (
        "retry",
        "LEG-06",
        "Finance controller",
        orders.keep_until + timedelta(days=1),
    )


def test_it_says_that_all_of_it_is_kept(estate: Estate) -> None:
    shop(estate, {"lines": {"on_delete": "keep", "retention": "LEG-06"}})
    case = carried_out(planned())
    assert (case.outcome, case.ground) == (Outcome.REFUSED, "LEG-06"), "the firm's row alone would be no ground"
    assert rows(estate, "shop", "people") == [1]


def test_it_takes_out_of_what_the_law_keeps_what_the_law_does_not_need(estate: Estate) -> None:
    shop(estate, {"orders": KEPT}, nickname=UNNEEDED)
    case = carried_out(planned())
    one = case.steps.get(action="trim")
    assert (one.result, one.rows_done, one.rows_left, case.outcome) == ("trimmed", 1, 0, Outcome.PARTLY)
    assert seen(estate, "SELECT id, name, nickname FROM people") == [(1, "Ada Quillfeather", None)]
    assert case.steps.get(collection="shop.people", action="keep").result == "kept"
    look = case.obligations.filter(kind="recheck").first()
    assert look is None or look.source_key == "shop"


def test_it_takes_nothing_out_under_a_hold_and_does_it_when_the_hold_is_lifted(estate: Estate) -> None:
    shop(estate, {"orders": KEPT}, nickname=UNNEEDED)
    cleo, case = staff(user(OFFICER)), planned()
    hold = holds.place_on_source(by=cleo, source_key="shop", collection="shop.people", ground="Elm v. Oak")
    case = carried_out(case)
    assert rows(estate, "shop", "lines") == [], "a field that has to wait held up what goes"
    one = case.steps.get(action="trim")
    assert (one.result, one.reason, one.begun_at) == ("deferred", "LEG-08", None)
    assert seen(estate, "SELECT nickname FROM people") == [("Addie",)]
    factories.closed(case)
    holds.lift_from_source(by=cleo, hold_id=hold.id)
    work("retry")
    one.refresh_from_db()
    assert (one.result, one.reason, seen(estate, "SELECT nickname FROM people")) == ("trimmed", "", [(None,)])


def test_it_says_that_all_of_it_is_a_provider_s(estate: Estate) -> None:
    estate.fill("ehr", {"charts": [{"id": 1, "email": MAIL}]})
    estate.connect("ehr", {"charts": {"id": ID, "email": EMAIL}}, provider=True)
    case = carried_out(planned())
    assert (case.outcome, case.ground) == (Outcome.REFERRED, "SCP-01")
    assert rows(estate, "ehr", "charts") == [1]
    assert case.steps.get(source_key="ehr").result == "referred"


def test_it_ends_well_where_nothing_was_found(estate: Estate) -> None:
    blog(estate)
    change(estate, "blog", "DELETE FROM posts WHERE id = 5")
    assert carried_out(planned()).outcome == Outcome.FULFILLED


def test_a_technical_reason_is_never_a_denial(estate: Estate) -> None:
    estate.fill("log", {"notes": [{"email": MAIL, "body": "hello"}]})
    estate.connect("log", {"notes": {"email": EMAIL, "body": BODY}})
    case = carried_out(planned())
    assert (case.outcome, case.ground) == (Outcome.PARTLY, "")
    assert Obligation.objects.get(case=case).due_on > clock.today()


# --- sources that do not ------------------------------------------------------------------------------------------


def test_it_does_not_believe_a_source_that_says_yes_and_does_nothing(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lies(_self: Sql, erasures: Sequence[Erasure]) -> list[Erased]:
        return [Erased(len(one.keys), 0) for one in erasures]

    blog(estate)
    case = planned()
    monkeypatch.setattr(Sql, "erase", lies)
    case = carried_out(case)
    one = step(case, "blog.posts")
    assert (one.result, one.reason, one.rows_done, one.rows_left) == ("deferred", "TEC-09", 0, 1)
    assert one.restricted_at is not None
    assert case.outcome == Outcome.PARTLY
    owed = Obligation.objects.get(step=one)
    assert (owed.kind, owed.owner) == ("retry", "x@example.org")


def test_it_counts_what_is_found_about_the_person_and_stood_in_no_plan(estate: Estate) -> None:
    blog(estate)
    case = planned()
    change(estate, "blog", f"INSERT INTO posts VALUES (7, '{MAIL}', 'And another thing.')")
    case = carried_out(case)
    assert rows(estate, "blog", "posts") == [6, 7], "what nobody approved was deleted"
    one = step(case, "blog.posts")
    assert (one.result, one.reason, one.rows_done, one.rows_left) == ("deferred", "TEC-09", 0, 1)


@pytest.mark.parametrize(
    ("spoil", "reason", "kind"),
    [
        ("ALTER TABLE lines DROP COLUMN text", "TEC-07", "missing_column"),
        ("DROP TABLE lines", "TEC-07", "missing_table"),
        ("CREATE TABLE loans (person INTEGER REFERENCES people(id)); INSERT INTO loans VALUES (1)", "TEC-08", ""),
        ("CREATE TRIGGER no BEFORE DELETE ON people BEGIN SELECT RAISE(ABORT, 'readonly database');END", "TEC-06", ""),
    ],
    ids=["a column that vanished", "a table that vanished", "a record that another one needs", "no permission"],
)
def test_it_does_nothing_at_a_source_that_cannot_do_all_and_says_why(
    estate: Estate, spoil: str, reason: str, kind: str
) -> None:
    shop(estate)
    with contextlib.closing(sqlite3.connect(estate.folder / "shop.sqlite3")) as connection:
        connection.execute("CREATE UNIQUE INDEX people_key ON people (id)")
        connection.commit()
    case = planned()
    change(estate, "shop", *spoil.split("; "))
    case = carried_out(case)
    one = step(case, "shop.people")
    assert (one.result, one.reason, one.rows_done, one.rows_left) == ("deferred", reason, 0, None)
    assert one.error_kind == (kind or one.error_kind) != ""
    assert MAIL not in one.error
    assert rows(estate, "shop", "orders") == [10, 11]
    assert case.outcome == Outcome.PARTLY
    assert case.obligations.filter(kind="retry", step__action="delete", reason=reason).count() == 3


def test_it_takes_nobody_s_row_along_and_leaves_no_orphan(estate: Estate) -> None:
    estate.fill(
        "shop",
        {
            "people": [{"id": 1, "email": MAIL}, {"id": 2, "email": "ben@example.org"}],
            "guests": [{"id": 8, "host": 1, "name": "Ben Oakley"}, {"id": 9, "host": 1, "name": "Ada Quillfeather"}],
        },
    )
    estate.connect(
        "shop",
        {
            "people": {"id": ID, "email": EMAIL},
            "guests": {"id": ID, "host": refers("shop.people.id"), "name": NAME},
        },
    )
    case = carried_out(planned())
    assert (rows(estate, "shop", "people"), rows(estate, "shop", "guests")) == ([1, 2], [8, 9])
    assert {(one.result, one.reason) for one in case.steps.filter(source_key="shop")} == {("deferred", "TEC-08")}
    assert case.outcome == Outcome.PARTLY


def test_it_tries_again_what_may_pass_and_then_it_is_done(estate: Estate) -> None:
    blog(estate)
    shop(estate)
    case = planned()
    file = estate.folder / "shop.sqlite3"
    file.rename(file.with_suffix(".away"))
    case = carried_out(case)
    one = step(case, "shop.people")
    assert (case.state, one.result, one.error_kind, one.attempts) == (State.FULFILLING, "", "unreachable", 1)
    assert rows(estate, "blog", "posts") == [6], "one source held up another"
    file.with_suffix(".away").rename(file)
    work("fulfil")
    case.refresh_from_db()
    assert rows(estate, "shop", "people") == []
    one = step(case, "shop.people")
    assert (one.result, one.rows_left, one.reason, one.attempts) == ("deleted", 0, "", 2)
    assert case.outcome == Outcome.PARTLY, "the firm is others' too"


def test_it_names_the_reason_when_the_source_stays_away(estate: Estate) -> None:
    shop(estate)
    case = planned()
    (estate.folder / "shop.sqlite3").unlink()
    case = carried_out(case, tries=3)
    one = step(case, "shop.people")
    assert (one.result, one.reason, one.error_kind, one.attempts) == ("deferred", "TEC-05", "unreachable", 3)
    assert case.outcome == Outcome.PARTLY
    assert Obligation.objects.get(step=one).due_on > clock.today() - timedelta(days=1)


# --- once, and half-way ------------------------------------------------------------------------------------------


def test_it_is_done_once_when_its_job_runs_twice(estate: Estate) -> None:
    blog(estate)
    case = planned()
    factories.approved(case)
    (job,) = due("fulfil")
    work("fulfil")
    change(estate, "blog", f"INSERT INTO posts VALUES (5, '{MAIL}', 'I am back.')")
    models.Job.objects.filter(pk=job).update(state=JobState.READY)
    work("fulfil")
    assert rows(estate, "blog", "posts") == [5, 6], "it was erased a second time"
    assert Effect.objects.filter(key__contains=":erase:").count() == 1


@pytest.mark.parametrize("when", ["before the source's yes", "after the source's yes"])
def test_it_goes_on_where_it_was_killed(estate: Estate, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    real, killed = Sql.erase, []

    def dies(self: Sql, erasures: Sequence[Erasure]) -> list[Erased]:
        if not killed and "shop.people" in {one.collection for one in erasures}:
            killed.append(1)
            if when == "after the source's yes":
                real(self, erasures)
            raise RuntimeError("killed")
        return real(self, erasures)

    blog(estate)
    shop(estate, {"firms": {"on_delete": "pseudonymise"}})
    case = planned()
    monkeypatch.setattr(Sql, "erase", dies)
    case = carried_out(case, tries=2)
    assert killed == [1]
    assert rows(estate, "shop", "people") == []
    assert {(one.collection, one.result, one.rows_left) for one in case.steps.exclude(reason="LEG-11")} == {
        ("blog.posts", "deleted", 0),
        ("shop.people", "deleted", 0),
        ("shop.orders", "deleted", 0),
        ("shop.lines", "deleted", 0),
        ("shop.firms", "pseudonymised", 0),
    }
    assert (step(case, "blog.posts").attempts, case.outcome) == (1, Outcome.FULFILLED)


@pytest.mark.parametrize("when", ["before the source's yes", "after the source's yes"])
@pytest.mark.parametrize("on", ["source", "case"])
def test_it_asks_what_came_of_it_when_a_hold_is_placed_after_it_was_killed(
    estate: Estate, monkeypatch: pytest.MonkeyPatch, when: str, on: str
) -> None:
    real = Sql.erase

    def dies(self: Sql, erasures: Sequence[Erasure]) -> list[Erased]:
        if when == "after the source's yes":
            real(self, erasures)
        raise RuntimeError("killed")

    blog(estate)
    case = planned()
    with monkeypatch.context() as patch:
        patch.setattr(Sql, "erase", dies)
        case = carried_out(case)
    cleo = staff(user(OFFICER, "cleo"))
    with transaction.atomic():
        if on == "source":
            holds.place_on_source(by=cleo, source_key="blog", ground="Matter 26-114")
        else:
            hold = holds.place(case_id=case.id, by=cleo, ground="Matter 26-114")
    work("fulfil")
    if on == "case":
        assert step(case, "blog.posts").result == ""
        with transaction.atomic():
            holds.lift(case_id=case.id, by=cleo, hold_id=hold.id)
        work("fulfil")
    one = step(case, "blog.posts")
    if when == "after the source's yes":
        assert (one.result, one.rows_done, one.rows_left) == ("deleted", 1, 0), "it was deleted, not merely not found"
    elif on == "case":
        assert (one.result, one.rows_done, one.rows_left) == ("deleted", 1, 0)
    else:
        assert (one.result, one.reason, one.rows_left) == ("deferred", "LEG-08", 1)
        assert rows(estate, "blog", "posts") == [5, 6]
