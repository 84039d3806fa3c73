"""The answers of a draft, read as a request: which form they fill, and what they ask of intake."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from requests_app import regimes
from requests_app.lifecycle import Right
from requests_app.models import Channel, Relationship, Representation
from requests_app.portal import forms, wording
from requests_app.portal.who_forms import ASKING_FOR, SELF, Who
from requests_app.regimes import places
from requests_app.services import agent as agents
from requests_app.services import disputed
from requests_app.services.agent import AgentFacts
from requests_app.services.declaring import Declarant
from requests_app.services.intake import Asked
from requests_app.services.person import PersonFacts

DATES = ("date_of_birth", "since", "signed_on")


class Answers:
    def __init__(self, kept: dict[str, Any]) -> None:
        self.kept = kept

    @staticmethod
    def storable(cleaned: dict[str, Any]) -> dict[str, Any]:
        return {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in cleaned.items()}

    def for_form(self) -> dict[str, Any]:
        dates = {name: dt.date.fromisoformat(self.kept[name]) for name in DATES if self.kept.get(name)}
        return {**self.kept, **dates}

    @property
    def rights(self) -> list[Right]:
        """In the order in which they are offered, whatever order the browser sent."""
        return [right for right in wording.OFFERED if right in self.kept.get("rights", [])]

    @property
    def has_what(self) -> bool:
        return bool(self.rights and self.kept.get("residence") and self.kept.get("relationship"))

    @property
    def for_other(self) -> bool:
        return self.asking_for != SELF

    @property
    def asking_for(self) -> str:
        return str(self.kept.get("asking_for", SELF))

    @property
    def in_place(self) -> bool:
        """Whether we answer whoever asks, and not the person."""
        return self.for_other and agents.in_place(self.asking_for)

    @property
    def missing(self) -> str:
        """The first page that has still to be answered; "" when the request can be sent."""
        if not self.has_what:
            return "portal:new"
        if self.for_other and "agent_email" not in self.kept:
            return "portal:who"
        if self.wants_correction and not self.corrections:
            return "portal:wrong"
        return "" if "email" in self.kept else "portal:about"

    @property
    def pages(self) -> list[str]:
        """The pages of this request in their order."""
        asked = {"portal:who": self.for_other, "portal:wrong": self.wants_correction}
        return ["portal:new", *(page for page, needed in asked.items() if needed), "portal:about", "portal:check"]

    def after(self, page: str) -> str:
        return self.pages[self.pages.index(page) + 1]

    def before(self, page: str) -> str:
        return self.pages[self.pages.index(page) - 1]

    @property
    def before_about(self) -> str:
        return self.before("portal:about")

    @property
    def steps(self) -> range:
        return range(1, len(self.pages) + 1)

    @property
    def about_step(self) -> int:
        return self.steps[-2]

    @property
    def must_sign(self) -> bool:
        """The person signs; whoever asks for the person cannot (11 CCR 7062)."""
        return self.wants_copy and not self.for_other

    @property
    def agent(self) -> AgentFacts | None:
        """Who asks for the person; NotValid when a fact cannot be taken."""
        if not self.for_other:
            return None
        names = ("name", "organisation", "email", "phone", "postal_address")
        said = {name: self.kept.get(f"agent_{name}") for name in names}
        if self.asking_for == Representation.Kind.AGENT:
            said |= {name: self.kept.get(name) for name in ("power_of_attorney", "signed_on")}
        return AgentFacts.of({"kind": self.asking_for, **said})

    def check_agent(self) -> None:
        """NotValid when nobody could ask like this for what is asked."""
        if (asks := self.agent) is None:
            return
        person = self._person(identity=False)
        regime = regimes.for_residence(self.kept["residence"], on=timezone.now().date())
        for right in self.rights:
            agents.check(asks, person, regime.rights[right])

    @property
    def needs_identity(self) -> bool:
        return any(right in wording.NEEDS_IDENTITY for right in self.rights)

    @property
    def wants_copy(self) -> bool:
        return any(right in wording.COPIES for right in self.rights)

    @property
    def wants_correction(self) -> bool:
        return Right.CORRECT in self.rights

    @property
    def corrections(self) -> list[dict[str, str]]:
        """What is wrong, row by row, as the contract names it."""
        return list(self.kept.get("corrections", []))

    @property
    def must_confirm(self) -> bool:
        return Right.OPT_IN_SALE_SHARING in self.rights

    @property
    def relationship(self) -> str:
        return str(self.kept.get("relationship", Relationship.OTHER))

    @property
    def full_name(self) -> str:
        return f"{self.kept.get('given_name', '')} {self.kept.get('family_name', '')}".strip()

    @property
    def declarant(self) -> Declarant:
        """Who signs on the last page: only ever the person."""
        return Declarant(self.full_name, self.full_name)

    @property
    def reached_by(self) -> str:
        """How the acknowledgement travels, without the address itself."""
        own = any(self.kept.get(name) for name in ("email", "postal_address"))
        whose = "agent_" if self.in_place and not own else ""
        ways = {"email": self.kept.get(f"{whose}email"), "post": self.kept.get(f"{whose}postal_address")}
        return next((way for way, address in ways.items() if address), "phone")

    @property
    def what_facts(self) -> list[tuple[Any, str]]:
        return [
            (_("Where you live"), str(dict(places.CHOICES)[self.kept["residence"]])),
            (_("How you know us"), str(dict(forms.RELATIONSHIPS)[Relationship(self.relationship)])),
        ]

    @property
    def who_facts(self) -> list[tuple[Any, str]]:
        """Who asks for the person, under the labels of the questions."""
        fields = Who.base_fields
        facts: list[tuple[Any, str]] = [(_("You ask for"), str(dict(ASKING_FOR)[self.asking_for]))]
        names = ("agent_name", "agent_organisation", "agent_email", "agent_phone", "agent_postal_address", "signed_on")
        facts += [(fields[name].label, self._shown(name)) for name in names]
        if self.kept.get("power_of_attorney"):
            facts.append((_("Power of attorney"), str(_("Yes"))))
        return [(label, value) for label, value in facts if value]

    @property
    def about_facts(self) -> list[tuple[Any, str]]:
        """Every answer that was given, under the label of its question."""
        fields = forms.About.base_fields
        names = ("email", "phone", "postal_address", "date_of_birth", "account_numbers", "practice_id")
        facts: list[tuple[Any, str]] = [(_("Name"), self.full_name)]
        facts += [(fields[name].label, self._shown(name)) for name in names]
        if self.wants_copy:
            facts.append((_("The copy covers"), self._shown("since") or str(_("Everything since January 1, 2022"))))
        facts.append((fields["details"].label, self._shown("details")))
        return [(label, value) for label, value in facts if value]

    def _shown(self, name: str) -> str:
        value = self.kept.get(name) or ""
        return date_format(dt.date.fromisoformat(value)) if value and name in DATES else str(value)

    def _person(self, *, identity: bool) -> PersonFacts:
        """The facts about the person; what proves identity goes only to the requests that need it."""
        kept = self.kept
        facts = {
            "given_name": kept.get("given_name", ""),
            "family_name": kept.get("family_name", ""),
            "emails": [kept.get("email", "")],
            "phones": [kept.get("phone", "")],
            "postal_address": kept.get("postal_address", ""),
        }
        if identity:
            facts |= {
                "date_of_birth": kept.get("date_of_birth") or "",
                "account_numbers": [part.strip() for part in kept.get("account_numbers", "").split(",")],
                "practice_id": kept.get("practice_id", ""),
            }
        return PersonFacts.of(facts)

    def asked(self, *, signed_name: str, signed_from: str, language: str) -> list[Asked]:
        """One request per right. NotValid when a fact cannot be taken."""
        requests = []
        for right in self.rights:
            identity = right in wording.NEEDS_IDENTITY
            copy = right in wording.COPIES
            since = self.kept.get("since") if copy else None
            requests.append(
                Asked(
                    right=right.value,
                    person=self._person(identity=identity),
                    relationship=self.relationship,
                    residence=self.kept["residence"],
                    language=language.split("-", maxsplit=1)[0],
                    details=self.kept.get("details", "") if identity else "",
                    since=dt.date.fromisoformat(since) if since else None,
                    channel=Channel.WEB,
                    on_behalf_of=self.agent,
                    corrections=disputed.several(self.corrections) if right is Right.CORRECT else (),
                    signed_name=signed_name if copy else "",
                    signed_from=signed_from if copy else "",
                )
            )
        return requests
