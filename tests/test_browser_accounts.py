"""Signing in as staff, with a second factor, in a real browser; every page of it is accessible."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page, expect

from requests_app.models import User
from requests_app.permissions import Role
from tests.requests_app import office
from tests.services.looks import ONCE, look
from tests.services.processes import Processes
from tests.test_browser_staff import LAPTOP, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "a password that is long enough"


@pytest.fixture
def page(site: Processes, chromium: Browser) -> Iterator[Page]:
    User.objects.create_user("cleo", password=PASSWORD, role=Role.ANALYST.value)
    with chromium.new_context(locale="en-US", base_url=site.base_url, viewport=LAPTOP, bypass_csp=True) as context:
        yield context.new_page()


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/?next=/accounts/2fa/")
    page.get_by_label("Username").fill("cleo")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_wrong_password_says_no_more_than_that(page: Page):
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("username and/or password")
    assert look(page, "login-wrong", axe_at=ONCE) == []


def test_staff_sign_in_and_set_up_a_second_factor(page: Page):
    sign_in(page)
    page.get_by_role("link", name="Activate").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Activate").click()
    wrong = look(page, "recovery-codes-made", axe_at=ONCE)
    page.goto("/accounts/2fa/")
    wrong += look(page, "2fa-active", axe_at=ONCE)
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign Out").click()
    sign_in(page)
    expect(page.get_by_role("heading", name="Two-Factor Authentication")).to_be_visible()
    assert wrong == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_administrator_makes_and_closes_an_account(site: Processes, chromium: Browser, *, scripts: bool):
    User.objects.create_user("abel", password=office.PASSWORD, role=Role.ADMIN.value)
    with chromium.new_context(
        locale="en-US", base_url=site.base_url, viewport=LAPTOP, bypass_csp=True, java_script_enabled=scripts
    ) as context:
        abel = Desk(context, scripts=scripts)
        abel.sign_in("abel", begins="Staff accounts")
        makes_and_closes(abel)
        assert abel.wrong == []


def makes_and_closes(abel: Desk) -> None:
    page = abel.page
    abel.unfold("Make an account")
    abel.press("Make the account")
    abel.confirm()
    expect(page.get_by_text("Choose a role.").first).to_be_visible()
    abel.look("people-wrong")
    page.get_by_label("Username").fill("nora")
    page.get_by_label("First name").fill("Nora")
    page.get_by_label("Last name").fill("Fell")
    page.get_by_label("E-mail at work").fill("nora@umbs.example")
    page.locator("label", has_text="Intake:").click()
    abel.press("Make the account")
    expect(page.get_by_label("Link")).to_have_value(re.compile("/accounts/password/reset/key/"))
    abel.look("person-link")
    page.get_by_role("link", name="Back to the account").click()
    page.locator("label", has_text="Analyst:").click()
    abel.press("Change the role")
    abel.told("The role is changed")
    abel.press("Close the account")
    abel.told("The account is closed")
    abel.look("person-closed")
    page.get_by_role("link", name="All accounts").click()
    page.get_by_label("Name or e-mail").fill("nobody at all")
    abel.press("Search")
    expect(page.get_by_role("heading", name="Nobody found")).to_be_visible()
