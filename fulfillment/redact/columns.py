"""What the data map says of a field, turned into what the redaction does with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from fulfillment.datamap.graph import Collection, Field
from fulfillment.redact.canon import fold
from fulfillment.redact.contexts import Keywords
from fulfillment.redact.labels import NEVER, Label

# Fideslang categories of 11 CCR 7024(d); a category stands for all below it, the longest match names the kind.
_NEVER: Final[dict[str, Label]] = {
    "user.government_id": Label.GOV_ID,
    "user.government_id.national_identification_number": Label.SSN,
    "user.government_id.drivers_license_number": Label.DRIVER_LICENSE,
    "user.financial.bank_account": Label.FINANCIAL_ACCOUNT,
    "user.financial.credit_card": Label.CARD,
    "user.health_and_medical.insurance_beneficiary_id": Label.HEALTH_PLAN_ID,
    "user.health_and_medical.record_id": Label.MRN,
    "user.authorization": Label.PASSWORD,
    "user.authorization.credentials": Label.SECURITY_ANSWER,
    "user.authorization.biometric": Label.BIOMETRIC,
    "user.biometric": Label.BIOMETRIC,
}
_OTHER: Final[dict[str, Label]] = {
    "user.name": Label.PERSON,
    "user.contact.email": Label.EMAIL,
    "user.contact.phone_number": Label.PHONE,
    "user.contact.fax_number": Label.PHONE,
    "user.contact.address": Label.ADDRESS,
    "user.contact.url": Label.URL,
    "user.demographic.date_of_birth": Label.DATE_OF_BIRTH,
}
# Columns of these kinds hold the requester's own data unless the map says `person_of`.
_OWN: Final = ("user.name", "user.contact", "user.demographic", "user.account", "user.unique_id", "user.device")


class Treatment(Enum):
    """How a field is read."""

    NEVER = auto()  # withheld whole, whoever asks
    OTHER = auto()  # withheld whole, unless it is the requester's own value
    OWN = auto()  # the requester's: only never-disclose numbers are looked for
    TABLE = auto()  # a short value of a table
    PROSE = auto()  # free text


@dataclass(frozen=True, slots=True)
class Rule:
    """The treatment of one field, the label of what it holds whole, and the rule's name for the reviewer."""

    treatment: Treatment
    label: Label = Label.OTHER
    name: str = ""
    names_people: bool = False
    mapped: bool = True


UNMAPPED: Final = Rule(Treatment.PROSE, mapped=False)  # nobody has said that it is harmless


class Columns:
    """The rules of one collection, asked by JSON pointer."""

    def __init__(self, fields: Iterable[Field] = ()) -> None:
        self._rules: Mapping[str, Rule] = {field.path: _rule(field) for field in fields}

    @classmethod
    def of(cls, collection: Collection | None) -> Columns:
        """The rules of a collection; without a map every field is read as prose."""
        return cls(collection.fields if collection else ())

    def rule(self, parts: tuple[str, ...]) -> Rule:
        """The rule of the field itself or of the nearest field around it; places in a list do not count."""
        path = [part for part in parts if not part.isdigit()]
        for end in range(len(path), 0, -1):
            if rule := self._rules.get(".".join(path[:end])):
                return rule if end == len(path) else _inside(rule)
        return UNMAPPED


def _inside(rule: Rule) -> Rule:
    """What lies inside a mapped field follows it, but its own names may still say what a number is."""
    return Rule(rule.treatment, rule.label, rule.name, rule.names_people, mapped=False)


def _rule(field: Field) -> Rule:
    category = _longest(field.data_categories, _NEVER)
    if category or field.never_disclose:
        label = category or _by_name(field.path)
        return Rule(Treatment.NEVER, label, "map-category" if category else "map-never-disclose")
    if field.person_of in ("other", "staff"):
        label = _longest(field.data_categories, _OTHER) or Label.OTHER
        return Rule(Treatment.OTHER, label, f"map-person-of-{field.person_of}", names_people=label is Label.PERSON)
    if field.free_text:
        return Rule(Treatment.PROSE)
    if field.person_of == "subject" or any(_within(name, own) for name in field.data_categories for own in _OWN):
        return Rule(Treatment.OWN, _longest(field.data_categories, _OTHER) or Label.OTHER)
    return Rule(Treatment.TABLE)


def _longest(categories: Iterable[str], table: Mapping[str, Label]) -> Label | None:
    fitting = sorted(_fitting(categories, table), key=len)
    return table[fitting[-1]] if fitting else None


def _fitting(categories: Iterable[str], table: Mapping[str, Label]) -> Iterator[str]:
    return (known for name in categories for known in table if _within(name, known))


def _within(name: str, category: str) -> bool:
    return name == category or name.startswith(f"{category}.")


def _by_name(path: str) -> Label:
    """`ssn_last4` is an SSN though the map only says that it is never disclosed."""
    word = fold(path.replace("_", " ").replace(".", " "))
    found = Keywords(f"{word} ").before(len(word) + 1)
    return Label(found.kind) if found and found.kind in NEVER else Label.OTHER
