"""T27: every answer, also an error, says what a browser may do with it; nothing changes by GET."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.requests_app.portal_walk import ABOUT, ADA, CASE, Visitor

pytestmark = pytest.mark.django_db
DOCUMENT = "00000000-0000-4000-8000-000000000000"
PAGES = (
    "/",
    "/requests/new/",
    "/requests/new/about/",
    "/requests/new/check/",
    "/requests/new/done/",
    "/requests/status/",
    "/requests/status/code/",
    CASE,
    f"{CASE}withdraw/",
    f"{CASE}collect/",
    f"{CASE}documents/{DOCUMENT}/",
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/nowhere/",
)


def check(answer) -> None:
    headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "http" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["get", "post", "head", "put"])
def test_every_answer_carries_the_headers(path: str, method: str):
    check(getattr(Client(), method)(path))


def test_every_page_of_a_session_carries_the_headers():
    ada = Visitor()
    ada.answer_what("access")
    ada.post(ABOUT, ADA)
    for path in PAGES:
        check(ada.get(path))
    ada.follow(ada.ask("access")[0])
    for path in PAGES:
        check(ada.get(path))


def test_an_unexpected_failure_carries_the_headers(monkeypatch: pytest.MonkeyPatch):
    def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr("requests_app.portal.asking.draft.load", fail)
    answer = Client(raise_request_exception=False).get("/requests/new/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong on our side" in text
    assert "469-942-7230" in text
    assert "the database is gone" not in text
    check(answer)


def test_no_page_holds_a_style_or_a_script_of_its_own():
    ada = Visitor()
    ada.follow(ada.ask("access")[0])
    for path in PAGES:
        text = ada.get(path).content.decode()
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script src="/static/')


def portal_patterns() -> list[str]:
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, prefix + str(entry.pattern))
            elif entry.callback.__module__.startswith("requests_app.portal"):
                found.append("/" + (prefix + str(entry.pattern)).replace("<uuid:document>", DOCUMENT))

    walk(get_resolver().url_patterns, "")
    return found


def test_the_list_of_pages_is_complete():
    posts = {f"{CASE}{name}/" for name in ("message", "file", "facts", "declaration")} | {"/requests/status/leave/"}
    assert set(portal_patterns()) == {page for page in PAGES if not page.startswith(("/accounts", "/nowhere"))} | posts


def test_a_form_from_elsewhere_is_refused():
    visitor = Visitor(enforce_csrf_checks=True)
    for path in portal_patterns():
        answer = visitor.post(path)
        assert answer.status_code in {403, 405}, path
    refused = visitor.post("/requests/new/")
    assert "This page was open for too long" in refused.content.decode()
    check(refused)


def test_cookies_are_not_for_scripts():
    ada = Visitor()
    ada.answer_what("access")
    ada.get(ABOUT)
    assert set(ada.cookies) == {"sessionid", "csrftoken"}
    for cookie in ada.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
