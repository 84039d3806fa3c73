"""The whole house on one stage: the demo company's sources, its staff, and the three processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import Table, create_engine, select

from tests.services.processes import Processes
from tests.services.stage import Stage
from tests.stories.acting import Acting
from tests.stories.consumer import Consumer
from tests.stories.desk import Desk
from tests.stories.owner import Owner
from tests.stories.phone import Phone
from umbs_privacy.demo import documents, maps, staff
from umbs_privacy.demo.databases import EVERY, seed
from umbs_privacy.demo.people import Person

FEW = 300
SOURCES = (
    *("Direct-pay billing", "CRM and marketing leads", "Web analytics", "Human resources"),
    "Shared folder of papers",
)
SPECIAL = ("Charts of Lakeview Family Clinic", "Archive of sent statements", "Paper cabinet of the records room")


@dataclass(frozen=True)
class House:
    processes: Processes
    urls: Mapping[str, str]
    password: str
    new_page: Callable[..., Page]
    desks: dict[str, Desk] = field(default_factory=dict)
    visitors: list[Consumer] = field(default_factory=list)

    @property
    def stage(self) -> Stage:
        return self.processes.stage

    @property
    def site(self) -> str:
        return self.processes.base_url

    def consumer(self, person: Person, language: str = "en") -> Consumer:
        page = self.new_page(f"{language}-US")
        self.visitors.append(Consumer(person, page, self.site, self.stage.var / "mailbox", language))
        return self.visitors[-1]

    def acting(self, name: str, about: Person, language: str = "en") -> Acting:
        """Somebody of that name, who asks for the person."""
        page = self.new_page(f"{language}-US")
        acting = Acting(name, about, page, self.site, self.stage.var / "mailbox", language)
        self.visitors.append(acting)
        return acting

    def desk(self, name: str) -> Desk:
        """Signed in once; whoever is asked for again is still there."""
        if name not in self.desks:
            self.desks[name] = Desk(name, self.password, self.new_page(), self.site)
        return self.desks[name]

    def say_goodbye(self) -> None:
        while self.visitors:
            self.visitors.pop().page.context.close()

    def send_home(self) -> None:
        while self.desks:
            self.desks.popitem()[1].page.context.close()

    def phone(self, name: str = "iris") -> Phone:
        return Phone(self.desk(name))

    def owner(self, address: str) -> Owner:
        return Owner(address, self.new_page(), self.stage.var / "mailbox")

    def rows(self, source: str, table: Table, **where: object) -> list[dict[str, Any]]:
        """What a source holds now."""
        engine = create_engine(self.urls[source])
        with engine.connect() as connection:
            chosen = select(table).where(*(table.c[name] == value for name, value in where.items()))
            rows = [dict(row) for row in connection.execute(chosen).mappings()]
        engine.dispose()
        return rows


def furnish(stage: Stage, urls: Mapping[str, str]) -> str:
    """Seed the sources at `urls`, describe them, hire the staff; the password of the staff."""
    for key in EVERY.keys() & urls.keys():
        seed(key, urls[key], FEW)
    folder = stage.var / "documents"
    documents.write(folder, FEW)
    described = maps.write({**urls, "documents": f"file://{folder}"}, stage.var / "maps")
    stage.manage("sources_apply", *map(str, described))
    return staff.hire(stage.var / "logins.txt")


def open_house(browser: Browser, processes: Processes, urls: Mapping[str, str], password: str) -> House:
    """Each person gets a browser of their own: nobody shares cookies."""

    def new_page(locale: str = "en-US") -> Page:
        context = browser.new_context(locale=locale, viewport={"width": 1280, "height": 900}, accept_downloads=True)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    return House(processes, urls, password, new_page)
