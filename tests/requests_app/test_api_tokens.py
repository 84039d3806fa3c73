"""Tokens from the command line: shown once, within the role, and proven only by a fresh code of the second factor."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from requests_app.models import ApiToken, User
from requests_app.permissions import Role
from tests.characters import user
from tests.factories import opened
from tests.requests_app.api_client import CASES, act, problem

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


def run(*words: str) -> str:
    out = StringIO()
    call_command("token_issue", *words, stdout=out)
    return out.getvalue().strip()


def code() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time()))))


def client(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_it_shows_a_token_once_that_works() -> None:
    user(Role.ANALYST)
    token = run("anna", "--scope", "staff")
    assert client(token).get(CASES).status_code == 200
    shown: dict[str, Any] = json.loads(run("anna", "--scope", "staff", "--json"))
    assert shown["scope"] == "staff"
    assert client(shown["token"]).get(CASES).status_code == 200
    assert token not in str(list(ApiToken.objects.values()))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nobody", "--scope", "staff"), "no active user"),
        (("left", "--scope", "staff"), "no active user"),
        (("abel", "--scope", "staff"), "cannot have a token"),
        (("anna", "--scope", "auditor"), "cannot have a token"),
        (("anna", "--scope", "staff", "--code", "000000"), "wrong, or was used before"),
    ],
)
def test_it_says_why_there_is_no_token(words: tuple[str, ...], told: str) -> None:
    user(Role.ANALYST)
    user(Role.ADMIN)
    User.objects.create_user("left", role=Role.ANALYST.value, is_active=False)
    with pytest.raises(CommandError, match=told):
        run(*words)
    assert not ApiToken.objects.exists()


def test_it_lets_decide_whoever_gave_the_second_factor_and_takes_a_code_once() -> None:
    cache.clear()
    TOTP.activate(user(Role.OFFICER), SECRET)
    case = opened()
    reason = {"reason": "She showed her licence at the desk."}
    plain = client(run("cleo", "--scope", "staff"))
    assert problem(act(plain, case.reference, "verify", **reason), 403, "step_up_required")
    given = code()
    proven = client(run("cleo", "--scope", "staff", "--code", given))
    assert act(proven, case.reference, "verify", **reason).json()["state"] == "gathering"
    with pytest.raises(CommandError, match="was used before"):
        run("cleo", "--scope", "staff", "--code", given)
