"""A consumer with a browser and a mailbox, doing what the pages tell them to."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from tests.services.processes import eventually
from umbs_privacy.demo.mailbox import messages_in
from umbs_privacy.demo.people import Person

PATIENCE = 60
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


class Consumer:
    """`site` is the address of the portal, `mailbox` the folder where this deployment's mail arrives.

    Whatever the story looks for on a page is looked for in the consumer's `language`.
    """

    def __init__(self, person: Person, page: Page, site: str, mailbox: Path, language: str = "en") -> None:
        self.person = person
        self.page = page
        self.site = site
        self.mailbox = mailbox
        self.language = language
        self.read = 0
        self.pages: list[str] = []

    def _looks(self) -> None:
        """Keep the words of the page that is open."""
        self.pages.append(self.page.inner_text("body"))

    def _shown(self, text: str) -> str:
        with translation.override(self.language):
            return gettext(text)

    # --- asking --------------------------------------------------------------------------------------------------

    def asks_for_a_copy(self, *, residence: str, **instead: str) -> str:
        """Fill in everything that the form asks for, or `instead` something else. The reference."""
        self.page.goto(f"{self.site}/")
        self.page.get_by_role("link", name=self._shown("Ask for a copy")).click()
        self._says_where(residence, "A patient whose provider uses our billing")
        self._says_what_proves_it(**instead)
        self._looks()
        self.page.get_by_text(self._shown("I have read this declaration, and it is true")).click()
        self._fill("Type your full name to sign", self.person.name)
        self.page.get_by_role("button", name=self._shown("Sign and send")).click()
        return self._reads_the_reference()

    def asks_for_deletion(self, *, residence: str) -> str:
        """As much as for a copy, and nothing to sign. The reference."""
        self.page.goto(f"{self.site}/")
        self.page.get_by_role("link", name=self._shown("Ask for deletion")).click()
        self._says_where(residence, "A patient whose provider uses our billing")
        self._says_what_proves_it()
        self._looks()
        self.page.get_by_role("button", name=self._shown("Send"), exact=True).click()
        return self._reads_the_reference()

    def _says_what_proves_it(self, **instead: str) -> None:
        self._says_who(**instead)
        born = self.person.date_of_birth
        self.page.get_by_label(self._shown("Month")).first.fill(str(born.month))
        self.page.get_by_label(self._shown("Day")).first.fill(str(born.day))
        self.page.get_by_label(self._shown("Year")).first.fill(str(born.year))
        self._fill("Phone number", instead.get("phone", self.person.phone))
        self._fill("Postal address", f"{self.person.street}\n{self.person.city}, {self.person.state}")
        if account := instead.get("account", self.person.account_number):
            self._fill("Account, invoice or employee number", account)
        self.page.get_by_role("button", name=self._shown("Continue")).click()

    def asks_for_corrections(self, *wrong: tuple[str, str, str], residence: str) -> str:
        """Each as (what, what it is now, what it should be). The reference."""
        self.page.goto(f"{self.site}/")
        self.page.get_by_role("link", name="Ask for a correction").click()
        self._says_where(residence, "A patient whose provider uses our billing")
        for number, answers in enumerate(wrong, start=1):
            if number > 1:
                self.page.get_by_role("button", name="Add another correction").click()
            row = self.page.get_by_role("group", name=f"Correction {number}")
            for label, answer in zip(("What is wrong", "What it is now", "What it should be"), answers, strict=True):
                row.get_by_label(label).fill(answer)
        self.page.get_by_role("button", name="Continue").click()
        self._says_who()
        self._proves_by()
        self.page.get_by_role("button", name="Continue").click()
        for answers in wrong:
            for answer in answers:
                expect(self.page.get_by_role("main")).to_contain_text(answer)
        self.page.get_by_role("button", name="Send").click()
        return self._reads_the_reference()

    def opts_out(self, *, residence: str) -> str:
        """An opt-out asks for nothing but a way to find the person. The reference."""
        self.page.goto(f"{self.site}/")
        self.page.get_by_role("link", name=self._shown("Stop sale and sharing")).click()
        self._says_who()
        self.page.get_by_label(self._shown("Which state do you live in?")).select_option(residence)
        expect(self.page.get_by_label(self._shown("Date of birth"))).to_have_count(0)
        self.page.get_by_role("button", name=self._shown("Send my choices")).click()
        return self._reads_the_reference()

    def _proves_by(self, **instead: str) -> None:
        born = self.person.date_of_birth
        self.page.get_by_label("Month").first.fill(str(born.month))
        self.page.get_by_label("Day").first.fill(str(born.day))
        self.page.get_by_label("Year").first.fill(str(born.year))
        self._fill("Phone number", instead.get("phone", self.person.phone))
        self._fill("Postal address", f"{self.person.street}\n{self.person.city}, {self.person.state}")
        if account := instead.get("account", self.person.account_number):
            self._fill("Account, invoice or employee number", account)

    def _says_where(self, residence: str, relationship: str) -> None:
        self._looks()
        self.page.get_by_label(self._shown("Which state do you live in?")).select_option(residence)
        self.page.get_by_text(self._shown(relationship)).click()
        self.page.get_by_role("button", name=self._shown("Continue")).click()

    def _says_who(self, **instead: str) -> None:
        self._looks()
        self._fill("First name", self.person.given_name)
        self._fill("Last name", self.person.surname)
        self._fill("E-mail address", instead.get("email", self.person.email))

    def _fill(self, label: str, answer: str) -> None:
        self.page.get_by_role("textbox", name=self._shown(label)).fill(answer)

    def _reads_the_reference(self) -> str:
        expect(self.page.get_by_role("heading", name=self._shown("We have your request"))).to_be_visible()
        self._looks()
        found = REFERENCE.search(self.page.inner_text("main"))
        assert found is not None
        return found.group()

    # --- following -----------------------------------------------------------------------------------------------

    def opens_the_status_page(self, reference: str) -> None:
        self.page.goto(f"{self.site}/requests/status/")
        self._fill("Your reference", reference)
        self.page.get_by_role("button", name=self._shown("Send me a code")).click()
        self._enters_the_code()

    def sees(self, text: str) -> None:
        """On the page that is open, now or after loading it again."""

        def shown() -> bool:
            self.page.reload()
            return self._shown(text) in self.page.inner_text("main")

        assert eventually(shown, within=PATIENCE, every=1), self.page.inner_text("main")

    def collects_the_copy(self, folder: Path) -> zipfile.ZipFile:
        """After one more code, sent to an address that was on file."""
        self.page.get_by_role("button", name=self._shown("Send the code and go on")).click()
        self._enters_the_code()
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=self._shown("Download your copy")).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return zipfile.ZipFile(path)

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
        self._looks()
        self._fill("Code of six digits", self.reads_the_code())
        with self.page.expect_navigation():  # arrived, so that whoever loads the page again does not meet it half-way
            self.page.get_by_role("button", name=self._shown("Continue")).click()
        self._looks()

    # --- the mailbox ---------------------------------------------------------------------------------------------

    def letters(self) -> list[EmailMessage]:
        """What arrived for this person, in the order of arrival."""
        return [message for message in messages_in(self.mailbox) if self.person.email in str(message["To"])]

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
        for letter in self.letters():
            body = letter.get_body(preferencelist=("plain",))
            yield body.get_content() if body else ""
