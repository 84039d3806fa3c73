"""What is typed of a call, read in two ways: half-typed for script and look-up, complete as requests for the intake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.http import QueryDict

from requests_app.lifecycle import Right
from requests_app.models import CallDraft, Relationship
from requests_app.phone.forms import CORRECTION, PARTS, read_date
from requests_app.services import calls, drafts, intake
from requests_app.services.agent import AgentFacts
from requests_app.services.disputed import DisputedFact
from requests_app.services.intake import Asked
from requests_app.services.lookup import Typed
from requests_app.services.person import PersonFacts

SEVERAL = {"rights", "said"}
NAMES = {name for names in PARTS.values() for name in names} - {"scan"} | {*CORRECTION, "said"}
COPIES = {Right.ACCESS, Right.PORTABILITY}  # personal data go out: a period can be chosen, a declaration is signed
BY_PRACTICE = {Relationship.PROVIDER, Relationship.PARTNER}  # a practice's number says nothing about anybody else
# Where a service's refusal belongs on the form.
PLACES = {
    "person.emails": "email",
    "person.phones": "phone",
    "person.postal_address": "postal_address",
    "person.given_name": "given_name",
    "person.family_name": "family_name",
    "person.date_of_birth": "date_of_birth",
    "person.account_numbers": "account_numbers",
    "person.practice_id": "practice_id",
    "on_behalf_of": "asker",
    "on_behalf_of.kind": "asker",
    "on_behalf_of.name": "agent_name",
    "on_behalf_of.email": "agent_email",
    "on_behalf_of.phone": "agent_phone",
    "on_behalf_of.postal_address": "agent_postal_address",
    "on_behalf_of.power_of_attorney": "power_of_attorney",
    "on_behalf_of.signed_on": "signed_on",
    "corrections": "what_0",
    "file": "scan",
    "text": "words",
    **{f"corrections.{n}.{name}": f"{name}_{n}" for n in range(3) for name in ("what", "is", "should_be")},
}


def typed(sent: QueryDict) -> dict[str, Any]:
    """What a form sent, by field, as it was typed; anything that is no field of a call is left out."""
    return {name: sent.getlist(name) if name in SEVERAL else sent[name] for name in NAMES if name in sent} | {
        name: [] for name in SEVERAL if name not in sent
    }


class Call:
    """One call as far as it is typed."""

    def __init__(self, draft: CallDraft) -> None:
        self.draft = draft
        self.kept = drafts.answers(draft)
        self.channel: str = self.kept["channel"]

    def with_typed(self, more: Mapping[str, Any]) -> Self:
        """The same call with what was typed since it was kept."""
        self.kept |= more
        return self

    def text(self, name: str) -> str:
        return str(self.kept.get(name, "")).strip()

    @property
    def rights(self) -> list[Right]:
        return [right for right in Right if right in self.kept.get("rights", []) and right in intake.OFFERED]

    @property
    def language(self) -> str:
        said = self.text("language")
        return said if said in dict(settings.LANGUAGES) else "en"

    @property
    def asker(self) -> str:
        return self.text("asker") or "self"

    @property
    def full_name(self) -> str:
        return f"{self.text('given_name')} {self.text('family_name')}".strip()

    @property
    def number(self) -> str:
        """Where to ring back."""
        return self.text("ring_back") or self.text("phone")

    @property
    def received_at(self) -> dt.datetime:
        return calls.received_at(self.draft, self.channel, read_date(self.text("received_on")))

    @property
    def proof(self) -> str:
        """The level that the strictest of what is ticked asks for; empty while nothing is ticked."""
        asked = [calls.proof_asked(right, self.text("residence")) for right in self.rights]
        return max(asked, key=lambda one: one.points).level if asked else ""

    @cached_property
    def due(self) -> dict[str, dt.date]:
        if not self.rights or not self.text("residence"):
            return {}
        return calls.due_dates(self.rights, self.text("residence"), received=self.received_at, channel=self.channel)

    @property
    def to_look_up(self) -> Typed:
        born = read_date(self.text("date_of_birth"))
        return Typed(
            surname=self.text("family_name"),
            born=born.isoformat() if born else "",
            phone=self.text("phone") or self.text("ring_back"),
            zip=self.text("postal_address"),
            account=self.text("account_numbers").split(",")[0],
        )

    def confirmed(self, sentences: Mapping[str, str]) -> set[str]:
        """Which items were ticked as they read now: a tick on a sentence that has changed since counts for nothing."""
        said = set(self.kept.get("said", []))
        return {item for item, value in sentences.items() if value in said}


def asked(cleaned: Mapping[str, Any], call: Call) -> list[Asked]:
    """One request per right. What proves identity goes only to the requests that need it. NotValid when none can be."""
    requests = []
    for right in call.rights:
        proof, copy = calls.needs_identity(right, cleaned["residence"]), right in COPIES
        requests.append(
            Asked(
                right=right.value,
                person=_person(cleaned, proof=proof),
                relationship=cleaned["relationship"],
                residence=cleaned["residence"],
                language=cleaned.get("language") or "en",
                details="\n\n".join(filter(None, (cleaned["words"], cleaned["details"]))),
                since=cleaned["since"] if copy else None,
                channel=call.channel,
                received_at=calls.received_at(call.draft, call.channel, cleaned.get("received_on")),
                signed_name=cleaned.get("signed_name", "") if copy else "",
                signed_from="paper" if copy and cleaned.get("signed_name") else "",
                on_behalf_of=_agent(cleaned),
                corrections=_corrections(cleaned) if right is Right.CORRECT else (),
                reading_format=cleaned["reading_format"] or "standard",
                voicemail_ok={"yes": True, "no": False}.get(cleaned.get("voicemail_ok", "")),
            )
        )
    return requests


def _person(cleaned: Mapping[str, Any], *, proof: bool) -> PersonFacts:
    facts: dict[str, Any] = {name: cleaned[name] for name in ("given_name", "family_name", "postal_address", "prefers")}
    facts |= {"emails": [cleaned["email"]], "phones": [cleaned["phone"]]}
    if proof:
        born = cleaned["date_of_birth"]
        facts["date_of_birth"] = born.isoformat() if born else ""
        facts["account_numbers"] = [part.strip() for part in cleaned["account_numbers"].split(",")]
        facts["practice_id"] = cleaned["practice_id"] if cleaned["relationship"] in BY_PRACTICE else ""
    return PersonFacts.of(facts)


def _agent(cleaned: Mapping[str, Any]) -> AgentFacts | None:
    if cleaned["asker"] in {"", "self"}:
        return None
    signed = cleaned["signed_on"]
    return AgentFacts.of(
        {
            "kind": cleaned["asker"],
            **{name: cleaned[f"agent_{name}"] for name in ("name", "organisation", "email", "phone", "postal_address")},
            "power_of_attorney": cleaned["power_of_attorney"],
            "signed_on": signed.isoformat() if signed else "",
        }
    )


def _corrections(cleaned: Mapping[str, Any]) -> tuple[DisputedFact, ...]:
    rows = [{name: cleaned[f"{name}_{n}"] for name in ("what", "is", "should_be")} for n in range(3)]
    return tuple(DisputedFact.of(row, number) for number, row in enumerate(rows) if any(row.values()))


def known(cleaned: Mapping[str, Any]) -> calls.Known | None:
    """The case that the look-up showed, when the operator chose one."""
    if not cleaned["known"] or not cleaned["known_as"]:
        return None
    return calls.Known(cleaned["known"], cleaned["known_reason"], same_household=cleaned["known_as"] == "household")
