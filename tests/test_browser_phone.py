"""The phone desk in a real browser: a call by keyboard alone, timed; a call that drops; the same without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from requests_app.casefile import write
from requests_app.models import CallDraft, CallRecord, Case, User
from requests_app.permissions import Role
from requests_app.services import calls
from tests.factories import opened
from tests.services.looks import ONCE, look
from tests.services.processes import Processes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "a password that is long enough"
A_MINUTE = 200  # keystrokes; slow for somebody who types all day
A_FIELD = 1.0  # seconds to see where one is, and what to type there
MOST = 90.0


class Hands:
    """A keyboard and nothing else; every key that is pressed is counted, and every field that is answered."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.fields = page, 0, 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.keys += 1

    def answer(self, name: str, text: str, *, leave: str = "Tab") -> None:
        """Type into the field that has the focus, which must be the one that the path expects, and leave it."""
        self.at(name)
        self.page.keyboard.type(text)
        self.keys += len(text)
        self.fields += 1
        self.press(leave)

    def choose(self, name: str, text: str) -> None:
        """Type the first letters of a choice. Nothing is chosen by waiting."""
        self.answer(name, text)

    def skip(self, *names: str) -> None:
        for name in names:
            self.at(name)
            self.press("Tab")

    def at(self, name: str) -> None:
        expect(self.page.locator(f"[name={name}]:focus"), name).to_have_count(1, timeout=20_000)

    @property
    def seconds(self) -> float:
        return self.keys * 60 / A_MINUTE + self.fields * A_FIELD


class Desk:
    def __init__(self, context: BrowserContext, *, scripts: bool = True) -> None:
        self.page, self.scripts, self.wrong = context.new_page(), scripts, list[str]()
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.goto("/accounts/login/?next=/staff/phone/")
        self.page.get_by_label("Username").fill("iris")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Phone desk")).to_be_visible()
        self.page.wait_for_load_state()  # a key that is pressed before its script is there is lost

    def look(self, name: str) -> None:
        """At what test_browser_every_page.py cannot come to, because it takes a step first."""
        name = f"phone-{name}{'' if self.scripts else '-no-scripts'}"
        self.wrong += look(self.page, name, axe_at=ONCE if self.scripts else ())

    def saved(self) -> None:
        """What was typed last has reached the server, and the page shows what belongs to it."""
        expect(self.page.locator("#call")).to_have_attribute("aria-busy", "false")


Seat = Callable[..., Desk]


@pytest.fixture
def seat(site: Processes, chromium: Browser) -> Iterator[Seat]:
    User.objects.create_user("iris", password=PASSWORD, role=Role.INTAKE.value, first_name="Iris")
    contexts: list[BrowserContext] = []

    def sit(*, scripts: bool = True) -> Desk:
        context = chromium.new_context(
            locale="en-US",
            base_url=site.base_url,
            viewport={"width": 1366, "height": 768},
            bypass_csp=True,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        return Desk(context, scripts=scripts)

    yield sit
    for context in contexts:
        context.close()


def test_a_typical_call_is_taken_by_keyboard_alone_in_ninety_seconds_of_typing(
    seat: Seat, capsys: pytest.CaptureFixture[str]
) -> None:
    known = opened()
    desk = seat()
    page, hands = desk.page, Hands(desk.page)
    hands.press("n")
    expect(page.get_by_role("heading", name="Call", exact=True)).to_be_visible()
    hands.answer("ring_back", "2145550107")
    hands.skip("language", "manner")
    hands.answer("words", "I want to see what you have on me")
    hands.answer("rights", "1", leave="Enter")
    hands.choose("residence", "Cal")
    hands.choose("relationship", "Pat")
    expect(page.locator("#script [aria-current]").first).to_contain_text("for yourself, or for somebody else")
    hands.answer("given_name", "Ada")
    hands.answer("family_name", "Quillfeather")
    expect(page.locator("#found")).to_contain_text(known.reference)
    hands.skip("asker")
    hands.answer("email", "ada@example.org")
    hands.answer("phone", "2145550107")
    hands.skip("postal_address", "prefers")
    hands.choose("voicemail_ok", "Y")
    hands.skip("reading_format")
    hands.answer("date_of_birth", "03231966")
    hands.answer("account_numbers", "PA-104482")
    hands.skip("since")
    desk.saved()
    expect(page.locator("[data-item=name]")).to_contain_text("Q-U-I-L-L-F-E-A-T-H-E-R")
    expect(page.locator("#script [aria-current]").first).to_be_in_viewport()
    expect(page.locator("#script [aria-current]").first).to_contain_text("Let me read that back.")
    desk.look("read-back")
    for _ in calls.ITEMS:
        hands.answer("said", " ")
    hands.skip("details", "override")
    hands.press("Enter")
    expect(page.get_by_role("heading", name="The request is open")).to_be_visible()
    case = Case.objects.exclude(pk=known.pk).get()
    assert page.locator(".umbs-spelled__character").all_inner_texts() == list(case.reference.replace("-", ""))
    assert (case.residence, case.voicemail_ok, case.call.read_back) == ("US-CA", True, sorted(calls.ITEMS))
    with capsys.disabled():
        print(f"\na typical call: {hands.keys} keystrokes, {hands.fields} fields, {hands.seconds:.0f} s of typing")
    assert hands.seconds <= MOST
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Call", exact=True)).to_be_visible()
    assert desk.wrong == [], "\n".join(desk.wrong)


def test_a_call_that_drops_is_parked_and_taken_up_where_it_was(seat: Seat) -> None:
    desk = seat()
    page, hands = desk.page, Hands(desk.page)
    hands.press("n")
    hands.answer("ring_back", "972-555-0144")
    hands.skip("language", "manner")
    hands.answer("words", "Please stop selling my data")
    desk.saved()
    page.keyboard.press("Control+d")
    expect(page.get_by_text("Ring back 972-555-0144")).to_be_visible()
    desk.look("parked")
    draft = CallDraft.objects.get()
    assert draft.state == CallDraft.State.PARKED
    page.get_by_role("button", name="Ring back and go on").click()
    expect(page.get_by_label("In their own words")).to_have_value("Please stop selling my data")
    page.get_by_label("Language").first.select_option("es")
    page.get_by_label("The call").select_option("relay")
    desk.saved()
    expect(page.locator("#script")).to_contain_text("Conozco el servicio de retransmisión")
    page.get_by_label("Asks for").select_option("agent")
    expect(page.get_by_label("Name of whoever asks")).to_be_visible()
    desk.look("agent")
    page.get_by_role("button", name="Take the request").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the state.")
    desk.look("errors")
    expect(page.get_by_label("In their own words")).to_have_value("Please stop selling my data")
    assert desk.wrong == [], "\n".join(desk.wrong)


def test_a_caller_is_made_sure_of_by_the_number_on_file(seat: Seat) -> None:
    case = opened(channel="phone")
    write.record_match(case.id, kinds=["email", "phone", "postal_address"], on_file=["email:0", "phone:0", "post:0"])
    desk = seat()
    page = desk.page
    page.goto(f"/staff/phone/verify/{case.reference}/")
    desk.look("verify")
    page.get_by_role("button", name="Call back at 214-555-0107").click()
    code = page.locator(".umbs-code").inner_text()
    desk.look("verify-said")
    page.get_by_role("textbox", name="Code").fill("12")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("No match.")).to_be_visible()
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Match.", exact=True)).to_be_visible()
    desk.look("verify-match")
    assert desk.wrong == [], "\n".join(desk.wrong)


def test_arrow_keys_choose_a_request_that_exists_and_a_note_goes_there(seat: Seat) -> None:
    known = opened()
    desk = seat()
    page, hands = desk.page, Hands(desk.page)
    hands.press("n")
    expect(page.locator("[name=ring_back]")).to_be_focused()
    page.get_by_label("In their own words").fill("Where is my copy?")
    page.get_by_label("Last name").press_sequentially("Quillf")
    expect(page.locator("#found")).to_contain_text(known.reference)
    hands.press("ArrowDown", 2)
    expect(page.locator(f"[name=known][value={known.reference!r}]")).to_be_checked()
    page.get_by_label("Reason").press("Enter")
    desk.saved()
    page.get_by_role("button", name="Only add a note to it").click()
    expect(page.get_by_text(f"The note is kept with {known.reference}.")).to_be_visible()
    assert (known.messages.count(), Case.objects.count()) == (1, 1)
    assert desk.wrong == [], "\n".join(desk.wrong)


def test_single_keys_can_be_turned_off(seat: Seat) -> None:
    desk = seat()
    page = desk.page
    page.locator("#keys summary").click()
    page.get_by_label("Single-key shortcuts").uncheck()
    page.get_by_role("heading", name="Phone desk").click()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Phone desk")).to_be_visible()
    assert CallDraft.objects.count() == 0


def test_a_letter_is_opened_without_javascript(seat: Seat, tmp_path: Path) -> None:
    known = opened()
    desk = seat(scripts=False)
    page = desk.page
    page.get_by_role("button", name="Open a letter").click()
    expect(page.get_by_role("heading", name="Letter", exact=True)).to_be_visible()
    received = known.received_on.strftime("%m/%d/%Y")
    page.get_by_label("Received (stamp)").fill(received)
    page.get_by_label("In their own words").fill("Please delete my e-mail from your list, and send me a copy.")
    page.get_by_text("Access", exact=True).click()
    page.get_by_label("State").select_option("US-TX")
    page.get_by_label("Knows us as").select_option("patient")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Quillfeather")
    page.get_by_label("Last name").press("Enter")  # which must neither park nor send anything
    expect(page.get_by_role("heading", name="Letter", exact=True)).to_be_visible()
    page.locator("#id_postal_address").fill("12 Larkspur Lane, Garland, TX 75040")
    page.get_by_role("button", name="Look up").click()
    page.locator("label", has_text=known.reference).click()
    page.get_by_label("What this is").select_option("household")
    page.get_by_label("Reason").fill("Her mother has the same name and address.")
    desk.look("letter")
    scan = tmp_path / "letter.txt"
    scan.write_text("Please delete my e-mail from your list, and send me a copy.")
    page.get_by_label("Scan of the letter").set_input_files(scan)
    page.get_by_role("button", name="Open the request").click()
    expect(page.get_by_role("heading", name="The request is open")).to_be_visible()
    page.get_by_role("link", name="Letter to print").click()
    expect(page.get_by_role("heading", name="We received your privacy request")).to_be_visible()
    case = Case.objects.exclude(pk=known.pk).get()
    assert (case.channel, case.evidence.count(), CallRecord.objects.get().case) == ("mail", 1, case)
