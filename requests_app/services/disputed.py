"""What the requester says is wrong: checked, sealed, opened, and kept out of the proof of identity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from requests_app.exceptions import NotValid
from requests_app.models import Case, CorrectionItem, CorrectionPlace
from requests_app.services import person as people
from requests_app.services.person import PersonFacts
from requests_app.vault import CaseVault
from requests_app.vault.normal import normal

FIELD = "corrections"
MOST = 20
LONGEST = {"what": 120, "is": 500, "should_be": 500}
FEWEST_DIGITS = 7  # fewer are no phone number
DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|[A-Za-z]+ \d{1,2}, \d{4}")


@dataclass(frozen=True)
class DisputedFact:
    """Contract section 4, one of `corrections`; `stands` is its `is`, a word of the language here."""

    what: str
    stands: str
    should_be: str

    @classmethod
    def of(cls, raw: Any, number: int = 0) -> DisputedFact:
        """From untrusted JSON-like data; NotValid names the field and says what to do."""
        place = f"{FIELD}.{number}"
        if not isinstance(raw, dict) or set(raw) - set(LONGEST):
            message = _("Say of each correction: what, is, should_be.")
            raise NotValid(message, field=place)
        what, stands, should_be = (_line(raw.get(name, ""), name, f"{place}.{name}") for name in LONGEST)
        if not what:
            message = _("Say which information is wrong, such as: phone number.")
            raise NotValid(message, field=f"{place}.what")
        if not should_be:
            message = _("Say what it should be.")
            raise NotValid(message, field=f"{place}.should_be")
        if stands == should_be:
            message = _("This is the same as what it is now. Say what it should be.")
            raise NotValid(message, field=f"{place}.should_be")
        return cls(what, stands, should_be)


@dataclass(frozen=True)
class Answer:
    """What is said about an item: to the consumer, whether it is health information, and to colleagues alone.

    `note` becomes a note of the case; the rest is sealed with the item.
    """

    explanation: str = ""
    health: bool = False
    note: str = ""


def _line(value: Any, name: str, place: str) -> str:
    if not isinstance(value, str):
        message = _("Give this as text.")
        raise NotValid(message, field=place)
    text = value.strip()
    if people.CONTROL.search(text):
        message = _("Remove line breaks and control characters.")
        raise NotValid(message, field=place)
    if len(text) > LONGEST[name]:
        message = _("Shorten this to %(most)d characters.") % {"most": LONGEST[name]}
        raise NotValid(message, field=place)
    return text


def several(raws: Sequence[Any]) -> tuple[DisputedFact, ...]:
    """Each item once, in the order given."""
    return tuple(dict.fromkeys(DisputedFact.of(raw, number) for number, raw in enumerate(raws)))


def check(items: Sequence[DisputedFact], *, wanted: bool) -> None:
    """A correction says what is to be corrected, and nothing else does."""
    if items and not wanted:
        message = _("Only a correction says what should be corrected; leave this empty.")
        raise NotValid(message, field=FIELD)
    if wanted and not items:
        message = _("Say what is wrong and what it should be.")
        raise NotValid(message, field=FIELD)
    if len(items) > MOST:
        message = _("Name at most %(most)d things in one request.") % {"most": MOST}
        raise NotValid(message, field=FIELD)


def write(case: Case, items: Iterable[DisputedFact], vault: CaseVault) -> None:
    for number, fact in enumerate(items, start=1):
        row = CorrectionItem(case=case, number=number)
        row.sealed = vault.seal_json(asdict(fact), place=_place(row))
        row.save(force_insert=True)


def _place(item: CorrectionItem) -> str:
    return f"correction.sealed|{item.id}"


def said(item: CorrectionItem, vault: CaseVault) -> DisputedFact:
    return DisputedFact(**vault.open_json(item.sealed, place=_place(item)))


def answer(item: CorrectionItem, given: Answer, vault: CaseVault) -> None:
    item.explanation_sealed = vault.seal_json(
        asdict(replace(given, note="")), place=f"correction.explanation|{item.id}"
    )


def answered(item: CorrectionItem, vault: CaseVault) -> Answer:
    if not item.explanation_sealed:
        return Answer()
    return Answer(**vault.open_json(item.explanation_sealed, place=f"correction.explanation|{item.id}"))


def seal_rows(
    place: CorrectionPlace, rows: Sequence[Mapping[str, Any]], origin: Sequence[str], vault: CaseVault
) -> None:
    """Keys and present value of each row that is to be changed, and how the source came by its data."""
    content = {"rows": [dict(row) for row in rows], "origin": list(origin)}
    place.keys_sealed = vault.seal_json(content, place=f"correctionplace.keys|{place.id}")


def rows_of(place: CorrectionPlace, vault: CaseVault) -> dict[str, Any]:
    opened: dict[str, Any] = vault.open_json(place.keys_sealed, place=f"correctionplace.keys|{place.id}")
    return opened


def origins(item: CorrectionItem, vault: CaseVault) -> dict[str, tuple[str, ...]]:
    """Sources that did not have the value from the person alone (11 CCR 7023(i): name the source of a wrong datum)."""
    found = {place.source_name: tuple(rows_of(place, vault)["origin"]) for place in item.places.all()}
    return {name: origin for name, origin in found.items() if set(origin) - {"direct"}}


def kinds(facts: Iterable[DisputedFact], person: PersonFacts) -> set[str]:
    """Kinds of matching points that are in dispute: whoever knows the wrong datum has shown nothing by it.

    Told by the looks of the values, so that it does not depend on what was given as proof (11 CCR 7060(h)).
    """
    values = [value for fact in facts for value in (fact.stands, fact.should_be) if value]
    return {kind for value in values for kind in _kinds(value, person)}


def _kinds(value: str, person: PersonFacts) -> Iterable[str]:
    if "@" in value:
        yield "email"
    elif DATE.fullmatch(value):
        yield "date_of_birth"
    elif sum(sign.isdigit() for sign in value) >= FEWEST_DIGITS and not any(sign.isalpha() for sign in value):
        yield "phone"
    if normal("account", value) in {normal("account", number) for number in person.account_numbers}:
        yield "account"
    if (words := normal("name", value)) and f" {words} " in f" {normal('name', person.postal_address)} ":
        yield "postal_address"


def addresses(facts: Iterable[DisputedFact], person: PersonFacts) -> set[str]:
    """Places such as `email:0` of the person whose very value is in dispute."""
    values = [value for fact in facts for value in (fact.stands, fact.should_be) if value]
    given = (("email", person.emails), ("phone", person.phones))
    return {
        f"{kind}:{number}"
        for kind, mine in given
        for number, value in enumerate(mine)
        if normal(kind, value) in {normal(kind, one) for one in values}
    }


def of_case(case: Case) -> tuple[set[str], set[str]]:
    """Kinds and addresses that prove nothing in this case."""
    items = list(case.corrections.all())
    if not items:
        return set(), set()
    vault = CaseVault.of(case.id)
    facts, person = [said(item, vault) for item in items], people.read(case, vault)
    return kinds(facts, person), addresses(facts, person)
