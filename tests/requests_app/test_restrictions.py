"""The suppression list: who is on it, for what, and what an asking system is told."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from requests_app.casefile import deliver
from requests_app.exceptions import NotValid
from requests_app.lifecycle import Right
from requests_app.models import Case, Restriction
from requests_app.permissions import Role
from requests_app.services import restrictions
from requests_app.services.restrictions import Answer, Decision
from tests import factories
from tests.characters import ADA
from tests.requests_app.api_client import problem, staff_client

pytestmark = pytest.mark.django_db
CHECK = "/api/v1/restrictions/check/"
EMAIL, PHONE, ACCOUNT = ADA.emails[0], ADA.phones[0], ADA.account_numbers[0]


def restricted(right: Right = Right.OPT_OUT_SALE_SHARING) -> Case:
    case = factories.opened(right)
    deliver.restrict(factories.holder(case))
    return case


def ask(purpose: str, **identifiers: str) -> Answer:
    return restrictions.check(purpose, identifiers.items())


@pytest.mark.parametrize(
    ("right", "denied"),
    [
        (Right.OPT_OUT_SALE_SHARING, {"marketing", "sale_sharing", "targeted_ads", "audience_matching"}),
        (Right.OPT_OUT_TARGETED_ADS, {"marketing", "targeted_ads", "audience_matching"}),
        (Right.OPT_OUT_PROFILING, {"marketing", "profiling"}),
        (Right.LIMIT_SENSITIVE, {"sensitive"}),
        (Right.DELETE, set(restrictions.PURPOSES) - {"invite_opt_in"}),
    ],
)
def test_it_denies_what_each_right_forbids_and_nothing_else(right: Right, denied: set[str]) -> None:
    restricted(right)
    answers = {purpose: ask(purpose, email=EMAIL) for purpose in restrictions.PURPOSES}
    assert {purpose for purpose, answer in answers.items() if answer.decision == Decision.DENY} == denied | {
        "invite_opt_in"
    }
    assert {answer.rule for purpose, answer in answers.items() if purpose in denied} == {right}


@pytest.mark.parametrize(
    "identifiers",
    [
        {"email": f"  {EMAIL.upper()} "},
        {"phone": PHONE},
        {"account": ACCOUNT.lower()},
        {"email": "somebody.else@example.org", "phone": PHONE},
        {"email": "no address", "phone": PHONE},
    ],
)
def test_it_knows_a_person_by_any_identifier_however_it_is_written(identifiers: dict[str, str]) -> None:
    restricted()
    assert ask("marketing", **identifiers) == Answer(Decision.DENY, Right.OPT_OUT_SALE_SHARING)


def test_it_allows_only_whom_it_could_compare() -> None:
    restricted()
    assert ask("marketing", email="ben@example.org") == Answer(Decision.ALLOW, restrictions.FREE)
    for identifiers in (
        {},
        {"email": "no address"},
        {"phone": "12"},
        {"account": "--"},
        {"cookie": "abc"},
        {"email": "ben@example.org", "phone": "12"},
    ):
        assert ask("marketing", **identifiers) == Answer(Decision.UNKNOWN, restrictions.UNUSABLE)


def test_it_takes_no_purpose_that_nobody_defined() -> None:
    with pytest.raises(NotValid):
        ask("marketting", email=EMAIL)


def test_it_lets_nobody_be_invited_again_for_twelve_months() -> None:
    with time_machine.travel("2026-03-01T15:00:00Z"):
        restricted()
        assert ask("invite_opt_in", email=EMAIL).rule == restrictions.ASKED_TOO_SOON
    with time_machine.travel("2027-02-28T15:00:00Z"):
        assert ask("invite_opt_in", email=EMAIL).decision == Decision.DENY
    with time_machine.travel("2027-03-01T15:00:00Z"):
        assert ask("invite_opt_in", email=EMAIL).decision == Decision.ALLOW
        assert ask("marketing", email=EMAIL).decision == Decision.DENY


def test_it_keeps_nothing_that_names_a_person() -> None:
    restricted()
    kept = str(list(Restriction.objects.values()))
    assert not any(value in kept for value in (EMAIL, PHONE, ACCOUNT, *ADA.full_name.split()))


# --- over HTTP ---------------------------------------------------------------------------------------------------


def post(client: Client, data: Any) -> Any:
    return client.post(CHECK, json.dumps(data), content_type="application/json")


def body(value: str = EMAIL, kind: str = "email", purpose: str = "marketing") -> dict[str, Any]:
    return {"purpose": purpose, "identifiers": [{"kind": kind, "value": value}]}


@pytest.fixture
def system() -> Client:
    return staff_client(Role.ADMIN, scope="system")


def test_it_answers_another_system(system: Client) -> None:
    restricted()
    assert post(system, body()).json() == {"decision": "deny", "rule": "opt_out_sale_sharing"}
    assert post(system, body("ben@example.org")).json() == {"decision": "allow", "rule": "not_restricted"}
    assert post(system, body("nonsense")).json() == {"decision": "unknown", "rule": "identifier_unusable"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        {"purpose": "marketing"},
        {"purpose": "marketing", "identifiers": []},
        body(purpose="anything"),
        body(kind=EMAIL),
        body(value=""),
        {"purpose": "marketing", "identifiers": [{"kind": "email", "value": "a@example.org"}] * 51},
        body() | {"surprise": 1},
    ],
)
def test_it_refuses_a_question_that_it_cannot_read_without_repeating_it(system: Client, data: Any) -> None:
    refused = problem(post(system, data), 400, "not_valid")
    assert EMAIL not in json.dumps(refused)


def test_it_answers_no_token_of_staff_and_shows_a_system_no_case(system: Client) -> None:
    problem(post(staff_client(), body()), 403, "not_allowed")
    problem(post(Client(), body()), 401, "not_authenticated")
    reference = restricted().reference
    assert system.get("/api/v1/cases/").status_code == 403
    assert system.get(f"/api/v1/cases/{reference}/").status_code in {403, 404}


# --- from the command line ---------------------------------------------------------------------------------------


def run(*words: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("restriction_check", *words, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def test_it_ends_with_zero_only_for_allow() -> None:
    restricted()
    assert run("--purpose", "marketing", "--email", "ben@example.org") == ("allow not_restricted\n", 0)
    assert run("--purpose", "marketing", "--email", EMAIL) == ("deny opt_out_sale_sharing\n", 1)
    assert run("--purpose", "marketing", "--phone", "12") == ("unknown identifier_unusable\n", 1)
    with pytest.raises(CommandError):
        run("--email", EMAIL)


def test_it_says_that_nobody_was_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="about whom"):
        run("--purpose", "marketing")


def test_it_answers_each_line_and_never_repeats_or_logs_a_value(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    restricted()
    lines = [json.dumps(body()), json.dumps(body("ben@example.org")), EMAIL, "[" * 100_000, json.dumps([EMAIL]), ""]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    with caplog.at_level(logging.DEBUG, logger="requests_app"):
        said, code = run("--json")
    decisions = [json.loads(line)["decision"] for line in said.splitlines()]
    assert decisions == ["deny", "allow", "unknown", "unknown", "unknown", "unknown"]
    assert code == 0
    assert EMAIL not in said + caplog.text
