"""An officer's day in a real browser, with and without JavaScript: the queue, a case, its records, the decisions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from requests_app.lifecycle import State
from requests_app.models import Case, Notice
from requests_app.sessions import SessionStore
from tests.requests_app import office
from tests.services.looks import ONCE, look
from tests.services.processes import Processes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
EXPLANATION = "We could not find that you are the person whose records you asked for."


class Desk:
    """One member of staff at a browser."""

    def __init__(self, context: BrowserContext, *, scripts: bool = True) -> None:
        self.context, self.page, self.scripts = context, context.new_page(), scripts
        self.wrong: list[str] = []
        self.addresses: list[str] = []
        self.page.on("request", lambda request: self.addresses.append(request.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def sign_in(self, name: str, *, begins: str = "All open") -> None:
        self.page.goto("/staff/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(office.PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("heading", name=begins)).to_be_visible()

    def go(self, path: str) -> None:
        self.page.goto(path)

    def open(self, case: Case, part: str = "") -> None:
        self.go(f"/staff/cases/{case.reference}/{part}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def confirm(self) -> None:
        """Decisions ask for a fresh proof, and go on with what was typed."""
        expect(self.page.get_by_role("heading", name="Confirm Access")).to_be_visible()
        self.page.get_by_label("Password").fill(office.PASSWORD)
        self.press("Confirm")

    def unfold(self, name: str) -> None:
        self.page.locator("summary", has_text=name).first.click()

    def told(self, text: str) -> None:
        expect(self.page.locator(".usa-alert", has_text=text).first).to_be_visible()

    def find(self, text: str) -> None:
        self.go("/staff/")
        self.page.get_by_label("Reference, name, e-mail or phone").fill(text)
        with self.page.expect_navigation():  # what is read next must be of the new page, on a busy machine too
            self.press("Search")

    def references(self) -> list[str]:
        return self.page.locator("tbody .umbs-reference").all_inner_texts()

    def look(self, name: str) -> None:
        """At what test_browser_every_page.py cannot come to, because it takes a step first."""
        name = f"staff-{name}{'' if self.scripts else '-no-scripts'}"
        self.wrong += look(self.page, name, axe_at=ONCE if self.scripts else ())


Seat = Callable[..., Desk]


@pytest.fixture
def day(site: Processes) -> office.Morning:
    office.people()
    return office.morning()


@pytest.fixture
def seat(day: office.Morning, site: Processes, chromium: Browser) -> Iterator[Seat]:
    """`seat("cleo")`: she sits down at a browser of her own and signs in."""
    contexts: list[BrowserContext] = []

    def sit(name: str, *, scripts: bool = True) -> Desk:
        context = chromium.new_context(
            locale="en-US", base_url=site.base_url, viewport=LAPTOP, bypass_csp=True, java_script_enabled=scripts
        )
        contexts.append(context)
        desk = Desk(context, scripts=scripts)
        desk.sign_in(name)
        return desk

    yield sit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_officer_works_through_the_morning(day: office.Morning, seat: Seat, *, scripts: bool):
    cleo = seat("cleo", scripts=scripts)
    finds_her_way(cleo, day)
    takes_notes(cleo, day.review)
    rules(cleo, day.review)
    cleo.open(day.review)
    cleo.look("approve")
    cleo.press("Approve this content")
    cleo.confirm()
    cleo.told("Your approval counts.")
    cato = seat("cato", scripts=scripts)
    cato.open(day.review)
    cato.press("Approve this content")
    cato.confirm()
    cato.told("Approved; the case goes on.")
    day.review.refresh_from_db()
    assert day.review.state == State.FULFILLING
    decides(cleo, day)
    cleo.open(day.review, "history/")
    expect(cleo.page.get_by_text("The hash chain of this case holds")).to_be_visible()
    assert (cleo.wrong, cato.wrong) == ([], [])


def finds_her_way(cleo: Desk, day: office.Morning) -> None:
    """The next breach comes first; what is searched for never stands in an address."""
    page = cleo.page
    due = page.locator("tbody time").evaluate_all("found => found.map(one => one.dateTime)") if cleo.scripts else []
    assert due == sorted(due)
    assert cleo.references()[0] == day.late.reference
    for text, found in (
        ("Thornbury", {day.late.reference, day.wrote.reference, day.closed.reference}),
        ("otto@example.net", {day.unproven.reference, day.opt_out.reference}),
        ("(972) 555-0144", {day.unproven.reference, day.opt_out.reference}),
        ("PA-104482", {day.review.reference, day.broken.reference}),
    ):
        cleo.find(text)
        assert set(cleo.references()) == found, text
    cleo.look("found")
    cleo.find("Nobody Atall")
    expect(page.get_by_text("No case matches.")).to_be_visible()
    cleo.look("found-nothing")
    cleo.find(day.review.reference.lower())
    assert page.url.endswith(f"/staff/cases/{day.review.reference}/")
    named = [url for url in cleo.addresses if "hornbury" in url or "%40" in url or "@" in url or "555" in url]
    assert named == []
    cleo.go("/staff/")
    page.get_by_label("State").select_option("in_review")
    cleo.press("Filter")
    assert cleo.references() == [day.review.reference]
    page.get_by_role("link", name="Clear").click()
    page.get_by_role("link", name="Needs attention").click()
    assert set(cleo.references()) == {day.broken.reference, day.wrote.reference}
    expect(page.get_by_role("link", name="Needs attention")).to_contain_text("2")


def takes_notes(cleo: Desk, case: Case) -> None:
    page = cleo.page
    cleo.go("/staff/")
    page.get_by_role("link", name=case.reference).click()
    expect(page.locator(".umbs-strip")).to_contain_text("Ada Quillfeather")
    cleo.press("Take it")
    cleo.told("The case is yours.")
    page.get_by_label("Assign to").select_option("anna")
    cleo.press("Assign")
    cleo.told("Assigned to anna.")
    page.get_by_role("link", name="Messages").click()
    page.get_by_label("Message", exact=True).fill("We have found your records.")
    cleo.press("Send")
    cleo.told("The message is on the status page")
    page.get_by_label("Note", exact=True).fill("Bo Larkin is a neighbour.")
    cleo.press("Keep the note")
    expect(page.locator(".umbs-said--note")).to_contain_text("Bo Larkin is a neighbour.")
    cleo.look("messages")
    assert case.notices.filter(kind=Notice.Kind.MESSAGE).count() == 1


def rules(cleo: Desk, case: Case) -> None:
    """Some by hand, the rest class by class; after each ruling she is where she was."""
    page = cleo.page
    cleo.open(case)
    page.get_by_role("link", name="Rule on them").click()
    expect(page.get_by_text("anna has this case")).to_be_visible()
    page.get_by_label("Why you have to read it").fill("Anna is ill, and it is due tomorrow.")
    cleo.look("open")
    cleo.press("Open it")
    expect(page.get_by_text("Page 1 of 2, 30 records")).to_be_visible()
    cleo.look("desk")
    cleo.press("Withhold what is ticked")
    cleo.told("Tick at least one redaction first.")
    record = page.locator("#record-3")
    for box in record.get_by_role("checkbox").all():
        box.check()
    cleo.press("Withhold what is ticked")
    cleo.told("3 rulings are kept.")
    assert page.url.endswith("page=1#record-3")
    expect(page.locator("#record-3")).to_contain_text("#4003")
    record = page.locator("#record-5")
    record.locator("summary").click()
    record.get_by_label("Field", exact=True).select_option(label="invoice")
    record.get_by_label("Words to withhold").fill("not there")
    record.get_by_role("button", name="Withhold").click()
    cleo.told("These words do not stand in that field")
    record.locator("summary").click()
    record.get_by_label("Field", exact=True).select_option(label="invoice")
    record.get_by_label("Words to withhold").fill("7005")
    record.get_by_role("button", name="Withhold").click()
    cleo.told("Withheld in 1 place.")
    expect(page.locator("#record-5 .umbs-mark--accepted")).to_contain_text("7005")
    for label in ("SSN", "PERSON", "PHONE"):
        page.get_by_role("button", name=f"Withhold all 29 {label}").click()
    expect(page.get_by_text("Every proposal is ruled on.")).to_be_visible()
    cleo.go(f"/staff/cases/{case.reference}/review/?show=ruled&page=2")
    page.locator("#record-10").get_by_role("checkbox").first.check()
    cleo.press("Release what is ticked")
    assert page.url.endswith("show=ruled&page=2#record-10")
    cleo.look("desk-ruled")


def decides(cleo: Desk, day: office.Morning) -> None:
    page = cleo.page
    cleo.open(day.unproven)
    cleo.unfold("Extend the time")
    page.get_by_label("Reason, for the consumer").fill("Two of our sources answer slowly this month.")
    cleo.press("Extend")
    cleo.told("Extended until")
    expect(page.get_by_text("The time was extended once")).to_be_visible()
    expect(page.locator("summary", has_text="Extend the time")).to_have_count(0)
    cleo.unfold("Place a legal hold")
    page.get_by_label("Ground of the hold").fill("A subpoena of November 20.")
    cleo.press("Place the hold")
    expect(page.get_by_text("A subpoena of November 20.")).to_be_visible()
    cleo.look("held")
    cleo.press("Lift the hold")
    cleo.told("The hold is lifted.")
    cleo.unfold("Link or merge")
    page.get_by_label("Reference of the other case").fill("7K4M-29QF-2")
    cleo.press("Link")
    expect(page.get_by_label("Reference of the other case")).to_have_value("7K4M-29QF-2")
    cleo.look("link-wrong")
    page.get_by_label("Reference of the other case").fill(day.opt_out.reference)
    cleo.press("Link")
    expect(page.get_by_role("link", name=day.opt_out.reference)).to_be_visible()
    cleo.unfold("Refuse the request")
    page.get_by_label("Explanation to the consumer").fill(EXPLANATION)
    cleo.press("Refuse")
    cleo.told("Refused")
    assert case_now(day.unproven).outcome == "refused"
    cleo.open(day.broken)
    cleo.unfold("Link or merge")
    page.get_by_label("Reference of the other case").fill(day.review.reference)
    cleo.press("Close this one as its duplicate")
    cleo.told("Neither identity level changed.")
    assert (case_now(day.broken).outcome, case_now(day.broken).merged_into) == ("merged", day.review)
    cleo.go("/staff/post/")
    cleo.press("Mark as posted")
    cleo.told("Choose at least one letter.")
    cleo.look("tray-nothing-chosen")
    page.get_by_text("All letters shown").click()
    cleo.press("Mark as posted")
    cleo.told("1 letter posted.")
    expect(page.get_by_text("The tray is empty.")).to_be_visible()
    cleo.look("tray-posted")
    cleo.press(f"Not posted after all {day.by_post.reference}")
    cleo.told(f"Back in the tray: {day.by_post.reference}.")


def case_now(case: Case) -> Case:
    fresh: Case = Case.objects.get(pk=case.pk)
    return fresh


def test_it_sends_a_case_back_and_says_why(day: office.Morning, seat: Seat):
    anna, cleo = seat("anna"), seat("cleo")
    anna.open(day.review)
    expect(anna.page.locator("summary", has_text="Send back")).to_have_count(0)
    cleo.open(day.review)
    cleo.unfold("Send back")
    cleo.page.get_by_label("What is missing").fill("The invoices of 2024.")
    cleo.press("Send back")
    cleo.told("the sources are searched again")
    assert case_now(day.review).state == State.GATHERING
    cleo.open(day.review, "messages/")
    expect(cleo.page.get_by_text("The invoices of 2024.")).to_be_visible()


def test_it_keeps_what_was_typed_while_the_officer_proves_who_she_is(day: office.Morning, seat: Seat):
    cleo = seat("cleo")
    cleo.open(day.unproven)
    cleo.unfold("Refuse the request")
    cleo.page.get_by_label("Explanation to the consumer").fill(EXPLANATION)
    cleo.press("Refuse")
    expect(cleo.page.get_by_role("heading", name="Confirm Access")).to_be_visible()
    assert case_now(day.unproven).outcome == ""
    assert all(EXPLANATION not in row.session_data for row in Session.objects.all())
    cleo.confirm()
    cleo.told("Refused")
    assert case_now(day.unproven).outcome == "refused"
    long_ago()
    cleo.open(day.wrote)
    cleo.unfold("Accept the identity")
    cleo.page.get_by_label("What was seen").fill("She came to the office with her licence.")
    cleo.press("Accept")
    cleo.confirm()
    cleo.told("The identity is accepted")
    assert case_now(day.wrote).state == State.GATHERING


def long_ago() -> None:
    """Every session of this stage was last proven an hour ago."""
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        store["account_authentication_methods"] = [
            one | {"at": one["at"] - 3600} for one in store["account_authentication_methods"]
        ]
        store.save()


def test_it_can_be_worked_by_keyboard_and_the_keys_can_be_turned_off(day: office.Morning, seat: Seat):
    cleo = seat("cleo")
    page, keyboard = cleo.page, cleo.page.keyboard
    rows = cleo.references()
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        keyboard.press(key)
        expect(page.get_by_role("link", name=rows[row])).to_be_focused()
    keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/staff/cases/{rows[1]}/$"))
    keyboard.press("g")
    keyboard.press("q")
    expect(page.get_by_role("heading", name="All open")).to_be_visible()
    keyboard.press("/")
    expect(page.get_by_label("Reference, name, e-mail or phone")).to_be_focused()
    keyboard.type("jk?")
    expect(page.get_by_label("Reference, name, e-mail or phone")).to_have_value("jk?")
    page.get_by_role("heading", name="All open").click()
    keyboard.press("?")
    expect(page.get_by_text("next, previous case or record")).to_be_visible()
    page.get_by_label("Single-key shortcuts").uncheck()
    cleo.go("/staff/")
    keyboard.press("j")
    expect(page.locator("tbody a:focus")).to_have_count(0)
    keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
