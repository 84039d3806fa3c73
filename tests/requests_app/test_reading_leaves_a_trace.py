"""T10: whoever reads a document or a record leaves a line in the ledger; without the line nothing is read."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import DatabaseError
from pytest_django import Settings

from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, EventKind
from requests_app.permissions import Actor, Role, consumer, staff
from requests_app.services import collect, messages
from requests_app.vault import blobs
from tests.characters import user
from tests.factories import case_in
from tests.requests_app.test_staff_pages import desk, path

pytestmark = pytest.mark.django_db
READINGS = 200


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every file that is opened in the store while the test runs."""
    names: list[str] = []
    read = blobs.read

    def noted(vault: Any, name: str) -> Any:
        names.append(name)
        return read(vault, name)

    monkeypatch.setattr(blobs, "read", noted)
    return names


@pytest.fixture
def case() -> Case:
    made = case_in(State.CLOSED)
    messages.upload(case_id=made.id, by=consumer(made.id), name="proof.txt", parts=[b"It is me."])
    return made


@pytest.fixture
def cleo() -> Actor:
    return staff(user(Role.OFFICER))


def lost(*_: Any, **__: Any) -> None:
    message = "the ledger cannot be written"
    raise DatabaseError(message)


def test_t10_every_reading_has_its_line_and_no_line_is_without_one(case: Case, cleo: Actor, opened: list[str]) -> None:
    documents, evidence = list(case.deliverables.all()), case.evidence.get()
    dice = random.Random(10)
    before = CaseEvent.objects.filter(kind=EventKind.DELIVERABLE_FETCHED).count()
    for _ in range(READINGS):
        if dice.random() < 0.5:
            collect.fetch(deliverable_id=dice.choice(documents).id, by=cleo)
        else:
            collect.fetch_evidence(case_id=case.id, evidence_id=evidence.id, by=cleo)
    written = CaseEvent.objects.filter(kind=EventKind.DELIVERABLE_FETCHED, by=cleo.user_id).count()
    assert (written - before, len(opened)) == (READINGS, READINGS)


def test_t10_nothing_is_read_when_the_line_cannot_be_written(
    case: Case, cleo: Actor, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "append", lost)
    for document in case.deliverables.all():
        with pytest.raises(DatabaseError):
            collect.fetch(deliverable_id=document.id, by=cleo)
    with pytest.raises(DatabaseError):
        collect.fetch_evidence(case_id=case.id, evidence_id=case.evidence.get().id, by=cleo)
    assert opened == []


def test_t10_no_record_is_shown_when_the_line_cannot_be_written(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UMBS_STAFF_MFA = False
    case, client = case_in(State.IN_REVIEW), desk()
    assert b"900-12-3456" in client.get(path(case, "review/")).content
    monkeypatch.setattr(chain, "append", lost)
    client.raise_request_exception = False
    answer = client.get(path(case, "review/"))
    assert (answer.status_code, b"900-12-3456" in answer.content) == (503, False)


def test_t10_no_document_is_served_when_the_line_cannot_be_written(
    settings: Settings, case: Case, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UMBS_STAFF_MFA = False
    client, document = desk(), case.deliverables.first()
    assert document is not None
    page = f"/staff/documents/{document.id}/"
    assert client.get(page).status_code == 200
    before = len(opened)
    monkeypatch.setattr(chain, "append", lost)
    client.raise_request_exception = False
    assert (client.get(page).status_code, len(opened)) == (503, before)
