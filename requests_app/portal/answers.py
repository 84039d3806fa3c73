"""The answers of a draft, read as a request: which form they fill, and what they ask of intake."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from requests_app.lifecycle import Right
from requests_app.models import Channel, Relationship
from requests_app.portal import forms, wording
from requests_app.regimes import places
from requests_app.services.intake import Asked
from requests_app.services.person import PersonFacts

DATES = ("date_of_birth", "since")


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
    def is_complete(self) -> bool:
        return self.has_what and "email" in self.kept

    @property
    def needs_identity(self) -> bool:
        return any(right in wording.NEEDS_IDENTITY for right in self.rights)

    @property
    def relationship(self) -> str:
        return str(self.kept.get("relationship", Relationship.OTHER))

    @property
    def full_name(self) -> str:
        return f"{self.kept.get('given_name', '')} {self.kept.get('family_name', '')}".strip()

    @property
    def reached_by(self) -> str:
        """How the acknowledgement travels, without the address itself."""
        return "email" if self.kept.get("email") else "post" if self.kept.get("postal_address") else "phone"

    @property
    def what_facts(self) -> list[tuple[Any, str]]:
        return [
            (_("Where you live"), str(dict(places.CHOICES)[self.kept["residence"]])),
            (_("How you know us"), str(dict(forms.RELATIONSHIPS)[Relationship(self.relationship)])),
        ]

    @property
    def about_facts(self) -> list[tuple[Any, str]]:
        """Every answer that was given, under the label of its question."""
        fields = forms.About.base_fields
        names = ("email", "phone", "postal_address", "date_of_birth", "account_numbers", "practice_id")
        facts: list[tuple[Any, str]] = [(_("Name"), self.full_name)]
        facts += [(fields[name].label, self._shown(name)) for name in names]
        if self.needs_identity:
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
            since = self.kept.get("since") if identity else None
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
                    signed_name=signed_name if identity else "",
                    signed_from=signed_from if identity else "",
                )
            )
        return requests
