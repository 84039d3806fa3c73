"""T27 for the portal's own sessions; the headers of every route are held in tests/test_headers.py."""

from __future__ import annotations

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.requests_app.portal_walk import ABOUT, ADA, CASE, Visitor

pytestmark = pytest.mark.django_db
DOCUMENT = "00000000-0000-4000-8000-000000000000"


def portal_patterns() -> list[str]:
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, prefix + str(entry.pattern))
            elif entry.callback.__module__.startswith("requests_app.portal"):
                path = prefix + str(entry.pattern)
                found.append("/" + path.replace("<uuid:document>", DOCUMENT).replace("<int:number>", "1"))

    walk(get_resolver().url_patterns, "")
    return found


def test_it_finds_the_routes_of_the_portal():
    assert {"/", "/requests/new/", CASE} < set(portal_patterns())


def test_no_page_holds_a_style_or_a_script_of_its_own():
    ada = Visitor()
    ada.answer_what("access")
    ada.post(ABOUT, ADA)
    pages = [ada.get(path).content.decode() for path in portal_patterns()]
    ada.follow(ada.ask("access")[0])
    pages += [ada.get(path).content.decode() for path in portal_patterns()]
    for text in pages:
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script src="/static/')


def test_a_form_from_elsewhere_is_refused():
    visitor = Visitor(enforce_csrf_checks=True)
    for path in portal_patterns():
        assert visitor.post(path).status_code in {403, 405}, path
    refused = visitor.post("/requests/new/")
    assert "This page was open for too long" in refused.content.decode()


def test_cookies_are_not_for_scripts():
    ada = Visitor()
    ada.answer_what("access")
    ada.get(ABOUT)
    assert set(ada.cookies) == {"sessionid", "csrftoken"}
    for cookie in ada.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
