"""The queue and the cases by API: what a token reads, what it may do, and how each refusal reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from requests_app import reference
from requests_app.api.authentication import issue
from requests_app.casefile.erasing import Planned
from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import ApiToken, Case, User
from requests_app.permissions import Role
from requests_app.services.person import PersonFacts
from tests.characters import ADA, OTTO, user
from tests.factories import case_in, opened, ruled
from tests.requests_app.api_client import CASES, act, problem, staff_client
from tests.requests_app.settled import settled

pytestmark = pytest.mark.django_db
NOWHERE = reference.new()
GROUND = "identity_unproven"
EXPLANATION = "We could not find that you are the person whose records you asked for."


@pytest.fixture
def officer() -> Client:
    return staff_client(proven=True)


def test_it_lists_the_queue_by_the_next_date_a_page_at_a_time(officer: Client) -> None:
    for number in range(27):
        opened(Right.OPT_OUT_PROFILING, person=PersonFacts("Pat", f"Example{number}", (f"pat{number}@example.org",)))
    soonest = opened()
    first = officer.get(CASES).json()
    second = officer.get(CASES, {"cursor": first["next"]}).json()
    rows = first["results"] + second["results"]
    assert (len(first["results"]), len(second["results"]), second["next"]) == (25, 3, "")
    assert rows[0]["reference"] == soonest.reference
    assert len({row["reference"] for row in rows}) == 28
    assert [row["due_on"] for row in rows] == sorted(row["due_on"] for row in rows)
    assert set(rows[1]) >= {"right", "state", "due_kind", "days_left", "assignee", "attention"}
    assert (rows[1]["right"], rows[1]["state"], rows[1]["due_kind"]) == ("opt_out_profiling", "fulfilling", "opt_out")
    assert rows[1]["person"] == "P. E."


def test_it_asks_the_database_as_often_for_many_cases_as_for_one(officer: Client) -> None:
    opened()
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            officer.get(CASES)
        asked.append(len(queries))
        for number in range(5):
            case_in(State.IN_REVIEW, person=replace(ADA, emails=(f"ada{number}@example.org",)))
    assert asked[0] == asked[1]


def test_it_filters_the_queue_and_names_a_filter_that_cannot_be_read(officer: Client) -> None:
    access, opt_out = opened(), opened(Right.OPT_OUT_PROFILING)
    closed = case_in(State.CLOSED, Right.OPT_OUT_PROFILING)
    before = (max(clock.due_on for clock in opt_out.clocks.all()) - timedelta(days=2)).isoformat()
    for query, found in (
        ({"state": "verifying"}, {access}),
        ({"right": "opt_out_profiling"}, {opt_out}),
        ({"due_before": before}, {access}),
        ({"view": "closed"}, {closed}),
        ({"view": "mine"}, set()),
    ):
        listed = {row["reference"] for row in officer.get(CASES, query).json()["results"]}
        assert listed == {case.reference for case in found}, query
    for name, value in (("state", "lost"), ("right", "x"), ("due_before", "soon"), ("view", "x"), ("cursor", "!")):
        found_problem = problem(officer.get(CASES, {name: value}), 400, "not_valid")
        assert found_problem["errors"][0]["field"] == name


def test_it_shows_a_case_its_sources_and_its_ledger(officer: Client) -> None:
    case = case_in(State.IN_REVIEW)
    shown = officer.get(f"{CASES}{case.reference.lower()}/").json()
    assert (shown["state"], shown["identity_level"], shown["required_level"]) == ("in_review", "high", "high")
    assert (shown["gate"], shown["sources"]) == (["approvals"], {"answered": 1})
    assert {clock["kind"] for clock in shown["clocks"]} == {"acknowledge", "answer"}
    assert all(step["citation"] for clock in shown["clocks"] for step in clock["derivation"])
    (source,) = officer.get(f"{CASES}{case.reference}/sources/").json()
    assert (source["source_key"], source["rows_found"], source["attempts"]) == ("billing", 2, 1)
    assert source["identifiers_used"] == {"email": 1}
    events = officer.get(f"{CASES}{case.reference}/events/").json()
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["kind"] == "case:opened"
    assert list(chain.verify(case)) == []


def test_it_shows_for_each_source_what_a_deletion_left_and_why(officer: Client) -> None:
    case = settled(Planned("billing", "Billing", "billing.accounts", "keep", "LEG-06", keys=({"id": 1},), rows=1))
    (source,) = officer.get(f"{CASES}{case.reference}/sources/").json()
    (step,) = source["steps"]
    assert (step["collection"], step["action"], step["reason"]) == ("billing.accounts", "keep", "LEG-06")
    assert (step["result"], step["rows"], step["rows_done"]) == ("kept", 1, 0)
    assert step["restricted_at"]
    assert "keys_sealed" not in step


WHAT_IS_NOT_A_CASE = [NOWHERE, "7K4M-29QF-3", "x", "' OR 1=1"]


@pytest.mark.parametrize("text", WHAT_IS_NOT_A_CASE, ids=["unknown", "wrong check", "word", "injection"])
def test_it_says_not_found_for_what_is_no_case(officer: Client, text: str) -> None:
    for part in ("", "sources/", "events/"):
        assert problem(officer.get(f"{CASES}{text}/{part}"), 404, "not_found")
    assert problem(act(officer, text, "withdraw"), 404, "not_found")


def test_it_lets_nobody_in_without_a_token_that_works() -> None:
    case = opened()
    analyst = user(Role.ANALYST)
    expired, revoked = issue(analyst, scope="staff"), issue(analyst, scope="staff")
    tokens = list(ApiToken.objects.order_by("pk"))
    ApiToken.objects.filter(pk=tokens[0].pk).update(expires_at=timezone.now())
    ApiToken.objects.filter(pk=tokens[1].pk).update(revoked_at=timezone.now())
    left = User.objects.create_user("left", role=Role.ANALYST.value)
    moved = User.objects.create_user("moved", role=Role.ANALYST.value)
    of_left, of_moved = issue(left, scope="staff"), issue(moved, scope="staff")
    User.objects.filter(pk=left.pk).update(is_active=False)
    User.objects.filter(pk=moved.pk).update(role=Role.ADMIN.value)
    for header in (f"Bearer {expired}", f"Bearer {revoked}", f"Bearer {of_left}", f"Bearer {of_moved}", "Bearer x"):
        for path in (CASES, f"{CASES}{case.reference}/", f"{CASES}{NOWHERE}/"):
            answer = Client().get(path, headers={"Authorization": header})
            assert problem(answer, 401, "authentication_failed")
            assert answer["WWW-Authenticate"] == "Bearer"
    assert problem(Client().get(CASES, headers={"Authorization": "Bearer"}), 401, "authentication_failed")
    assert problem(Client().get(CASES), 401, "not_authenticated")
    assert problem(Client().get(CASES, headers={"Authorization": "Basic eDp5"}), 401, "not_authenticated")


def test_it_keeps_a_token_as_a_hash_and_within_the_role() -> None:
    token = issue(user(Role.ANALYST), scope="staff")
    row = ApiToken.objects.get()
    assert token not in (row.hash, row.prefix)
    assert len(row.hash) == 64
    for role, scope in ((Role.ADMIN, "staff"), (Role.AUDITOR, "staff"), (Role.ANALYST, "auditor"), (Role.ANALYST, "x")):
        with pytest.raises(ValueError, match="cannot have a token"):
            issue(user(role), scope=scope)


def test_it_lets_an_auditors_token_read_and_never_act() -> None:
    case = opened()
    for client in (staff_client(Role.AUDITOR, scope="auditor"), staff_client(scope="auditor")):
        assert client.get(f"{CASES}{case.reference}/events/").status_code == 200
        assert problem(act(client, case.reference, "withdraw"), 403, "not_allowed")
    assert Case.objects.get().outcome == ""


def test_it_lets_a_role_do_what_the_table_says() -> None:
    case = opened()
    intake, analyst = staff_client(Role.INTAKE), staff_client(Role.ANALYST)
    assert problem(intake.get(f"{CASES}{case.reference}/events/"), 403, "not_allowed")
    for client, verb, data in (
        (intake, "extend", {"reason": "Two of our sources answer slowly."}),
        (intake, "assign", {"to": "anna"}),
        (analyst, "deny", {"ground": GROUND, "explanation": EXPLANATION}),
        (analyst, "hold", {"ground": "A subpoena."}),
        (analyst, "withdraw", {}),
        (analyst, "send_back", {"note": "More."}),
    ):
        assert problem(act(client, case.reference, verb, **data), 403, "not_allowed")


def test_it_asks_for_a_fresh_second_factor_before_a_decision(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = True
    case = opened()
    reason = {"reason": "She showed her licence at the desk."}
    assert problem(act(staff_client(), case.reference, "verify", **reason), 403, "step_up_required")
    stale = staff_client(proven=True)
    ApiToken.objects.update(proven_at=timezone.now() - timedelta(minutes=6))
    for verb in ("verify", "approve", "deny"):
        assert problem(act(stale, case.reference, verb), 403, "step_up_required")
    assert act(staff_client(proven=True), case.reference, "verify", **reason).json()["state"] == "gathering"


BAD_DATA: list[tuple[str, dict[str, Any], str]] = [
    ("verify", {}, "reason"),
    ("verify", {"reason": "short"}, "reason"),
    ("deny", {"explanation": EXPLANATION}, "ground"),
    ("deny", {"ground": "dislike", "explanation": EXPLANATION}, "ground"),
    ("extend", {}, "reason"),
    ("extend", {"reason": "busy"}, "reason"),
    ("assign", {"to": "nobody-here"}, "to"),
    ("assign", {"to": "iris"}, "to"),
    ("note", {}, "note"),
    ("message", {"text": ""}, "text"),
    ("hold", {}, "ground"),
    ("merge", {"into": NOWHERE}, "into"),
    ("link", {}, "into"),
    ("withdraw", {"why": "x"}, "why"),
]


@pytest.mark.parametrize(("verb", "data", "field"), BAD_DATA)
def test_it_names_what_a_verb_lacks(officer: Client, verb: str, data: dict[str, Any], field: str) -> None:
    user(Role.INTAKE)
    case = opened()
    found = problem(act(officer, case.reference, verb, **data), 400, "not_valid")
    assert [error["field"] for error in found["errors"]] == [field]
    assert Case.objects.get(pk=case.pk).entry == case.entry


def test_it_carries_out_each_verb(officer: Client) -> None:
    user(Role.ANALYST)
    case, other = opened(), opened(person=OTTO)
    assert act(officer, case.reference, "assign", to="anna").json()["assignee"] == "anna"
    assert act(officer, case.reference, "break_glass", reason="Anna is ill, it is due today.").status_code == 200
    assert act(officer, case.reference, "assign", to=None).json()["assignee"] is None
    assert act(officer, case.reference, "note", note="Called back.").status_code == 200
    assert act(officer, case.reference, "message", text="We need a little more.").status_code == 200
    assert act(officer, case.reference, "link", into=other.reference).status_code == 200
    assert "hold" in act(officer, case.reference, "hold", ground="A subpoena.").json()["gate"]
    assert "hold" not in act(officer, case.reference, "lift_hold").json()["gate"]
    extended = act(officer, case.reference, "extend", reason="Two of our sources answer slowly.").json()
    assert [clock["kind"] for clock in extended["clocks"] if clock["extended_at"]] == ["answer"]
    assert act(officer, case.reference, "verify", reason="She showed her licence.").json()["state"] == "gathering"
    assert act(officer, case.reference, "retry").json()["state"] == "gathering"
    assert act(officer, case.reference, "merge", into=other.reference).json()["outcome"] == "merged"
    assert act(officer, other.reference, "withdraw").json()["outcome"] == "withdrawn"
    denied = act(officer, opened().reference, "deny", ground=GROUND, explanation=EXPLANATION)
    assert (denied.status_code, denied.json().get("outcome")) == (200, "refused"), denied.content


def test_it_says_wrong_state_and_what_keeps_the_gate_shut(officer: Client) -> None:
    case = opened()
    for verb, data in (
        ("approve", {"digest": "0" * 64}),
        ("send_back", {"note": "More."}),
    ):
        assert problem(act(officer, case.reference, verb, **data), 409, "wrong_state")
    act(officer, case.reference, "extend", reason="Two of our sources answer slowly.")
    again = act(officer, case.reference, "extend", reason="Two of our sources answer slowly.")
    assert problem(again, 409, "wrong_state")
    act(officer, case.reference, "withdraw")
    for verb, data in (("withdraw", {}), ("verify", {"reason": "She showed her licence."})):
        assert problem(act(officer, case.reference, verb, **data), 409, "wrong_state")


def test_it_approves_what_was_shown_by_two_people() -> None:
    case = ruled(case_in(State.IN_REVIEW))
    cleo, cato = staff_client(name="cleo", proven=True), staff_client(name="cato", proven=True)
    assert problem(act(cleo, case.reference, "approve", digest="0" * 64), 409, "wrong_state")
    shown = cleo.get(f"{CASES}{case.reference}/").json()["content_digest"]
    first = act(cleo, case.reference, "approve", digest=shown).json()
    again = act(cleo, case.reference, "approve", digest=shown).json()
    assert (first["state"], first["gate"], again["state"]) == ("in_review", ["approvals"], "in_review")
    assert act(cato, case.reference, "approve", digest=shown).json()["state"] == "fulfilling"


def test_it_knows_no_other_verb(officer: Client) -> None:
    case = opened()
    for verb in ("close", "release", "erase", "expire", "__class__"):
        assert problem(act(officer, case.reference, verb), 404, "not_found")
    assert problem(officer.get(f"{CASES}{case.reference}/withdraw/"), 405, "method_not_allowed")
