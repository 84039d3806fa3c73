"""Somebody with a browser and a mailbox of their own, who asks for somebody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect

from requests_app.lifecycle import Right
from requests_app.portal.wording import OFFERED
from tests.stories.consumer import Consumer
from umbs_privacy.demo.people import Person


class Acting(Consumer):
    def __init__(self, name: str, about: Person, page: Page, site: str, mailbox: Path, language: str) -> None:
        given_name, surname = name.split()
        email = f"{given_name}.{surname}.{language}@example.org".lower()
        themselves = replace(about, given_name=given_name, surname=surname, email=email)
        super().__init__(themselves, page, site, mailbox, language)
        self.about = about

    def asks_for_another(self, right: Right, whom: str, *, residence: str, **instead: str) -> str:
        """`whom` is the answer to the question who it is for. The reference."""
        self._comes_to_the_first_page()
        self._follows("Make a request")
        self.page.locator("label", has_text=self._shown(OFFERED[right][0])).click()
        self.page.get_by_text(self._shown(whom), exact=True).click()
        self._says_where(residence, "A patient whose provider uses our billing")
        self._fill("Your own name", self.person.name)
        self._fill("Your own e-mail address", self.person.email)
        self._presses("Continue")
        self._says_who(**instead)
        self._says_what_proves_it(**instead)
        self._presses("Continue")
        expect(self.page.get_by_role("heading", name=self._shown("Check your answers"))).to_be_visible()
        self._looks()
        self._presses("Send")
        return self._reads_the_references()[0]

    def shows(self, paper: Path, *, answer: str) -> None:
        """On the page that asks for it; `answer` is what it says then."""
        expect(self.page.get_by_role("heading", name=self._shown("Show us that you may ask"))).to_be_visible()
        self.page.locator("input[type=file]").set_input_files(paper)
        self._presses("Send the file")
        self._arrives(answer)

    def opens_their_page(self, reference: str) -> None:
        self.page.goto(f"{self.site}/requests/acting/")
        self._fill("Your reference", reference)
        self._presses("Send me a code")
        self._enters_the_code()
