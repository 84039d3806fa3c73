"""Who asks for somebody else: what is said about them, checked. The proof comes after (11 CCR 7063)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from requests_app.exceptions import NotValid
from requests_app.models import AgentMark, Case, Representation
from requests_app.regimes.schema import Right
from requests_app.services import clock
from requests_app.services import person as people
from requests_app.services.person import PersonFacts
from requests_app.vault import CaseVault, keyed_hash
from requests_app.vault.normal import normal

FIELD = "on_behalf_of"
KEPT_SEALED = ("name", "organisation", "email", "phone", "postal_address")


@dataclass(frozen=True)
class AgentFacts:
    """Contract section 4, `on_behalf_of`. `signed_on` is the date of the signed permission, an ISO 8601 text or ""."""

    kind: str = Representation.Kind.AGENT
    name: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    postal_address: str = ""
    power_of_attorney: bool = False
    signed_on: str = ""

    @classmethod
    def of(cls, raw: Any) -> AgentFacts:
        """From untrusted JSON-like data; NotValid names the field and says what to do."""
        if not isinstance(raw, dict):
            message = _("Say who asks: kind, name, and an e-mail address, a postal address or a phone number.")
            raise NotValid(message, field=FIELD)
        if unknown := sorted(set(raw) - {field.name for field in fields(cls)}):
            message = f"Unknown field {unknown[0]!r}."
            raise NotValid(message, field=FIELD)
        if not isinstance(power := raw.get("power_of_attorney") or False, bool):
            message = _("Answer with true or false.")
            raise NotValid(message, field=f"{FIELD}.power_of_attorney")
        return cls(
            kind=people.line(raw.get("kind") or "", f"{FIELD}.kind"),
            name=people.line(raw.get("name") or "", f"{FIELD}.name"),
            organisation=people.line(raw.get("organisation") or "", f"{FIELD}.organisation"),
            email=people.email(raw["email"], f"{FIELD}.email") if raw.get("email") else "",
            phone=people.phone(raw["phone"], f"{FIELD}.phone") if raw.get("phone") else "",
            postal_address=people.line(raw.get("postal_address") or "", f"{FIELD}.postal_address", multiline=True),
            power_of_attorney=power,
            signed_on=people.line(str(raw.get("signed_on") or ""), f"{FIELD}.signed_on"),
        )


def in_place(kind: str) -> bool:
    """Whether somebody like this asks in the person's place, whom we could neither ask nor answer: a child, a ward, the
    dead. Whoever allowed an agent to ask can be asked, and gets the answer (11 CCR 7063).
    """
    return kind != Representation.Kind.AGENT


def check(facts: AgentFacts, person: PersonFacts, right: Right) -> None:
    """NotValid when nobody could act like this: unknown kind, nobody to answer to, a right that no agent may use.

    The agent's own address cannot be the person's: what we ask the person must reach the person.
    """
    if facts.kind not in Representation.Kind.values:
        message = _("Choose one of: %(kinds)s.") % {"kinds": ", ".join(Representation.Kind.values)}
        raise NotValid(message, field=f"{FIELD}.kind")
    if not facts.name:
        message = _("Give your own name.")
        raise NotValid(message, field=f"{FIELD}.name")
    if not (facts.email or facts.phone or facts.postal_address):
        message = _("Give your own e-mail address, postal address or phone number, so that we can answer you.")
        raise NotValid(message, field=f"{FIELD}.email")
    if not in_place(facts.kind) and facts.email.casefold() in {email.casefold() for email in person.emails}:
        message = _("Give the person's own e-mail address beside yours, or none: we ask the person, not you.")
        raise NotValid(message, field=f"{FIELD}.email")
    if right.two_step:
        message = _("Only the person can allow this again, since it takes their own confirmation.")
        raise NotValid(message, field=FIELD)
    _check_signature(facts)
    if facts.kind == Representation.Kind.AGENT and not facts.power_of_attorney and not right.agent_may:
        message = _("For this request the law hears an agent only with a power of attorney. The person can ask us.")
        raise NotValid(message, field=FIELD)


def _check_signature(facts: AgentFacts) -> None:
    if facts.power_of_attorney and facts.kind != Representation.Kind.AGENT:
        message = _("Only an agent acts by power of attorney; leave this out.")
        raise NotValid(message, field=f"{FIELD}.power_of_attorney")
    if not facts.signed_on:
        return
    try:
        signed = date.fromisoformat(facts.signed_on)
    except ValueError:
        signed = None
    if signed is None or signed > clock.today():
        message = _("Give the day on which the permission was signed as 2026-01-31, not in the future.")
        raise NotValid(message, field=f"{FIELD}.signed_on")


def _place(case: Case) -> str:
    return f"representation.sealed|{case.id}"


def write(case: Case, facts: AgentFacts, vault: CaseVault) -> Representation:
    """Keep who asks, with the request; nothing is proven by it."""
    said = {name: value for name, value in asdict(facts).items() if name in KEPT_SEALED}
    row = Representation.objects.create(
        case=case,
        kind=facts.kind,
        sealed=vault.seal_json(said, place=_place(case)),
        power_of_attorney=facts.power_of_attorney,
        signed_on=date.fromisoformat(facts.signed_on) if facts.signed_on else None,
    )
    AgentMark.objects.bulk_create(AgentMark(representation=row, mark=mark) for mark in _marks(facts))
    return row


def _marks(facts: AgentFacts) -> list[str]:
    """Each address alone, and a firm's name: the same under another person's name, or with another address beside."""
    known_by = {
        "email": normal("email", facts.email),
        "phone": normal("phone", facts.phone),
        "name": normal("name", facts.postal_address),
        "organisation": normal("name", facts.organisation),
    }
    return [keyed_hash("agent", f"{kind}:{value}") for kind, value in known_by.items() if value]


def disowned_in(row: Representation) -> list[str]:
    """References of the other requests in which the person said that they had permitted this agent nothing."""
    marks = row.marks.values("mark")
    others = Representation.objects.filter(marks__mark__in=marks, disowned_at__isnull=False).exclude(case=row.case_id)
    return list(others.order_by("disowned_at").values_list("case__reference", flat=True).distinct())


def of(case: Case) -> Representation | None:
    """Whoever asks for the person of this case; None when the person asks."""
    return Representation.objects.filter(case=case).first()


def stands_in(row: Representation | None) -> bool:
    """Whether what we write goes to them instead of the person: once an officer accepted that they may."""
    return row is not None and in_place(row.kind) and row.ruling == Representation.Ruling.ACCEPTED


def carry(first: Case, case: Case, vault: CaseVault) -> None:
    """Whoever stands in for the person stands in for what follows from the request as well."""
    row = of(first)
    if row is None or not stands_in(row):
        return
    again = write(case, read(row), vault)
    again.ruling, again.ruled_by, again.ruled_at = row.ruling, row.ruled_by, row.ruled_at
    again.save(update_fields=["ruling", "ruled_by", "ruled_at"])


def read(row: Representation, vault: CaseVault | None = None) -> AgentFacts:
    """Who asks, opened."""
    said = (vault or CaseVault.of(row.case_id)).open_json(row.sealed, place=_place(row.case))
    signed_on = row.signed_on.isoformat() if row.signed_on else ""
    return AgentFacts(kind=row.kind, power_of_attorney=row.power_of_attorney, signed_on=signed_on, **said)
