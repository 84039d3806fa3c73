"""A correction at both desks in a browser: every page accessible, fitting, and usable without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from requests_app.lifecycle import Right
from requests_app.models import Case
from tests.factories import approved, gather, located
from tests.requests_app import office
from tests.requests_app.portal_walk import ADA, mailed_code, prove
from tests.requests_app.test_portal_correcting import done
from tests.services.processes import Processes
from tests.test_browser_portal import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHY = "The bill that you sent shows the number that we hold."


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def walk(request: pytest.FixtureRequest, chromium: Browser, site: Processes) -> Iterator[Walk]:
    scripts: bool = request.param
    with chromium.new_context(locale="en-US", java_script_enabled=scripts, bypass_csp=True) as context:
        yield Walk(context.new_page(), site, scripts=scripts, name=request.node.callspec.id)


def test_a_correction_is_asked_ruled_on_and_told(walk: Walk) -> None:
    case = asks(walk)
    located(gather(prove(case)))
    rules(walk, case)
    approved(case)
    done(case)
    hears(walk, case)
    assert walk.wrong == []
    assert [said for said in walk.said if "400" not in said] == []  # the refused ruling, which Chromium mentions


def asks(walk: Walk) -> Case:
    page = walk.page
    walk.go("/requests/new/?right=correct")
    page.get_by_label("Which state do you live in?").select_option("US-CA")
    walk.choose("Somebody who visited a website")
    walk.press("Continue")
    walk.fill(what_1="Phone number", is_1="214-555-0199", should_be_1="214-555-0199")
    walk.press("Add another correction")
    walk.look("corrections-two")
    walk.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("This is the same as what it is now.")
    walk.look("corrections-wrong")
    walk.fill(should_be_1="214-555-0107")
    walk.press("Continue")
    walk.fill(**{name: ADA[name] for name in ("given_name", "family_name", "email", "phone", "account_numbers")})
    walk.press("Continue")
    walk.look("corrections-check")
    walk.press("Send")
    expect(page.get_by_role("heading", name="We have your request")).to_be_visible()
    case = Case.objects.get(right=Right.CORRECT)
    opens(walk, case)
    page.locator("summary", has_text="Send a file that shows it").click()
    page.locator("#evidence_1_file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b""})
    walk.press("Send the file (Phone number)")
    expect(page.get_by_role("alert")).to_contain_text("This file is empty.")
    walk.look("corrections-status-wrong")
    return case


def opens(walk: Walk, case: Case) -> None:
    walk.go("/requests/status/")
    walk.fill(reference=case.reference)
    walk.press("Send me a code")
    walk.fill(code=mailed_code(case))
    with walk.page.expect_navigation():
        walk.press("Continue")


def signs_in(page: Page, base: str) -> None:
    page.goto(f"{base}/staff/")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(office.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="All open")).to_be_visible()


def rules(walk: Walk, case: Case) -> None:
    page = walk.page
    office.people()
    signs_in(page, walk.site.base_url)
    walk.go(f"/staff/cases/{case.reference}/")
    page.get_by_role("link", name="Rule on the corrections").click()
    page.get_by_text("Leave it as it is").click()
    page.get_by_role("button", name="Keep the ruling").click()
    expect(page.get_by_role("alert").first).to_contain_text("Choose the ground on which it stays as it is.")
    walk.look("staff-corrections-wrong")
    page.get_by_label("Ground, when it stays as it is").select_option("information_accurate")
    page.get_by_label("What the consumer is told about it").fill(WHY)
    page.get_by_text("This is health information").click()
    page.get_by_role("button", name="Keep the ruling").click()
    expect(page.get_by_text("Every correction is ruled on.")).to_be_visible()
    walk.look("staff-corrections-ruled")


def hears(walk: Walk, case: Case) -> None:
    opens(walk, case)
    expect(walk.page.get_by_role("main")).to_contain_text(WHY)
    walk.page.locator("summary", has_text="Add a statement to the record").click()
    walk.page.get_by_label("Your statement, up to 250 words").fill("word " * 251)
    walk.press("Send the statement (Phone number)")
    expect(walk.page.get_by_role("alert")).to_contain_text("it has 251")
    walk.look("corrections-told")
