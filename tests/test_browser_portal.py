"""The consumer's pages in a real browser, with and without JavaScript: usable, accessible, quiet under our CSP."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from requests_app.models import Case, Evidence, Representation
from tests import bombs
from tests.requests_app.portal_walk import mailed_code, prove, release
from tests.requests_app.settled import CRM, EHR, HELD, TAX, settled
from tests.services.looks import ONCE, SHOTS, look
from tests.services.processes import Processes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


class Walk:
    """One browser tab. What test_browser_every_page.py cannot come to, because it takes a step first, is looked at."""

    def __init__(self, page: Page, site: Processes, *, scripts: bool, name: str) -> None:
        self.page, self.site, self.scripts, self.name = page, site, scripts, name
        self.wrong: list[str] = []
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def go(self, path: str) -> None:
        self.page.goto(self.site.base_url + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, *labels: str) -> None:
        for label in labels:
            self.page.locator("label", has_text=label).first.click()

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"[name={name}]").fill(value)

    def look(self, name: str) -> None:
        self.wrong += look(self.page, f"{self.name}-{name}", axe_at=ONCE if self.scripts else ())


@pytest.fixture(params=[(True, NARROW), (False, WIDE)], ids=["scripts", "no-scripts"])
def walk(request: pytest.FixtureRequest, chromium: Browser, site: Processes) -> Iterator[Walk]:
    scripts, size = request.param
    name = request.node.callspec.id
    with chromium.new_context(locale="en-US", viewport=size, java_script_enabled=scripts, bypass_csp=True) as context:
        yield Walk(context.new_page(), site, scripts=scripts, name=name)


def test_a_consumer_asks_proves_follows_and_collects(walk: Walk):
    access, opt_out = asks(walk)
    follows(walk, access)
    collects(walk, access)
    takes_back(walk, opt_out)
    chooses(walk)
    allows_again(walk)
    assert walk.wrong == []


def asks(walk: Walk) -> tuple[Case, Case]:
    """For a copy and an opt-out, with every mistake that the form can meet on the way."""
    page = walk.page
    walk.go("/")
    page.get_by_role("link", name="Ask for a copy").click()
    expect(page.get_by_label("See and get a copy")).to_be_checked()
    walk.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("Choose the state you live in.")
    walk.look("what-wrong")
    walk.choose("Do not sell or share", "Somebody who visited a website")
    page.get_by_label("Which state do you live in?").select_option("US-CA")
    walk.press("Continue")
    walk.fill(given_name="Ada", email="not an address")
    walk.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("Enter your last name.")
    expect(page.locator("[name=given_name]")).to_have_value("Ada")
    walk.look("about-wrong")
    walk.fill(family_name="Example", email="ada@example.org", phone="214-555-0107", account_numbers="AC-1001")
    walk.fill(date_of_birth_month="4", date_of_birth_day="28", date_of_birth_year="1986")
    walk.press("Continue")
    page.get_by_role("link", name="Change what you want").click()
    expect(page.get_by_label("Do not sell or share")).to_be_checked()
    page.go_back()
    walk.press("Sign and send")
    walk.look("check-wrong")
    walk.choose("I have read this declaration")
    walk.fill(signed_name="Ada Example")
    page.get_by_role("button", name="Sign and send").dblclick()
    expect(page.get_by_role("heading", name="We have your request")).to_be_visible()
    access, opt_out = Case.objects.order_by("opened_at")
    assert (access.right, opt_out.right) == ("access", "opt_out_sale_sharing")
    assert page.url.endswith("/requests/new/done/")
    return access, opt_out


def follows(walk: Walk, access: Case) -> None:
    page = walk.page
    page.get_by_role("main").get_by_role("link", name="Check a request").click()
    walk.fill(reference=access.reference.lower())
    walk.press("Send me a code")
    walk.fill(code="12")
    walk.press("Continue")
    walk.look("code-wrong")
    walk.fill(code=mailed_code(access))
    walk.press("Continue")
    walk.fill(text="Will it come by mail?")
    walk.press("Send the message")
    expect(page.get_by_text("We have your message")).to_be_visible()
    page.get_by_label("Send a file").set_input_files(
        {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    )
    walk.press("Send the file")
    expect(page.get_by_role("alert")).to_contain_text("Send a PDF, PNG, JPEG or plain text file")
    walk.look("case-wrong")
    page.get_by_text("Add facts").click()
    walk.fill(postal_address="12 Elm St, Dallas")
    walk.press("Send these facts")
    walk.look("case-proving")


def collects(walk: Walk, access: Case) -> None:
    page = walk.page
    package = release(prove(access), contents=b"PK the copy")
    walk.go("/requests/status/case/")
    walk.look("case-ready")
    walk.press("Send the code and go on")
    walk.fill(code=mailed_code(access))
    walk.press("Continue")
    walk.look("case-collect")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download your copy").click()
    assert download.value.suggested_filename == package.name
    assert Path(download.value.path()).read_bytes() == b"PK the copy"
    page.get_by_role("button", name="Close this page").click()
    expect(page.get_by_role("heading", name="Check a request")).to_be_visible()


def takes_back(walk: Walk, opt_out: Case) -> None:
    page = walk.page
    walk.fill(reference=opt_out.reference)
    walk.press("Send me a code")
    walk.fill(code=mailed_code(opt_out))
    walk.press("Continue")
    page.get_by_role("link", name="Take it back").click()
    walk.press("Yes, take it back")
    walk.look("case-withdrawn")


def chooses(walk: Walk) -> None:
    """The short form of an opt-out, reached from the foot of any page; what was typed survives the mistake."""
    page = walk.page
    page.get_by_role("contentinfo").get_by_role("link", name="Your Privacy Choices").click()
    expect(page.get_by_role("heading", name="Your Privacy Choices")).to_be_visible()
    walk.fill(email="ada@example.org")
    walk.press("Send my choices")
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one thing that we should stop.")
    walk.look("choices-wrong")
    walk.choose("All of these")
    walk.press("Send my choices")
    expect(page.get_by_role("heading", name="We have your request")).to_be_visible()


def test_a_consumer_reads_what_was_deleted_and_what_was_not(walk: Walk):
    with transaction.atomic():
        case = settled(CRM, TAX, HELD, EHR)
    walk.go("/requests/status/")
    walk.fill(reference=case.reference)
    walk.press("Send me a code")
    with transaction.atomic():
        walk.fill(code=mailed_code(case))
    walk.press("Continue")
    expect(walk.page.get_by_role("heading", name="What was deleted, and what was not")).to_be_visible()
    walk.look("deleted")
    assert walk.wrong == []


def test_somebody_asks_for_somebody_else_and_the_person_answers(walk: Walk):
    case = asks_for_another(walk)
    shows_the_permission(walk, case)
    says_yes(walk, case)
    assert walk.wrong == []


def asks_for_another(walk: Walk) -> Case:
    page = walk.page
    walk.go("/requests/new/?right=access")
    walk.choose("Somebody who gave me permission", "A patient whose provider")
    page.get_by_label("Which state do you live in?").select_option("US-CA")
    walk.press("Continue")
    walk.fill(agent_name="Ben Tolliver", agent_email="ben at tolliver")
    walk.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("Enter an e-mail address such as")
    expect(page.locator("[name=agent_name]")).to_have_value("Ben Tolliver")
    walk.look("who-wrong")
    walk.fill(agent_email="ben@tolliver.example", signed_on_month="1", signed_on_day="15", signed_on_year="2026")
    walk.press("Continue")
    expect(page.get_by_role("heading", name="About the person")).to_be_visible()
    walk.look("about-the-person")
    walk.fill(given_name="Ada", family_name="Example", email="ada@example.org")
    walk.press("Continue")
    walk.look("check-for-another")
    walk.press("Send")
    walk.look("done-for-another")
    walk.press("Send the file")
    expect(page.get_by_role("alert")).to_contain_text("Choose a file before you send it.")
    walk.look("done-for-another-wrong")
    return Case.objects.get()


def shows_the_permission(walk: Walk, case: Case) -> None:
    page = walk.page
    walk.go("/requests/acting/")
    walk.fill(reference=case.reference)
    walk.press("Send me a code")
    walk.fill(code=mailed_code(case))
    walk.press("Continue")
    permission = {"name": "permission.pdf", "mimeType": "application/pdf", "buffer": bombs.PDF}
    page.get_by_label("Send a file").set_input_files(permission)
    walk.press("Send the file")
    expect(page.get_by_text("We have your file")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="permission.pdf")).to_be_visible()
    walk.look("acting-case-shown")
    walk.press("Close this page")


def says_yes(walk: Walk, case: Case) -> None:
    page = walk.page
    walk.go("/requests/status/")
    walk.fill(reference=case.reference)
    walk.press("Send me a code")
    walk.fill(code=mailed_code(case))
    walk.press("Continue")
    expect(page.get_by_text("Ben Tolliver")).to_be_visible()
    page.get_by_role("link", name="Not now").click()
    walk.look("case-asked-in-their-name")
    page.get_by_role("link", name="See who it is and answer").click()
    walk.press("Yes, I allowed it")
    expect(page.get_by_text("We keep your answer")).to_be_visible()
    assert Representation.objects.get(case=case).confirmed_at is not None


def allows_again(walk: Walk) -> None:
    """The two steps of an opt-in: the request, and its confirmation with a code."""
    opts(walk, "opt_in_sale_sharing")
    expect(walk.page.get_by_role("heading", name="We have your request")).to_be_visible()
    case = Case.objects.get(right="opt_in_sale_sharing")
    walk.go("/requests/status/")
    walk.fill(reference=case.reference)
    walk.press("Send me a code")
    walk.fill(code=mailed_code(case))
    walk.press("Continue")
    expect(walk.page.get_by_role("heading", name="Confirm your choice")).to_be_visible()
    walk.look("case-confirm")
    walk.press("Yes, allow it again")
    expect(walk.page.get_by_text("You confirmed it.")).to_be_visible()


def test_it_stays_within_its_own_content_security_policy(chromium: Browser, site: Processes):
    with chromium.new_context(locale="en-US", viewport=WIDE) as context:
        walk = Walk(context.new_page(), site, scripts=True, name="csp")
        foreign: list[str] = []
        walk.page.on("request", lambda request: foreign.append(request.url))
        for path in ("/", "/requests/new/", "/requests/status/", "/accounts/login/"):
            walk.go(path)
            expect(walk.page.get_by_role("main")).to_be_visible()
        walk.go("/requests/new/")
        walk.press("Continue")
        font = "document.fonts.ready.then(() => document.fonts.check('16px \"Public Sans Web\"'))"
        assert walk.page.evaluate(font)
        assert [url for url in foreign if not url.startswith((site.base_url, "data:"))] == []
        assert walk.said == []


def test_it_can_be_used_by_keyboard_alone(chromium: Browser, site: Processes):
    with chromium.new_context(locale="en-US", viewport=WIDE) as context:
        walk = Walk(context.new_page(), site, scripts=True, name="keyboard")
        page = walk.page
        walk.go("/requests/status/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator("[name=reference]")).to_be_focused()
        page.keyboard.type("7K4M-29QF-2")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[name=reference]")).to_be_focused()
        expect(page.locator("[name=reference]")).to_have_value("7K4M-29QF-2")


def opts(walk: Walk, right: str = "opt_out_profiling") -> None:
    """The shortest request that there is."""
    walk.go(f"/requests/new/?right={right}")
    walk.choose("Something else")
    walk.page.get_by_label("Which state do you live in?").select_option("US-TX")
    walk.press("Continue")
    walk.fill(email="ada@example.org")
    walk.press("Continue")
    walk.press("Send")


def test_it_prints_the_confirmation_on_one_page(chromium: Browser, site: Processes, tmp_path: Path):
    with chromium.new_context(locale="en-US", viewport=WIDE) as context:
        walk = Walk(context.new_page(), site, scripts=True, name="print")
        opts(walk)
        expect(walk.page.get_by_role("heading", name="We have your request")).to_be_visible()
        walk.page.wait_for_load_state()  # Chromium prints no page whose parts are still on their way
        pdf = walk.page.pdf(path=Path(SHOTS or tmp_path) / "done.pdf", format="Letter")
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def resident_mb(process_id: int) -> int:
    """The peak of the resident set of a process and its children, in MB."""
    family = subprocess.run(
        ["pgrep", "-P", str(process_id)], capture_output=True, text=True, check=False
    ).stdout.split()
    peaks = [Path(f"/proc/{one}/status").read_text() for one in [str(process_id), *family]]
    return max(int(re.search(r"VmHWM:\s+(\d+) kB", text).group(1)) for text in peaks) // 1024


def test_a_huge_upload_is_refused_in_plain_words_without_filling_memory(
    chromium: Browser, site: Processes, tmp_path: Path
):
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(200 * 1024 * 1024)
    with chromium.new_context(locale="en-US", viewport=WIDE) as context:
        walk = Walk(context.new_page(), site, scripts=True, name="huge")
        opts(walk)
        case = Case.objects.get()
        walk.go("/requests/status/")
        walk.fill(reference=case.reference)
        walk.press("Send me a code")
        walk.fill(code=mailed_code(case))
        walk.press("Continue")
        before = resident_mb(site.running["web"].pid)
        walk.page.get_by_label("Send a file").set_input_files(huge)
        walk.page.get_by_role("button", name="Send the file").click(timeout=120_000)
        alert = walk.page.get_by_role("alert")
        expect(alert).to_contain_text("This file is larger than 20 MB", timeout=120_000)
    assert Evidence.objects.count() == 0
    assert resident_mb(site.running["web"].pid) - before < 40
