"""The look-up of the phone desk: who is found by what, how little is shown, and who comes first."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from requests_app.exceptions import NotAllowed
from requests_app.models import Identifier
from requests_app.permissions import Role, staff
from requests_app.services import lookup
from requests_app.services.lookup import Found, Typed
from requests_app.vault import destroy_key
from tests.characters import ADA, OTTO, user
from tests.factories import opened
from umbs_privacy.bench import lookup as bench

pytestmark = pytest.mark.django_db


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
def test_it_finds_everybody_among_many() -> None:
    """What `manage.py bench` measures among 50,000."""
    took = list(bench.look_ups(400))
    assert len(took) == bench.TYPED


def test_it_takes_the_newest_of_those_that_agree_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "OPENED", 2)
    newest = [opened(person=replace(ADA, family_name=f"Quillan{end}")).reference for end in ("der", "ter", "ber")][
        :0:-1
    ]
    assert [reference for reference, _ in found(surname="Qui")] == newest
    both_ends = opened(person=replace(ADA, family_name="Quillyfeather")).reference
    monkeypatch.setattr(lookup, "OPENED", 1)
    opened(person=replace(ADA, family_name="Quillhammer"))
    assert found(surname="Quilliather") == [(both_ends, "looks alike")]
