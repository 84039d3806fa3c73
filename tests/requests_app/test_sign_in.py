"""T23, T24: guessing passwords and codes, using a code twice, and sessions that outlive what they stood on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import connections
from django.test import Client
from pytest_django import Settings

from requests_app.models import User
from requests_app.permissions import Role
from requests_app.services import limits, second_factor
from tests.characters import user
from tests.requests_app.api_client import REQUESTS
from tests.services.stage import Stage

PASSWORD = "a password that is long enough"
SECRET = "JBSWY3DPEHPK3PXP"
LOGIN, CODE, INSIDE = "/accounts/login/", "/accounts/2fa/authenticate/", "/accounts/sessions/"


@pytest.fixture(autouse=True)
def fresh_counters(settings: Settings) -> Iterator[None]:
    settings.UMBS_STAFF_MFA = False
    cache.clear()
    yield
    cache.clear()


def cleo(*, factor: bool = False) -> User:
    found = user(Role.OFFICER)
    found.set_password(PASSWORD)
    found.save()
    if factor:
        TOTP.activate(found, SECRET)
        RecoveryCodes.activate(found)
    return found


def code() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time()))))


def sign_in(client: Client, password: str = PASSWORD) -> int:
    return client.post(LOGIN, {"login": "cleo", "password": password}).status_code


def inside(client: Client) -> bool:
    return client.get(INSIDE).status_code == 200


def other_process() -> None:
    """What one process keeps for itself, another does not know of."""
    cache.clear()


@pytest.mark.django_db
def test_t23_it_weighs_five_guesses_of_a_password_and_then_none() -> None:
    cleo()
    answers = []
    for number in range(30):
        other_process()
        answers.append(sign_in(Client(), f"guess number {number}"))
    assert answers[:4] == [200] * 4
    assert set(answers[5:]) == {429}
    other_process()
    client = Client()
    assert sign_in(client) == 429
    assert not inside(client)


@pytest.mark.django_db
def test_t23_it_weighs_five_guesses_of_a_code_and_then_none_in_any_process() -> None:
    cleo(factor=True)
    client = Client()
    sign_in(client)
    wrong = f"{(int(code()) + 1) % 10**6:06}"
    for _ in range(second_factor.GUESSES):
        other_process()
        assert b"Incorrect code" in client.post(CODE, {"code": wrong}).content
    other_process()
    assert b"Too many tries" in client.post(CODE, {"code": code()}).content
    assert not inside(client)


@pytest.mark.django_db
def test_t23_it_takes_a_code_once_also_in_another_process() -> None:
    somebody = cleo(factor=True)
    first, second = Client(), Client()
    given = code()
    for client in (first, second):
        sign_in(client)
    assert first.post(CODE, {"code": given}).status_code == 302
    other_process()
    assert b"Incorrect code" in second.post(CODE, {"code": given}).content
    assert (inside(first), inside(second)) == (True, False)
    assert not second_factor.spend(somebody, given)


@pytest.mark.django_db
def test_t23_it_counts_anew_after_the_right_code() -> None:
    somebody = cleo(factor=True)
    limits.count(f"second factor:{somebody.pk}", window=second_factor.WINDOW)
    client = Client()
    sign_in(client)
    client.post(CODE, {"code": code()})
    assert limits.count(f"second factor:{somebody.pk}", window=second_factor.WINDOW) == 1


@pytest.mark.slow
def test_t23_it_takes_a_code_once_of_eight_who_give_it_at_the_same_moment(fresh_sqlite: Stage) -> None:
    assert fresh_sqlite
    somebody = cleo()

    def give(_number: int) -> bool:
        try:
            return second_factor.spend(somebody, "123456")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(give, range(8))) == 1


@pytest.mark.slow
def test_t23_it_ends_the_other_sessions_with_a_new_password_or_second_factor(fresh_sqlite: Stage) -> None:
    assert fresh_sqlite
    cleo()
    here, elsewhere = Client(), Client()
    sign_in(here)
    sign_in(elsewhere)
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = here.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    now = str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
    assert here.post("/accounts/2fa/totp/activate/", {"code": now}).status_code == 302
    assert (inside(here), inside(elsewhere)) == (True, False)
    other_process()
    third = Client()
    third.force_login(User.objects.get(username="cleo"), backend="django.contrib.auth.backends.ModelBackend")
    new = {"oldpassword": PASSWORD, "password1": f"another {PASSWORD}", "password2": f"another {PASSWORD}"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert (inside(here), inside(third)) == (True, False)


@pytest.mark.django_db
def test_t23_it_takes_a_new_session_at_the_sign_in() -> None:
    cleo()
    client = Client()
    client.get(LOGIN)
    client.cookies["sessionid"] = "a" * 32  # laid in the browser by somebody who waits for it
    sign_in(client)
    assert client.cookies["sessionid"].value != "a" * 32
    assert inside(client)
    assert not inside(_with_cookie("a" * 32))


def _with_cookie(key: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = key
    return client


@pytest.mark.slow
def test_t24_it_counts_exactly_whoever_counts_at_once(fresh_sqlite: Stage) -> None:
    assert fresh_sqlite

    def ask(_number: int) -> bool:
        try:
            return limits.allowed("a door", limit=100, window=second_factor.WINDOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(400))) == 100


@pytest.mark.django_db
def test_t24_it_believes_no_address_that_a_visitor_writes(settings: Settings) -> None:
    settings.UMBS_TRUSTED_PROXIES = 0
    spoofed = [
        Client(headers={"X-Forwarded-For": f"203.0.113.{n}"}).post(REQUESTS, {}, "application/json").status_code
        for n in range(70)
    ]
    assert spoofed.count(400) == 60
    assert spoofed[60:] == [429] * 10
    cleo()
    for n in range(6):
        other_process()
        Client(headers={"X-Forwarded-For": f"203.0.113.{n}"}).post(LOGIN, {"login": "cleo", "password": "guess"})
    other_process()
    assert sign_in(Client(headers={"X-Forwarded-For": "203.0.113.200"})) == 429


@pytest.mark.django_db
@pytest.mark.parametrize("depth", [1_000, 100_000, 400_000])
def test_t22_it_refuses_a_body_of_brackets_at_once(depth: int) -> None:
    body = '{"right": ' + "[" * depth + "]" * depth + "}"
    assert Client().post(REQUESTS, body, "application/json").status_code == 400


@pytest.mark.django_db
def test_t22_it_refuses_a_body_beyond_the_limit_before_reading_it() -> None:
    body = '{"details": "' + "a" * 10_000_000 + '"}'
    answer = Client().post(REQUESTS, body, "application/json")
    assert answer.status_code == 413
    assert "less than 2 MB" in answer.json()["detail"]
