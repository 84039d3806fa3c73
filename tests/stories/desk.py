"""A member of staff at their own browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.services.processes import eventually

PATIENCE = 90


class Desk:
    def __init__(self, name: str, password: str, page: Page, site: str) -> None:
        self.password = password
        self.page = page
        self.site = site
        page.goto(f"{site}/staff/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    def opens(self, reference: str) -> None:
        self.page.goto(f"{self.site}/staff/cases/{reference}/")
        expect(self.page.get_by_role("heading", name="What comes next")).to_be_visible()

    def waits_for(self, reference: str, words: str) -> None:
        """Until the case page says so."""

        def said() -> bool:
            self.opens(reference)
            return words in self.page.inner_text("body")

        assert eventually(said, within=PATIENCE, every=0.5), self.page.inner_text("body")

    def withholds_whatever_is_proposed(self, reference: str) -> None:
        """Class by class, on the page of records."""
        self.page.goto(f"{self.site}/staff/cases/{reference}/review/")
        while (buttons := self.page.get_by_role("button", name="Withhold all")).count():
            with self.page.expect_navigation():
                buttons.first.click()
        expect(self.page.get_by_text("Every proposal is ruled on.")).to_be_visible()

    def reads_the_plan(self, reference: str) -> str:
        """The whole of it, as it is printed."""
        self.page.goto(f"{self.site}/staff/cases/{reference}/plan/")
        expect(self.page.get_by_role("heading", name="Plan", exact=True)).to_be_visible()
        return self.page.inner_text("main")

    def corrects(self, reference: str, number: int) -> None:
        """In the places that are proposed."""
        self._rules_on(reference, number, "Correct it in the places that are ticked")

    def leaves(self, reference: str, number: int, *, ground: str, explanation: str) -> None:
        self._rules_on(reference, number, "Leave it as it is", ground=ground, explanation=explanation)

    def _rules_on(self, reference: str, number: int, ruling: str, *, ground: str = "", explanation: str = "") -> None:
        self.page.goto(f"{self.site}/staff/cases/{reference}/corrections/")
        item = self.page.locator(f"#correction-{number}")
        item.get_by_text(ruling).click()
        if ground:
            item.get_by_text("Ground, and what the consumer is told").click()
            item.get_by_label("Ground, when it stays as it is").select_option(ground)
            item.get_by_label("What the consumer is told about it").fill(explanation)
        item.get_by_role("button", name="Keep the ruling").click()
        expect(self.page.get_by_text(f"The ruling on correction {number} is kept.")).to_be_visible()

    def approves(self, reference: str) -> None:
        self.opens(reference)
        self._decides("Approve this content", re.compile("Your approval counts|Approved; the case goes on"))

    def refuses(self, reference: str, *, ground: str, explanation: str, answer: str = "Refused; the letter") -> None:
        """A request, or the appeal against its refusal; `answer`: what is said to whoever tried."""
        self.opens(reference)
        self.page.get_by_text(re.compile("^(Refuse the request|Uphold the first decision)$")).click()
        self.page.get_by_label("Ground", exact=True).select_option(ground)
        self.page.get_by_label("Explanation to the consumer").fill(explanation)
        self._decides("Refuse", re.compile(answer))

    def rules_on_the_permission(self, reference: str, answer: str, reason: str, said: str) -> None:
        self.opens(reference)
        self.page.get_by_text("Rule on the permission").click()
        self.page.get_by_text(answer).click()
        self.page.get_by_label("What was seen, and why it is enough or not").fill(reason)
        self._decides("Decide", re.compile(said))

    def accepts_the_identity(self, reference: str, reason: str) -> None:
        self.opens(reference)
        self.page.get_by_text("Accept the identity on other evidence").click()
        self.page.get_by_label("What was seen, and why it is enough", exact=True).fill(reason)
        self._decides("Accept", re.compile("The identity is accepted"))

    def _decides(self, button: str, said: re.Pattern[str]) -> None:
        """Whoever has not just proven who they are is asked to; then the decision goes on by itself."""
        self.page.get_by_role("button", name=button, exact=True).click()
        confirm, answer = self.page.get_by_role("button", name="Confirm"), self.page.get_by_text(said)
        expect(confirm.or_(answer)).to_be_visible()
        if confirm.is_visible():
            self.page.get_by_label("Password").fill(self.password)
            confirm.click()
        expect(answer).to_be_visible()

    def prints(self, reference: str) -> bytes:
        """Every letter of this case that lies in the tray, with what is enclosed, as one file."""
        self.page.goto(f"{self.site}/staff/post/?reference={reference}")
        self.page.get_by_text("All letters shown").click()
        confirm = self.page.get_by_role("button", name="Confirm")
        with self.page.expect_download() as pile:
            self.page.get_by_role("button", name="Print the chosen letters").click()
            assert eventually(lambda: pile.is_done() or confirm.is_visible(), within=PATIENCE, every=0.2)
            if confirm.is_visible():
                self.page.get_by_label("Password").fill(self.password)
                confirm.click()
        return pile.value.path().read_bytes()

    def posts(self, reference: str) -> None:
        """Every letter of this case that lies in the tray goes out today."""
        self.page.goto(f"{self.site}/staff/post/?reference={reference}")
        self.page.get_by_text("All letters shown").click()
        self.page.get_by_role("button", name="Mark as posted").click()
        expect(self.page.get_by_text(re.compile(r"\d letters? posted"))).to_be_visible()
