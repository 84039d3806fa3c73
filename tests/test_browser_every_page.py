"""Every page that the project serves, in a real browser: axe at three widths; without JavaScript; in Spanish."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage, get_connection
from django.db import OperationalError, transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page
from pytest_django import Settings

from requests_app.models import Case
from tests.access.matrix import MATRIX
from tests.access.places import NO_PAGE, Places, cookies
from tests.services.looks import ONCE, WIDTHS, look
from tests.services.processes import Processes
from umbs_privacy.demo.views import show_mailbox
from umbs_privacy.errors import server_error

pytestmark = [pytest.mark.browser, pytest.mark.slow]
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
FAULTS = ("400", "403", "403_csrf", "404", "429", "500")
ROUTES = sorted(
    {row.route for row in MATRIX if row.method == "GET" and not row.route.startswith("api/")} - set(NO_PAGE)
)
POSTED = sorted({row.route for row in MATRIX} - {row.route for row in MATRIX if row.method == "GET"})


@pytest.fixture
def places(site: Processes) -> Places:
    with transaction.atomic():
        return Places()


@dataclass
class Window:
    """`window.load(client, address)`: the page, in a browser that is signed in as that client is.

    Without scripts it is loaded and stays as it came; only axe runs in it afterwards, at the widths of `axe_at`.
    """

    chromium: Browser
    base_url: str
    locale: str
    scripts: bool
    axe_at: Collection[int]
    contexts: dict[Client, tuple[BrowserContext, Page, CDPSession]] = field(default_factory=dict)

    def load(self, client: Client, address: str) -> tuple[Page, int]:
        if client not in self.contexts:
            context = self.chromium.new_context(locale=self.locale, base_url=self.base_url, bypass_csp=True)
            context.add_cookies(cookies(client, self.base_url))
            page = context.new_page()
            self.contexts[client] = (context, page, context.new_cdp_session(page))
        _context, page, switch = self.contexts[client]
        switch.send("Emulation.setScriptExecutionDisabled", {"value": not self.scripts})
        answer = page.goto(address)
        assert answer is not None
        switch.send("Emulation.setScriptExecutionDisabled", {"value": False})
        return page, answer.status


@pytest.fixture(
    params=[("en-US", True, WIDTHS), ("en-US", False, ()), ("es-US", False, ONCE)],
    ids=["scripts", "no-scripts", "Spanish"],
)
def window(request: pytest.FixtureRequest, chromium: Browser, site: Processes) -> Iterator[Window]:
    window = Window(chromium, site.base_url, *request.param)
    yield window
    for context, *_ in window.contexts.values():
        context.close()


def test_every_page_is_accessible_and_fits_at_three_widths(
    places: Places, window: Window, request: pytest.FixtureRequest
) -> None:
    """Each route of the table of access, which has a row for every address of the project; then what else they show."""
    wrong, passed = list[str](), request.node.callspec.id

    def visit(name: str, client: Client, address: str, *, exact: bool) -> None:
        page, status = window.load(client, address)
        if exact and (status, urlsplit(page.url).path) != (HTTPStatus.OK, urlsplit(address).path):
            wrong.append(f"{name}: {status}, {page.url}")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wrong.append(f"{name}: {status}")
        page.evaluate(UNFOLD)
        wrong.extend(look(page, f"{name}-{passed}", axe_at=window.axe_at))

    for route in ROUTES:
        visit(route.replace("/", "-"), *places.of(route), exact=True)
    for name, (client, address) in places.states().items():
        visit(name, client, address, exact=False)
    print(f"{len(ROUTES)} pages, {len(places.states())} more states")
    assert wrong == [], "\n".join(wrong)


def test_every_page_of_a_fault_and_the_mailbox_of_the_demo_are_accessible(
    chromium: Browser, site: Processes, rf: RequestFactory, settings: Settings, tmp_path: Path
) -> None:
    """Those that no address of this site leads to."""
    request, wrong = rf.get("/"), list[str]()
    request.user = AnonymousUser()
    settings.DEMO, settings.EMAIL_FILE_PATH = True, str(tmp_path)
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    EmailMessage("Your code", "Enter 123456.", to=["ada@example.org"], connection=backend).send()
    with chromium.new_context(locale="es-US", base_url=site.base_url, bypass_csp=True) as context:
        page = context.new_page()
        page.goto("/")  # whose address the styles are loaded from
        for language in ("en", "es"):
            with translation.override(language):
                shown = {
                    name: render_to_string(f"{name}.html", {"company": settings.UMBS_COMPANY}, request)
                    for name in FAULTS
                }
                shown["mailbox"] = show_mailbox(request).content.decode()
                shown["busy"] = busy(request)
            for name, html in shown.items():
                page.set_content(html)
                wrong += look(page, f"{name}-{language}", axe_at=WIDTHS if language == "en" else ONCE)
    assert wrong == [], "\n".join(wrong)


def busy(request: HttpRequest) -> str:
    """What is shown where the database did not do its part."""
    try:
        Case.objects.raw("SELECT id FROM nowhere")[0]
    except OperationalError:
        answer = server_error(request)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    return answer.content.decode()


@pytest.mark.django_db
def test_what_is_only_posted_is_no_page(places: Places) -> None:
    """So that the table above holds every page: an address without a row for GET shows none to whoever gets in."""
    olga = places.who("olga")
    answers = {route: olga.get(places.address(route)).status_code for route in POSTED if not route.startswith("api/")}
    assert {code for code in answers.values() if code not in {302, 404, 405}} == set()
    assert len(answers) > 30
