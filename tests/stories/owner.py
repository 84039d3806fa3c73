"""Somebody who answers for a source that no machine can reach: gets a mail, opens its page, and has no login."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from fulfillment.models import ManualTask
from requests_app.models import Case
from tests.services.processes import eventually
from umbs_privacy.demo.mailbox import messages_in, text

PATIENCE = 60
ADDRESS = re.compile(r"http\S+/tasks/[0-9a-f-]{36}/")
KEY = re.compile(r"\b(?:[A-Z2-7]{4}-){6}[A-Z2-7]{2}\b")


class Owner:
    def __init__(self, address: str, page: Page, mailbox: Path) -> None:
        self.address = address
        self.page = page
        self.mailbox = mailbox

    def finds(self, case: Case, papers: Path) -> None:
        """Hand in a copy of what lies there."""
        self._opens(case, ManualTask.Kind.FIND)
        self.page.get_by_label("Your answer").select_option("found")
        self.page.get_by_label("Copies of the papers").set_input_files(papers)
        self._sends()

    def finds_nothing(self, case: Case) -> None:
        self._opens(case, ManualTask.Kind.FIND)
        self.page.get_by_label("Your answer").select_option("nothing")
        self._sends()

    def has_destroyed_it(self, case: Case, *, on: str) -> None:
        self._opens(case, ManualTask.Kind.ERASE)
        expect(self.page.get_by_role("heading", name="Please destroy this person's papers")).to_be_visible()
        self.page.get_by_label("Your answer").select_option("done")
        self.page.get_by_label("On which day it was done").fill(on)
        self._sends()

    def _opens(self, case: Case, kind: ManualTask.Kind) -> None:
        """By the address in the mail, and the key that stands below it."""
        mail = eventually(lambda: self._mail_about(case, kind), within=PATIENCE)
        address, key = ADDRESS.search(mail), KEY.search(mail)
        assert address is not None, f"{self.address} was not asked"
        assert key is not None
        self.page.goto(address.group())
        self.page.get_by_label("Key from the e-mail").fill(key.group())
        self.page.keyboard.press("Enter")

    def _mail_about(self, case: Case, kind: ManualTask.Kind) -> str:
        task = ManualTask.objects.filter(case_id=case.id, kind=kind).first()
        mails = [text(mail) for mail in messages_in(self.mailbox) if self.address in str(mail["To"])]
        return next((mail for mail in mails if task is not None and str(task.id) in mail), "")

    def _sends(self) -> None:
        self.page.get_by_role("button", name="Send the answer").click()
        expect(self.page.get_by_text("We have your answer.")).to_be_visible()
