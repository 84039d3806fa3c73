"""A phone desk at which somebody sits, who keys in what a caller says without touching a mouse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import expect

from requests_app.lifecycle import Right
from requests_app.models import Case
from tests.services.processes import eventually
from tests.stories.desk import Desk
from umbs_privacy.demo.people import Person

PATIENCE = 60
FOCUSED = "(({name, value}) => `${name || ''}=${value || ''}`)(document.activeElement)"
SEND = "act=take"
REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


class Phone:
    def __init__(self, desk: Desk) -> None:
        self.page = desk.page
        self.site = desk.site

    def takes(self, *rights: Right, person: Person, **typed: str) -> Case:
        """A call, from the key that begins it to the key that sends it. The case of the first right."""
        self._begins("Take a call", key="n")
        self._keys_in(_told(rights, person) | typed, rights)
        return self._taken()

    def sees(self, *rights: Right, person: Person, **typed: str) -> Case:
        """Somebody is at the counter."""
        self._begins("Somebody is here")
        self._keys_in(_told(rights, person) | typed, rights)
        return self._taken()

    def opens_a_letter(self, *rights: Right, person: Person, scan: Path, **typed: str) -> Case:
        self._begins("Open a letter")
        self.page.get_by_label("Scan of the letter").set_input_files(scan)
        self._keys_in(_told(rights, person) | typed, rights)
        return self._taken()

    def _begins(self, button: str, *, key: str = "") -> None:
        self.page.goto(f"{self.site}/staff/phone/")
        if key:
            self.page.keyboard.press(key)
        else:
            self.page.get_by_role("button", name=button).click()
        expect(self.page.locator("#call")).to_be_visible()
        self.page.locator("#call input:not([type=hidden])").first.focus()

    def _keys_in(self, typed: dict[str, str], rights: Sequence[Right]) -> None:
        """From field to field with the tabulator; each is answered when the focus comes to it."""
        for _ in range(100):
            if (at := self.page.evaluate(FOCUSED)) == SEND:
                self.page.keyboard.press("Enter")
                return
            name = at.partition("=")[0]
            if name == "rights":
                for right in rights:
                    self.page.keyboard.press(str([*Right].index(right) + 1))
                self.page.keyboard.press("Enter")
                continue
            if name == "said":
                expect(self.page.locator("#call")).to_have_attribute("aria-busy", "false")
                self.page.keyboard.press("Space")
            elif typed.get(name):
                self.page.keyboard.type(typed[name])
            self.page.keyboard.press("Tab")
        message = "the button that takes the request was never reached"
        raise AssertionError(message)

    def _taken(self) -> Case:
        heading = self.page.get_by_role("heading", name="The request is open")
        expect(heading.or_(self.page.get_by_role("alert"))).to_be_visible()
        assert heading.is_visible(), self.page.get_by_role("alert").inner_text()
        found = REFERENCE.search(self.page.locator("main .usa-sr-only").first.inner_text())
        assert found is not None
        case: Case = Case.objects.get(reference=found.group())
        return case

    # --- who is it ---------------------------------------------------------------------------------------------------

    def sends_a_code(self, case: Case, way: str) -> str:
        """By a channel that a source held. The code itself only where it is said to the caller."""
        button = self.page.get_by_role("button", name=re.compile(way))

        def offered() -> bool:
            self.page.goto(f"{self.site}/staff/phone/verify/{case.reference}/")
            return button.count() > 0

        assert eventually(offered, within=PATIENCE, every=0.5), self.page.inner_text("main")
        with self.page.expect_navigation():
            button.first.press("Enter")
        said = self.page.locator(".umbs-code")
        return said.inner_text() if said.count() else ""

    def hears(self, case: Case, code: str) -> None:
        self.page.goto(f"{self.site}/staff/phone/verify/{case.reference}/")
        self.page.get_by_role("textbox", name="Code").fill(code)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_text("Match.", exact=True)).to_be_visible()

    def notes_the_declaration(self, case: Case, name: str) -> None:
        """It came back on paper."""
        self.page.goto(f"{self.site}/staff/phone/verify/{case.reference}/")
        self.page.get_by_label("Name as signed").fill(name)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_text("The signed declaration is noted.")).to_be_visible()


def _told(rights: Sequence[Right], person: Person) -> dict[str, str]:
    """What a person who asks has to say, in the fields of the desk. Choices by their first letters."""
    return {
        "words": f"{' and '.join(right.label for right in rights)}, please.",
        "residence": {"CA": "Cal", "TX": "Tex"}.get(person.state, "Wyo"),
        "relationship": "Pat",
        "given_name": person.given_name,
        "family_name": person.surname,
        "postal_address": f"{person.street}, {person.city}, {person.state} {person.postal_code}",
        "phone": person.phone,
        "date_of_birth": person.date_of_birth.strftime("%m%d%Y"),
        "account_numbers": person.account_number,
    }
