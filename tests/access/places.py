"""How a visitor comes to stand on each page: whose browser, at which address; and which addresses are no page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from requests_app.lifecycle import Right, State
from requests_app.models import Case, SourceHold, User
from requests_app.permissions import Role, consumer, staff
from requests_app.portal import door
from requests_app.selectors import today
from requests_app.services import assignment, holds, intake, messages, returned
from requests_app.services.bounces import Bounce
from requests_app.services.intake import Asked
from requests_app.vault import destroy_key
from tests.access.matrix import CONSUMER
from tests.access.scene import OTHER, OWN, Scene
from tests.characters import ADA, BEN, OTTO, user
from tests.factories import case_in, gather, located, opened, prove
from tests.requests_app import office
from tests.requests_app.plans import begun, planned
from tests.requests_app.portal_walk import ABOUT, NEW, STATUS, Visitor
from tests.requests_app.portal_walk import ADA as TYPED

NO_PAGE = {
    ".well-known/gpc.json": "for browsers, JSON",
    "staff/queue.csv": "a file",
    "staff/cases/<str:reference>/plan.csv": "a file",
    "staff/documents/<uuid:document>/": "a file",
    "staff/cases/<str:reference>/files/<uuid:file>/": "a file",
    "accounts/2fa/recovery-codes/download/": "a file",
    "accounts/login/code/confirm/": "leads on: nobody signs in by a mailed code",
    "healthz": "for machines",
    "readyz": "for machines",
    "metrics": "for machines",
}


def agents() -> Case:
    return intake.open_case(Asked(Right.ACCESS, ADA, residence="US-CA", relationship="patient", on_behalf_of=BEN))


def visitor(*rights: str, **what: str) -> Visitor:
    """Somebody in the middle of a request: the first question is answered."""
    asking = Visitor()
    asking.post(NEW, {"rights": rights, "residence": "US-CA", "relationship": "patient", **what})
    return asking


def at(case: Case, which: str = door.PERSON) -> Client:
    """Somebody who entered the code for this case."""
    client = Client()
    session = client.session
    session[which] = {"case": str(case.id), "seen": time.time()}
    session.save()
    return client


def member(name: str, role: Role = Role.OFFICER, *, totp: bool = False) -> Client:
    """A member of staff who has just proven who they are."""
    user = User.objects.filter(username=name).first()
    user = user or User.objects.create_user(name, password=office.PASSWORD, role=role.value)
    if totp:
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(user)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    proven = [{"method": "password", "reauthenticated": True, "at": time.time()}]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = proven
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(user.pk)
    session.save()
    return client


def half_signed_in() -> Client:
    """The password was right, and the second factor is asked."""
    member("hal", totp=True)
    client = Client()
    client.post("/accounts/login/", {"login": "hal", "password": office.PASSWORD})
    return client


@dataclass
class Places:
    """One building with every kind of case in it, and who stands where."""

    scene: Scene = field(default_factory=Scene.build)
    morning: office.Morning = field(init=False)
    browsers: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.morning = office.morning(3)
        self.agents, self.open = agents(), opened()
        self.plan, self.begun = planned(), begun()
        hold = {"source_key": "crm", "collection": "crm.calls", "ground": "Matter 26-114"}
        holds.place_on_source(by=staff(user(Role.OFFICER)), review_on=today() + timedelta(days=1), **hold)
        SourceHold.objects.update(review_on=today())
        self.gone = opened(person=OTTO)
        destroy_key(self.gone.id)
        self.correction = located(gather(prove(opened(Right.CORRECT))))
        self.closed = case_in(State.CLOSED)
        by, why = staff(user(Role.OFFICER, "cato")), "Otis is ill, and the court asks for it today."
        assignment.break_glass(case_id=self.scene.cases[OTHER].id, by=by, reason=why)
        self.listed = case_in(State.IN_REVIEW, Right.KNOW_CATEGORIES)
        self.listed.searches.update(collections=[office.TOLD])
        self.twice, other = opened(), opened()
        for case in (self.twice, other):
            messages.upload(case_id=case.id, by=consumer(case.id), name="licence.txt", parts=[b"A licence."])
        returned.came_back(Bounce(self.morning.wrote.notices.earliest("ordered_at").id, "5.1.1"))

    def browser(self, name: str, make: Callable[[], Client]) -> Client:
        """The same browser for everybody of that name, so that one window walks many pages."""
        if name not in self.browsers:
            self.browsers[name] = make()
        return self.browsers[name]

    def who(self, name: str) -> Client:
        return self.browser(name, lambda: member(name))

    def stranger(self) -> Client:
        return self.browser("stranger", Client)

    def of(self, route: str) -> tuple[Client, str]:
        """The browser that gets in at the route, and the address to type."""
        client = self.special(route) or self.usual(route)
        return client, self.address(route)

    def usual(self, route: str) -> Client:
        if route.startswith("staff/people"):
            return self.browser("abel", lambda: member("abel", Role.ADMIN))
        if route.startswith("staff/"):
            return self.who("olga")
        if route.startswith("requests/status/case/"):
            return self.browser(CONSUMER, lambda: self.scene.client(CONSUMER))
        return self.stranger()

    def special(self, route: str) -> Client | None:
        """Pages that somebody comes to by the step before."""
        made: dict[str, Callable[[], Any]] = {
            "requests/new/corrections/": lambda: visitor("correct"),
            "requests/new/who/": lambda: visitor("access", asking_for="agent"),
            "requests/new/about/": lambda: visitor("access"),
            "requests/new/check/": lambda: _answered(visitor("access")),
            "requests/new/done/": lambda: _asked(Visitor()),
            "requests/acting/code/": lambda: _post("/requests/acting/", reference=self.agents.reference),
            "requests/acting/case/": lambda: at(self.agents, door.AGENT),
            "requests/status/code/": lambda: _post(STATUS, reference=self.open.reference),
            "requests/status/case/withdraw/": lambda: at(self.open),
            "requests/status/case/permission/": lambda: at(self.agents),
            "accounts/2fa/authenticate/": half_signed_in,
        }
        for page in "reauthenticate/ totp/deactivate/ recovery-codes/ recovery-codes/generate/".split():
            made[f"accounts/2fa/{page}"] = lambda: self.browser("tess", lambda: member("tess", totp=True))
        for page in "reauthenticate/ logout/ email/ sessions/ password/change/ 2fa/ 2fa/totp/activate/".split():
            made[f"accounts/{page}"] = lambda: self.who("olga")
        made["accounts/password/set/"] = lambda: self.browser("officer", lambda: self.scene.client("officer"))
        return made[route]() if route in made else None

    def address(self, route: str) -> str:
        """The most telling case of each page of the staff; else that of the scene."""
        asked = dict.fromkeys(("corrections/", "corrections/handed-in/"), self.correction)
        telling = {"plan/": self.plan, "open/": self.scene.cases[OTHER], "answer/": self.listed, **asked}
        own = telling.get(route.rsplit(">/", 1)[-1], self.morning.review)
        if route.startswith("staff/cases/"):
            return "/" + route.replace("<str:reference>", own.reference)
        return self.scene.path(route, OWN)

    def states(self) -> dict[str, tuple[Client, str]]:
        """The same pages with something else on them: each kind of case, and nothing at all."""
        olga, review = self.who("olga"), self.morning.review.reference
        cases = {
            **vars(self.morning),
            "closed": self.closed,
            "begun": self.begun,
            "planned": self.plan,
            "gone": self.gone,
            "agent": self.agents,
            "correction": self.correction,
            "listed": self.listed,
            "twice": self.twice,
        }
        return {
            **{f"case-{name}": (olga, f"/staff/cases/{case.reference}/") for name, case in cases.items()},
            "queue-mine": (olga, "/staff/?view=mine"),
            "queue-closed": (olga, "/staff/?view=closed"),
            "queue-bad-filter": (olga, "/staff/?state=nonsense"),
            "owed-none": (olga, "/staff/owed/?show=escalated"),
            "holds-of-a-source": (olga, "/staff/holds/?source=crm"),
            "holds-lifted": (olga, "/staff/holds/?show=lifted"),
            "review-all": (olga, f"/staff/cases/{review}/review/?show=all"),
            "review-none": (olga, f"/staff/cases/{self.morning.opt_out.reference}/review/"),
            "answer-none": (olga, f"/staff/cases/{review}/answer/"),
            "plan-begun": (olga, f"/staff/cases/{self.begun.reference}/plan/"),
            "plan-none": (olga, f"/staff/cases/{review}/plan/"),
            "open-closed": (olga, f"/staff/cases/{self.closed.reference}/open/"),
            "openings-admin": (self.browsers["abel"], "/staff/openings/"),
            "people-none": (self.browsers["abel"], "/staff/people/?q=nobody"),
            "403": (self.browsers["abel"], f"/staff/cases/{review}/"),
            "404-staff": (olga, "/staff/cases/7K4M-29QF-2/"),
            "404": (self.stranger(), "/nowhere/"),
            "status-closed": (at(self.closed), "/requests/status/case/"),
            "status-gone": (at(self.gone), "/requests/status/case/"),
            "status-proving": (at(self.open), "/requests/status/case/"),
            "status-correction": (at(self.correction), "/requests/status/case/"),
            "status-agents": (at(self.agents), "/requests/status/case/"),
            "status-expired": (self.stranger(), "/requests/status/case/"),
        }


def cookies(client: Client, base_url: str) -> list[Any]:
    kept = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return [{"name": settings.SESSION_COOKIE_NAME, "value": kept.value, "url": base_url}] if kept else []


def _post(path: str, **data: str) -> Client:
    client = Client()
    client.post(path, data)
    return client


def _answered(asking: Visitor) -> Visitor:
    asking.post(ABOUT, TYPED)
    return asking


def _asked(asking: Visitor) -> Visitor:
    asking.ask("access")
    return asking
