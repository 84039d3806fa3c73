"""The look-up of the phone desk: who is found by what, how little is shown, and how long it takes."""

from __future__ import annotations

import os
import random
import statistics
import time
import uuid
from dataclasses import asdict, fields, replace

import pytest
from django.utils import timezone

from requests_app import reference
from requests_app.exceptions import NotAllowed
from requests_app.models import Case, CaseKey, Identifier, Person
from requests_app.permissions import Role, staff
from requests_app.services import lookup
from requests_app.services import person as people
from requests_app.services.lookup import Found, Typed
from requests_app.vault import create_key, destroy_key
from tests.characters import ADA, OTTO, user
from tests.factories import opened

pytestmark = pytest.mark.django_db
MANY = int(os.environ.get("LOOKUP_CASES", "600"))  # the figure of the design paper is measured with 20000


def found(**typed: str) -> list[tuple[str, str]]:
    return [(one.reference, one.how) for one in lookup.search(Typed(**typed), by=staff(user(Role.INTAKE)))]


@pytest.mark.parametrize(
    ("surname", "how"),
    [
        ("Quillfeather", "same name"),
        ("QUI", "same name"),
        ("quillf", "same name"),
        ("Quilpheather", "sounds alike"),
        ("Quillfaether", "sounds alike"),
        ("Quillweather", "looks alike"),
        ("Millfeather", "looks alike"),
    ],
)
def test_it_finds_a_surname_as_typed_as_heard_and_as_misspelled(surname: str, how: str) -> None:
    ada = opened()
    opened(person=OTTO)
    assert found(surname=surname) == [(ada.reference, how)]


@pytest.mark.parametrize("surname", ["", "Q", "Qu", "Zanzibar", "  ", "¿?"])
def test_it_finds_nobody_before_the_third_letter_nor_somebody_else(surname: str) -> None:
    opened()
    assert found(surname=surname) == []


def test_it_finds_by_a_whole_number_alone_and_by_no_date_or_zip_alone() -> None:
    ada = opened()
    assert found(phone="(214) 555-0107") == [(ada.reference, "same number")]
    assert found(account="pa 104482") == [(ada.reference, "same number")]
    assert found(phone="214-555") == found(born="1966-03-23") == found(zip="75040") == []


def test_it_puts_first_whom_a_second_fact_agrees_with() -> None:
    ada = opened()
    namesakes = {opened(person=replace(ADA, date_of_birth=f"197{n}-01-01", postal_address="")).reference for n in "789"}
    for second in ({"born": "1966-03-23"}, {"zip": "75040"}):
        first, *others = found(surname="Quillfeather", **second)
        assert first[0] == ada.reference
        assert {reference for reference, _ in others} == namesakes


def test_it_shows_reference_right_state_and_last_contact_only() -> None:
    ada = opened()
    (shown,) = lookup.search(Typed("Quillfeather"), by=staff(user(Role.INTAKE)))
    assert [field.name for field in fields(Found)] == ["reference", "right", "state", "last_contact", "how"]
    assert (shown.reference, shown.right, shown.state) == (ada.reference, "Access", "Checking identity")
    assert shown.last_contact == ada.received_on


def test_it_finds_no_case_whose_key_is_gone_and_serves_no_role_that_takes_no_requests() -> None:
    destroy_key(opened().id)
    assert found(surname="Quillfeather") == []
    with pytest.raises(NotAllowed):
        lookup.search(Typed("Quillfeather"), by=staff(user(Role.AUDITOR)))


def test_it_indexes_names_by_short_keys_only() -> None:
    kinds = Identifier.objects.filter(case=opened()).values_list("kind", "index")
    assert sorted(kind for kind, _ in kinds if kind in {"edge", "sound"}) == ["edge", "edge", "edge", "sound"]
    assert all(len(index) == 8 for _, index in kinds)


@pytest.mark.slow
def test_it_says_how_long_a_look_up_takes_among_many(capsys: pytest.CaptureFixture[str]) -> None:
    """The cases are written in bulk; every surname, key and index is the real thing."""
    names = crowd(MANY)
    typed = [
        Typed(name[: 3 + number % 6], zip="75040" if number % 3 else "") for number, name in enumerate(names[:120])
    ]
    by = staff(user(Role.INTAKE))
    took, hits = [], 0
    for one in typed:
        began = time.perf_counter()
        hits += bool(lookup.search(one, by=by))
        took.append((time.perf_counter() - began) * 1000)
    with capsys.disabled():
        p95 = statistics.quantiles(took, n=20)[-1]
        print(f"\nlook-up among {MANY} cases: median {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, {hits} found")
    assert hits == len(typed)


def crowd(number: int) -> list[str]:
    """As many cases, their surnames made of syllables, so that beginnings and endings repeat as they do in life."""
    dice = random.Random(7)
    syllables = "mar gar son ton ber lin rod gut smi wil ham hol can der ez man mor ris ta la ra field stone".split()
    names = ["".join(dice.choices(syllables, k=3)).title() for _ in range(number)]
    law = {"right": "access", "channel": "web", "relationship": "other", "residence": "US-TX", "regime": "US-TX"}
    law |= {"regime_version": "1", "required_level": 0, "required_approvals": 0}
    cases = [Case(id=uuid.uuid4(), reference=reference.new(), received_at=timezone.now(), **law) for _ in names]
    Case.objects.bulk_create(cases)
    rows: list[Person] = []
    for case, name in zip(cases, names, strict=True):
        vault = create_key(case.id)
        facts = people.PersonFacts("Pat", name, postal_address=f"1 Elm St, Garland, TX 7{dice.randrange(5000):04}")
        person = Person(case=case)
        person.sealed = vault.seal_json(asdict(facts), place=f"person.sealed|{person.id}")
        rows.append(person)
        people.index(case, vault, people._facts_to_find_by(facts))
    Person.objects.bulk_create(rows)
    assert CaseKey.objects.count() == number
    return names
