"""A consumer with a browser and a mailbox, doing what the pages tell them to."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from itertools import chain
from pathlib import Path

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from requests_app.lifecycle import Right
from requests_app.portal.wording import COPIES, NEEDS_IDENTITY, OFFERED
from tests.services.processes import eventually
from umbs_privacy.demo import mailbox
from umbs_privacy.demo.people import Person

PATIENCE = 60
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
Disputed = Sequence[tuple[str, str, str]]


class Consumer:
    """`site` is the address of the portal, `mailbox` the folder where this deployment's mail arrives.

    Whatever the story looks for on a page is looked for in the consumer's `language`.
    """

    def __init__(self, person: Person, page: Page, site: str, mailbox: Path, language: str = "en") -> None:
        self.person = self.about = person
        self.page = page
        self.site = site
        self.mailbox = mailbox
        self.language = language
        self.read = 0
        self.had = 0
        self.had = len(self.letters())
        self.pages: list[str] = []

    def _looks(self) -> None:
        """Keep the words of the page that is open."""
        self.pages.append(self.page.inner_text("body"))

    def _shown(self, text: str | Promise) -> str:
        with translation.override(self.language):
            return gettext(str(text))

    # --- asking --------------------------------------------------------------------------------------------------

    def asks_for_a_copy(self, *, residence: str, **instead: str) -> str:
        """Fill in everything that the form asks for, or `instead` something else. The reference."""
        return self._asks("Ask for a copy", Right.ACCESS, residence, **instead)

    def asks_for_deletion(self, *, residence: str) -> str:
        """As much as for a copy, and nothing to sign. The reference."""
        return self._asks("Ask for deletion", Right.DELETE, residence)

    def asks_for_corrections(self, *wrong: tuple[str, str, str], residence: str) -> str:
        """Each as (what, what it is now, what it should be). The reference."""
        return self._asks("Ask for a correction", Right.CORRECT, residence, wrong)

    def asks_for(self, right: Right, *, residence: str) -> str:
        """What has no door of its own on the first page is chosen on the form. The reference."""
        return self._asks("Make a request", right, residence)

    def opts_out(self, *, residence: str, link: str = "Stop sale and sharing") -> list[str]:
        """An opt-out asks for nothing but a way to find the person. The references."""
        self._comes_to_the_first_page()
        self._follows(link)
        self._says_who()
        self.page.get_by_label(self._shown("Which state do you live in?")).select_option(residence)
        expect(self.page.get_by_label(self._shown("Date of birth"))).to_have_count(0)
        self._presses("Send my choices")
        return self._reads_the_references()

    def _asks(self, link: str, right: Right, residence: str, wrong: Disputed = (), **instead: str) -> str:
        self._comes_to_the_first_page()
        self._follows(link)
        chosen = self.page.get_by_label(self._shown(OFFERED[right][0]))
        if not chosen.is_checked():
            self.page.locator("label", has_text=self._shown(OFFERED[right][0])).click()
        self._says_where(residence, "A patient whose provider uses our billing")
        if wrong:
            self._says_what_is_wrong(wrong)
        self._says_who(**instead)
        if right in NEEDS_IDENTITY:
            self._says_what_proves_it(**instead)
        self._presses("Continue")
        expect(self.page.get_by_role("heading", name=self._shown("Check your answers"))).to_be_visible()
        self._looks()
        for answer in chain.from_iterable(wrong):
            expect(self.page.get_by_role("main")).to_contain_text(answer)
        if right in COPIES:
            self.page.get_by_text(self._shown("I have read this declaration, and it is true")).click()
            self._fill("Type your full name to sign", self.person.name)
        self._presses("Sign and send" if right in COPIES else "Send")
        return self._reads_the_references()[0]

    def _says_where(self, residence: str, relationship: str) -> None:
        self._looks()
        self.page.get_by_label(self._shown("Which state do you live in?")).select_option(residence)
        self.page.get_by_text(self._shown(relationship)).click()
        self._presses("Continue")

    def _says_what_is_wrong(self, wrong: Disputed) -> None:
        for number, answers in enumerate(wrong, start=1):
            if number > 1:
                self._presses("Add another correction")
            row = self.page.get_by_role("group", name=self._shown("Correction %(row)s") % {"row": number})
            for label, answer in zip(("What is wrong", "What it is now", "What it should be"), answers, strict=True):
                row.get_by_label(self._shown(label)).fill(answer)
        self._looks()
        self._presses("Continue")

    def _says_who(self, **instead: str) -> None:
        self._fill("First name", self.about.given_name)
        self._fill("Last name", self.about.surname)
        self._fill("E-mail address", instead.get("email", self.about.email))
        self._looks()

    def _says_what_proves_it(self, **instead: str) -> None:
        born = self.about.date_of_birth
        for label, part in (("Month", born.month), ("Day", born.day), ("Year", born.year)):
            self.page.get_by_label(self._shown(label)).first.fill(str(part))
        self._fill("Phone number", instead.get("phone", self.about.phone))
        self._fill("Postal address", f"{self.about.street}\n{self.about.city}, {self.about.state}")
        if account := instead.get("account", self.about.account_number):
            self._fill("Account, invoice or employee number", account)

    def _reads_the_references(self) -> list[str]:
        expect(self.page.get_by_role("heading", name=self._shown("We have your request"))).to_be_visible()
        self._looks()
        found = REFERENCE.findall(self.page.inner_text("main"))
        assert found
        return found

    # --- doing what the page says ----------------------------------------------------------------------------------

    def _comes_to_the_first_page(self) -> None:
        self.page.goto(f"{self.site}/")
        self._looks()

    def _follows(self, link: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=self._shown(link), exact=True).click()

    def _presses(self, button: str) -> None:
        self.page.get_by_role("button", name=self._shown(button), exact=True).click()

    def _fill(self, label: str, answer: str) -> None:
        self.page.get_by_role("textbox", name=self._shown(label)).fill(answer)

    # --- following -----------------------------------------------------------------------------------------------

    def opens_the_status_page(self, reference: str) -> None:
        self.page.goto(f"{self.site}/requests/status/")
        self._fill("Your reference", reference)
        self._presses("Send me a code")
        self._enters_the_code()

    def sees(self, text: str) -> None:
        """On the page that is open, now or after loading it again."""

        def shown() -> bool:
            self.page.reload()
            return self._shown(text) in self.page.inner_text("main")

        assert eventually(shown, within=PATIENCE, every=0.5), self.page.inner_text("main")

    def collects_the_copy(self, folder: Path, button: str = "Download your copy") -> zipfile.ZipFile:
        """After one more code, sent to an address that was on file."""
        self._presses("Send the code and go on")
        self._enters_the_code()
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=self._shown(button)).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return zipfile.ZipFile(path)

    def takes_it_back(self) -> None:
        self._follows("Take it back")
        self._presses("Yes, take it back")
        self._arrives("You took the request back. Nothing more will be done on it.")

    def allows_it_again(self) -> None:
        """The second step of an opt-in."""
        self._presses("Yes, allow it again")
        self._arrives("You confirmed it. We carry it out and send you a mail when it is done.")

    def says_that_it_is_true(self) -> None:
        """That somebody asks in this person's name."""
        self._presses("Yes, I allowed it")
        self._arrives("Thank you. We keep your answer with the request.")

    def appeals(self, text: str) -> str:
        """Against the decision on the page that is open. The reference of the appeal."""
        self.page.get_by_text(self._shown("Write an appeal")).click()
        self.page.get_by_role("group").filter(has_text=self._shown("Write an appeal")).get_by_role("textbox").fill(text)
        self._presses("Send the appeal")
        said = self._shown("We have your appeal. Its reference is %(reference)s; we sent it to you by e-mail, too.")
        before = said.partition("%")[0]
        self._arrives(before)
        found = REFERENCE.search(self.page.inner_text("main").partition(before)[2])
        assert found is not None
        return found.group()

    def _arrives(self, text: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(self._shown(text))
        self._looks()

    def downloads_the_papers(self, folder: Path) -> list[Path]:
        """Every PDF that the status page offers."""
        self.page.goto(f"{self.site}/requests/status/case/")
        self._looks()
        paths = []
        for button in self.page.get_by_role("button", name="PDF").all():
            with self.page.expect_download() as download:
                button.click()
            paths.append(folder / f"{len(paths)}-{download.value.suggested_filename}")
            download.value.save_as(paths[-1])
        return paths

    def _enters_the_code(self) -> None:
        self._fill("Code of six digits", self.reads_the_code())
        self._looks()
        with self.page.expect_navigation():  # arrived, so that whoever loads the page again does not meet it half-way
            self._presses("Continue")
        expect(self.page.get_by_role("textbox", name=self._shown("Code of six digits"))).to_have_count(0)
        self._looks()

    # --- the mailbox ---------------------------------------------------------------------------------------------

    def letters(self) -> list[EmailMessage]:
        """What arrived for this person since the story began, in the order of arrival. What a worker that was cut off
        sent a second time has the same Message-ID and is one letter, as in any mailbox.
        """
        sent = [one for one in mailbox.messages_in(self.mailbox) if self.person.email in str(one["To"])]
        return list({str(one["Message-ID"]): one for one in sent}.values())[self.had :]

    def reads_the_code(self) -> str:
        """The first code that has not been read yet."""
        assert eventually(lambda: len(list(self._codes())) > self.read, within=PATIENCE), "no code arrived"
        code = list(self._codes())[self.read]
        self.read += 1
        return code

    def _codes(self) -> Iterator[str]:
        for words in self.words():
            yield from CODE.findall(words)

    def words(self) -> Iterator[str]:
        """What the letters say."""
        yield from map(mailbox.text, self.letters())
