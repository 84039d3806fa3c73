"""Every page that the project serves, in a real browser: axe at three widths; in Spanish and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page

from tests.access.matrix import MATRIX
from tests.access.places import NO_PAGE, Places, cookies
from tests.services.looks import look
from tests.services.processes import Processes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
FAULTS = ("400", "403", "403_csrf", "404", "429", "500")
ROUTES = sorted(
    {row.route for row in MATRIX if row.method == "GET" and not row.route.startswith("api/")} - set(NO_PAGE)
)
POSTED = sorted({row.route for row in MATRIX} - {row.route for row in MATRIX if row.method == "GET"})
Window = Callable[[Client], Page]


@pytest.fixture
def places(site: Processes) -> Places:
    with transaction.atomic():
        return Places()


@pytest.fixture(params=["scripts", "no-scripts"])
def window(request: pytest.FixtureRequest, chromium: Browser, site: Processes) -> Iterator[Window]:
    """`window(client)`: the page of a browser that is signed in as that client is. Without scripts it is in Spanish."""
    scripts = request.param == "scripts"
    contexts: dict[Client, BrowserContext] = {}

    def of(client: Client) -> Page:
        if client not in contexts:
            locale = "en-US" if scripts else "es-US"
            contexts[client] = chromium.new_context(
                locale=locale, base_url=site.base_url, java_script_enabled=scripts, bypass_csp=True
            )
            contexts[client].add_cookies(cookies(client, site.base_url))
            contexts[client].new_page()
        return contexts[client].pages[0]

    yield of
    for context in contexts.values():
        context.close()


def test_every_page_is_accessible_and_fits_at_three_widths(
    places: Places, window: Window, request: pytest.FixtureRequest
) -> None:
    """Each route of the table of access, which has a row for every address of the project; then what else they show."""
    scripts, wrong = request.node.callspec.id == "scripts", list[str]()

    def visit(name: str, client: Client, address: str, *, exact: bool) -> None:
        page = window(client)
        answer = page.goto(address)
        assert answer is not None
        if exact and (answer.status, urlsplit(page.url).path) != (HTTPStatus.OK, urlsplit(address).path):
            wrong.append(f"{name}: {answer.status}, {page.url}")
        page.evaluate(UNFOLD)
        wrong.extend(look(page, name, scripts=scripts))

    for route in ROUTES:
        visit(route.replace("/", "-"), *places.of(route), exact=True)
    for name, (client, address) in places.states().items():
        visit(name, client, address, exact=False)
    print(f"{len(ROUTES)} pages, {len(places.states())} more states")
    assert wrong == [], "\n".join(wrong)


def test_every_page_of_a_fault_is_accessible(chromium: Browser, site: Processes) -> None:
    request, wrong = RequestFactory().get("/"), list[str]()
    request.user = AnonymousUser()
    with chromium.new_context(locale="es-US", base_url=site.base_url, bypass_csp=True) as context:
        page = context.new_page()
        for fault in FAULTS:
            with translation.override("es"):
                shown = render_to_string(f"{fault}.html", {"company": settings.UMBS_COMPANY}, request)
            page.goto("/")  # whose address the styles are loaded from
            page.set_content(shown)
            wrong += look(page, f"fault-{fault}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.django_db
def test_what_is_only_posted_is_no_page(places: Places) -> None:
    """So that the table above holds every page: an address without a row for GET shows none to whoever gets in."""
    olga = places.who("olga")
    answers = {route: olga.get(places.address(route)).status_code for route in POSTED if not route.startswith("api/")}
    assert {code for code in answers.values() if code not in {302, 404, 405}} == set()
    assert len(answers) > 30
