"""Categories and recipients: in the policy's words, of what is held about this person, and without a single row."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core import mail
from django.db import transaction
from django.test import override_settings
from pytest_django import Settings

from fulfillment.datamap.taxonomy import categories as taxonomy
from fulfillment.policy import policy
from fulfillment.policy.checks import policy_covers_the_maps
from requests_app.casefile import read
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, RecordBatch
from requests_app.permissions import Role, staff
from requests_app.services import collect, intake, review
from requests_app.services.intake import Asked
from tests import factories
from tests.characters import ADA, user
from tests.fulfillment.estate import EMAIL, ID, NAME, PHONE, PLAIN, Estate, hurry, work
from tests.requests_app.test_staff_pages import desk, path
from tests.services.stage import Stage
from umbs_privacy.demo import maps

HIS: dict[str, Any] = {"data_categories": ["user.name"], "fides_meta": {"umbs": {"person_of": "other"}}}
PLACE: dict[str, Any] = {"data_categories": ["user.location.precise"]}
SEEN: dict[str, Any] = {"data_categories": ["user.behavior.browsing_history"]}
JOB: dict[str, Any] = {"data_categories": ["user.job_title"]}
CRM = {"id": ID, "full_name": NAME, "email": EMAIL, "phone": PHONE, "job": JOB, "spouse": HIS}
WEB = {"id": ID, "email": EMAIL, "page": SEEN, "place": PLACE}
BRIGHT = {"key": "bright", "name": "Bright Audience", "kind": "audience_matching", "sold_or_shared": True}
HELP = {"key": "help", "name": "Help Desk Co", "kind": "service_provider", "contact": "privacy@help.example"}
MAPS = {"key": "maps", "name": "Map Makers", "kind": "third_party", "categories": ["user.location"]}
SECRET = "555 Hidden Ln"


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"], UMBS_MEDIA_URL=f"file://{tmp_path / 'media'}"):
        made = Estate(tmp_path)
        ada = {"id": 1, "full_name": ADA.full_name, "email": ADA.emails[0], "phone": "", "job": "", "spouse": SECRET}
        ben = {"id": 2, "full_name": "Ben", "email": "b@example.org", "phone": "9725550101", "job": "x", "spouse": "y"}
        made.fill("crm", {"people": [ada, ben]})
        recipients = [
            BRIGHT | {"categories": ["user.contact.email"]},
            HELP | {"categories": ["user.name", "user.contact"]},
        ]
        says = {"origin": ["direct", "partner"], "purposes": ["marketing", "puzzles"], "recipients": recipients}
        made.connect("crm", {"people": CRM}, says=says)
        made.fill("web", {"visits": [{"id": 1, "email": ADA.emails[0], "page": "/pricing", "place": ""}]})
        says = {"origin": ["automatic"], "purposes": ["security"], "recipients": [MAPS, BRIGHT]}
        made.connect("web", {"visits": WEB}, says=says)
        made.fill("clinic", {"people": [ada]})
        made.connect("clinic", {"people": CRM}, provider=True)
        yield made


def proven(right: Right, language: str = "en", *, signed: bool = False) -> Case:
    asked = Asked(right, ADA, residence="US-CA", language=language)
    kinds = ("email", "phone", "account") if signed else ("email", "phone")
    with transaction.atomic():
        return factories.prove(intake.open_case(asked), kinds=kinds, signed=signed)


def answered(right: Right, language: str = "en") -> tuple[Case, zipfile.ZipFile]:
    case = proven(right, language)
    work("gather", "search")
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    factories.approved(case)
    work("fulfil")
    case.refresh_from_db()
    package = case.deliverables.get(kind="package")
    served = collect.fetch(deliverable_id=package.id, by=staff(user(Role.OFFICER, "cleo")))
    return case, zipfile.ZipFile(io.BytesIO(b"".join(served.parts)))


@pytest.mark.slow
def test_it_tells_what_is_held_of_this_person_and_keeps_no_row(estate: Estate) -> None:
    case, archive = answered(Right.KNOW_CATEGORIES)
    told = {one["category"]: one for one in json.loads(archive.read("categories.json"))["categories"]}
    assert list(told) == list(policy().categories)
    assert told["identifiers"]["kinds"] == ["e-mail address", "name"]
    assert told["identifiers"]["systems"] == ["Crm", "Web"]
    assert len(told["identifiers"]["sources"]) == 3
    assert told["identifiers"]["purposes"] == ["marketing", "puzzles", "security"]
    assert told["identifiers"]["disclosed_to"] == ["Service providers and vendors"]
    assert told["identifiers"]["sold_or_shared_with"] == ["Audience matching services"]
    assert told["network_activity"]["kinds"] == ["what you did on our sites or with our messages"]
    empty = {key for key, one in told.items() if not one["kinds"]}
    assert empty == {"customer_records", "commercial", "professional", "geolocation"}
    assert not RecordBatch.objects.exists()
    assert {search.source_key: search.rows_found for search in case.searches.all()} == {"crm": 1, "web": 1, "clinic": 1}
    work("mail", "record")
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.PARTLY), "the clinic's records are the clinic's to tell"
    assert f"Our answer to request {case.reference} is ready" in [letter.subject for letter in mail.outbox]
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert not any(value in everything for value in (SECRET, ADA.emails[0], "/pricing"))
    assert "Clinic" in archive.read("index.html").decode()


@pytest.mark.slow
def test_it_lists_by_name_who_received_what(estate: Estate) -> None:
    _, archive = answered(Right.THIRD_PARTY_LIST)
    told = json.loads(archive.read("third_parties.json"))["third_parties"]
    assert [(one["name"], one["sold_or_shared"], one["categories"], one["systems"]) for one in told] == [
        (
            "Bright Audience",
            True,
            ["e-mail address", "what you did on our sites or with our messages"],
            ["Crm", "Web"],
        ),
        ("Help Desk Co", False, ["e-mail address", "name"], ["Crm"]),
    ]
    page = archive.read("index.html").decode()
    assert "privacy@help.example" in page
    assert "Map Makers" not in page, "nothing is held of what it receives"


@pytest.mark.slow
def test_it_speaks_the_persons_language(estate: Estate) -> None:
    _, archive = answered(Right.KNOW_CATEGORIES, "es")
    told = {one["category"]: one for one in json.loads(archive.read("categories.json"))["categories"]}
    assert told["identifiers"]["name"] == "Identificadores"
    assert told["identifiers"]["kinds"] == ["dirección de correo electrónico", "nombre"]
    assert told["identifiers"]["purposes"] == ["mercadotecnia", "puzzles", "seguridad"]
    page = archive.read("index.html").decode()
    assert '<html lang="es">' in page
    assert "No encontramos nada de este tipo sobre usted." in page


@pytest.mark.slow
def test_an_approval_is_void_when_something_else_was_found(estate: Estate) -> None:
    case = proven(Right.KNOW_CATEGORIES)
    work("gather", "search")
    case.refresh_from_db()
    before = case.content_digest
    case.searches.filter(source_key="crm").update(collections=[])
    factories.review.refresh_digest(case)
    assert case.content_digest != before


def _recipients_change(estate: Estate) -> None:
    """The data map of the customer system names one recipient less, and another purpose."""
    says = {"origin": ["direct"], "purposes": ["billing"], "recipients": [HELP]}
    estate.connect("crm", {"people": CRM}, says=says)


@pytest.mark.slow
def test_an_answer_is_what_was_approved_though_the_map_was_changed_since(estate: Estate) -> None:
    case = proven(Right.THIRD_PARTY_LIST)
    work("gather", "search")
    case.refresh_from_db()
    factories.approved(case)
    _recipients_change(estate)
    work("fulfil")
    package = case.deliverables.get(kind="package")
    served = collect.fetch(deliverable_id=package.id, by=staff(user(Role.OFFICER, "cleo")))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(served.parts)))
    told = json.loads(archive.read("third_parties.json"))["third_parties"]
    assert [one["systems"] for one in told if one["name"] == "Bright Audience"] == [["Crm", "Web"]]


@pytest.mark.slow
def test_an_approval_covers_the_recipients_and_purposes_of_the_map(estate: Estate) -> None:
    case = proven(Right.KNOW_CATEGORIES)
    work("gather", "search")
    case.refresh_from_db()
    before = case.content_digest
    _recipients_change(estate)
    review.send_back(case_id=case.id, by=staff(user(Role.OFFICER)), note="The map was mended.")
    work("gather", "search")
    case.refresh_from_db()
    assert (case.state, case.content_digest == before) == (State.IN_REVIEW, False)


@pytest.mark.slow
@pytest.mark.parametrize("right", [Right.KNOW_CATEGORIES, Right.THIRD_PARTY_LIST])
def test_staff_read_the_answer_before_they_approve_it(estate: Estate, settings: Settings, right: Right) -> None:
    settings.UMBS_STAFF_MFA = False
    case = proven(right, "es")
    cleo = desk(Role.OFFICER)
    assert "There is no answer yet." in cleo.get(path(case, "answer/")).content.decode()
    work("gather", "search")
    assert path(case, "answer/") in cleo.get(path(case)).content.decode()
    text = cleo.get(path(case, "answer/")).content.decode()
    assert '<div class="umbs-preview" lang="es">' in text
    assert ("mercadotecnia" if right == Right.KNOW_CATEGORIES else "Bright Audience") in text
    assert "Dónde buscamos" in text
    other = proven(Right.PORTABILITY, signed=True)
    assert "not with a list" in cleo.get(path(other, "answer/")).content.decode()


@pytest.mark.slow
def test_it_says_so_when_a_system_could_not_be_searched(estate: Estate) -> None:
    estate.connect("down", {"people": {"id": ID, "email": EMAIL, "note": PLAIN}})
    case = proven(Right.KNOW_CATEGORIES)
    for _ in range(3):
        work("gather", "search")
        hurry()
    case.refresh_from_db()
    factories.approved(case)
    work("fulfil")
    case.refresh_from_db()
    assert case.outcome == Outcome.PARTLY


# --- the policy's words ------------------------------------------------------------------------------------------


def test_it_has_a_word_for_whatever_a_map_can_say() -> None:
    assert policy_covers_the_maps() == []
    kinds = {name: policy().kind(name) for name in taxonomy() if name.startswith("user")}
    assert all(kinds.values())
    assert policy().kind("system.operations") is None


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("user.contact.email", "identifiers"),
        ("user.contact.address.city", "customer_records"),
        ("user.device.ip_address", "identifiers"),
        ("user.device", "network_activity"),
        ("user.location.precise", "geolocation"),
        ("user.payment", "commercial"),
        ("user.workplace", "professional"),
    ],
)
def test_it_takes_the_longest_beginning(name: str, category: str) -> None:
    kind = policy().kind(name)
    assert kind is not None
    assert kind.category == category


def test_the_check_names_what_has_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    words = policy()
    poor = words.model_copy(
        update={
            "kinds": tuple(kind for kind in words.kinds if not kind.of.startswith("user.location")),
            "recipients": {key: one for key, one in words.recipients.items() if key != "affiliate"},
        }
    )
    monkeypatch.setattr("fulfillment.policy.checks.policy", lambda: poor)
    told = [fault.msg for fault in policy_covers_the_maps()]
    assert "The policy has no word for the data category user.location.precise." in told
    assert "The policy has no word for the recipient affiliate." in told


@pytest.mark.slow
def test_portability_gives_the_copy_for_other_programs(estate: Estate) -> None:
    case = proven(Right.PORTABILITY, signed=True)
    work("gather", "search", "redact")
    case.refresh_from_db()
    factories.approved(factories.ruled(case))
    work("fulfil")
    case.refresh_from_db()
    package = case.deliverables.get(kind="package")
    served = collect.fetch(deliverable_id=package.id, by=staff(user(Role.OFFICER, "cleo")))
    names = zipfile.ZipFile(io.BytesIO(b"".join(served.parts))).namelist()
    assert {"data/crm/people.json", "data/crm/people.csv"} <= set(names)
    assert read.keeps_rows(case.id)


def test_it_has_spanish_for_each_purpose_of_the_demo_company() -> None:
    folder = Path(maps.__file__).parent / "maps"
    written = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))]
    purposes = {purpose for one in written for purpose in one["source"].get("purposes", [])}
    assert len(purposes) > 5
    assert purposes <= set(policy().purposes)
