"""The person of a case: sealed when written, opened only here, found by keyed indexes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from requests_app.exceptions import NotValid
from requests_app.models import Case, Identifier, Person
from requests_app.vault import CaseVault, blind_index, likeness
from requests_app.vault.normal import name_parts, normal, zip_code

LONGEST = 200
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True)
class PersonFacts:
    """What the requester said about the person (contract section 4, `person`). Dates are ISO 8601 texts.

    `prefers`: how to answer whoever has more than one address: email, phone, post, or "" when nobody asked.
    """

    given_name: str = ""
    family_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    postal_address: str = ""
    date_of_birth: str = ""
    account_numbers: tuple[str, ...] = ()
    practice_id: str = ""
    prefers: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @classmethod
    def of(cls, raw: dict[str, Any]) -> PersonFacts:
        """From untrusted JSON-like data; NotValid names the field and says what to do."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(raw) - known):
            message = f"Unknown field {unknown[0]!r}."
            raise NotValid(message, field="person")
        facts: dict[str, Any] = {}
        for name in ("given_name", "family_name", "postal_address", "practice_id", "date_of_birth", "prefers"):
            facts[name] = line(raw.get(name) or "", f"person.{name}", multiline=name == "postal_address")
        facts["emails"] = tuple(dict.fromkeys(email(value) for value in _several(raw, "emails")))
        facts["phones"] = tuple(dict.fromkeys(phone(value) for value in _several(raw, "phones")))
        accounts = (line(value, "person.account_numbers") for value in _several(raw, "account_numbers"))
        facts["account_numbers"] = tuple(dict.fromkeys(accounts))
        if facts["date_of_birth"]:
            _birthday(facts["date_of_birth"])
        return cls(**facts)


def _several(raw: dict[str, Any], name: str) -> list[str]:
    values = raw.get(name) or []
    if not isinstance(values, list | tuple) or len(values) > 10:  # noqa: PLR2004  (nobody needs more)
        message = f"Give {name.replace('_', ' ')} as a list of at most ten."
        raise NotValid(message, field=f"person.{name}")
    return [value for value in values if value]


def line(value: Any, field: str, *, multiline: bool = False) -> str:
    if not isinstance(value, str):
        message = "Give this as text."
        raise NotValid(message, field=field)
    text = value.strip().replace("\r\n", "\n")  # a browser's line ends and a program's make the same text
    checked = text.replace("\n", "") if multiline else text
    if CONTROL.search(checked):
        message = _("Remove line breaks and control characters.")
        raise NotValid(message, field=field)
    if len(text) > LONGEST * (3 if multiline else 1):
        message = _("Shorten this to %(most)d characters.") % {"most": LONGEST}
        raise NotValid(message, field=field)
    return text


def email(value: Any, field: str = "person.emails") -> str:
    text = line(value, field)
    try:
        validate_email(text)
    except ValidationError:
        message = _("Enter an e-mail address such as name@example.com.")
        raise NotValid(message, field=field) from None
    return text


def phone(value: Any, field: str = "person.phones") -> str:
    text = line(value, field)
    try:
        parsed = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        message = _("Enter a phone number with area code, such as 214-555-0100.")
        raise NotValid(message, field=field)
    return text


def _birthday(value: str) -> None:
    try:
        born = date.fromisoformat(value)
    except ValueError:
        born = None
    if born is None or not date(1890, 1, 1) <= born <= date.today():  # noqa: DTZ011  (a birthday has no zone)
        message = _("Enter the date of birth as year, month and day.")
        raise NotValid(message, field="person.date_of_birth")


def _place(person: Person) -> str:
    return f"person.sealed|{person.id}"


def write(case: Case, facts: PersonFacts, vault: CaseVault) -> None:
    person = Person(case=case)
    person.sealed = vault.seal_json(asdict(facts), place=_place(person))
    person.save()
    index(case, vault, _facts_to_find_by(facts))


def read(case: Case, vault: CaseVault | None = None) -> PersonFacts:
    return opened(Person.objects.get(case=case), vault or CaseVault.of(case.id))


def opened(person: Person, vault: CaseVault) -> PersonFacts:
    return PersonFacts.of(vault.open_json(person.sealed, place=_place(person)))


def replace(case: Case, facts: PersonFacts, vault: CaseVault) -> None:
    """New facts take the place of the old ones (the consumer added a phone number, say)."""
    person = Person.objects.get(case=case)
    person.sealed = vault.seal_json(asdict(facts), place=_place(person))
    person.save(update_fields=["sealed"])
    case.identifiers.all().delete()
    index(case, vault, _facts_to_find_by(facts))


def _facts_to_find_by(facts: PersonFacts) -> Iterable[tuple[str, str]]:
    yield from (("email", value) for value in facts.emails)
    yield from (("phone", value) for value in facts.phones)
    yield from (("account", value) for value in facts.account_numbers)
    if facts.full_name:
        yield "name", facts.full_name
        yield from (("name_part", part) for part in name_parts(facts.full_name))
    for part in likeness.parts(facts.family_name):
        yield from (("edge", edge) for edge in likeness.edges(part))
        if sound := likeness.sound(part):
            yield "sound", sound
    if facts.date_of_birth:
        yield "born", facts.date_of_birth
    if code := zip_code(facts.postal_address):
        yield "zip", code


def index(case: Case, vault: CaseVault, found_by: Iterable[tuple[str, str]]) -> None:
    rows = []
    for kind, value in found_by:
        row = Identifier(case=case, kind=kind, index=blind_index(kind, value))
        row.sealed = vault.seal_text(normal(kind, value), place=f"identifier.sealed|{row.id}")
        rows.append(row)
    Identifier.objects.bulk_create(rows)


def surname(person: Person, vault: CaseVault) -> str:
    """The family name alone, unchecked: for a look-up that opens many."""
    return str(vault.open_json(person.sealed, place=_place(person))["family_name"])


def cases_by(kind: str, value: str) -> list[Case]:
    """Cases whose person has this fact: found by index, then opened and compared, since the index is truncated."""
    wanted = normal(kind, value)
    rows = Identifier.objects.filter(kind=kind, index=blind_index(kind, value)).select_related("case", "case__key")
    found = {}
    for row in rows:
        if row.case.key.destroyed_at is None:
            vault = CaseVault.unwrapped(row.case.key)
            if vault.open_text(row.sealed, place=f"identifier.sealed|{row.id}") == wanted:
                found[row.case_id] = row.case
    return list(found.values())


def address(facts: PersonFacts, where: str) -> str:
    """The address that a place such as `email:0` names, or "" when the person has none there."""
    kind, _, number = where.partition(":")
    values = {"email": facts.emails, "phone": facts.phones}.get(kind, ())
    return values[int(number)] if number.isdigit() and int(number) < len(values) else ""
