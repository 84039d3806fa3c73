"""T10: who reads has the case or says why, and leaves a line in the ledger; without the line nothing is read."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from requests_app import selectors
from requests_app.exceptions import NotAllowed, NotAssigned, NotValid
from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import Case, CaseEvent, EventKind
from requests_app.permissions import Actor, Role, Verb, consumer, staff
from requests_app.services import assignment, collect, messages, records, review
from requests_app.vault import blobs
from tests.characters import user
from tests.factories import case_in, gather, located, prove, ruled
from tests.factories import opened as opened_case
from tests.requests_app import office
from tests.requests_app.api_client import CASES, act, problem, staff_client
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
    """Closed, and Cleo's."""
    made = case_in(State.CLOSED)
    Case.objects.filter(pk=made.pk).update(assignee=user(Role.OFFICER))
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


def test_t10_it_asks_for_a_fresh_proof_before_a_package_and_for_none_before_the_record(
    settings: Settings, case: Case, opened: list[str]
) -> None:
    settings.UMBS_STAFF_MFA = False
    client = desk(proven=False)
    package, record = (f"/staff/documents/{case.deliverables.get(kind=kind).id}/" for kind in ("package", "record"))
    asked = client.get(package)
    assert (asked["Location"], opened) == (f"/accounts/reauthenticate/?{urlencode({'next': package})}", [])
    assert client.get(record).status_code == 200
    assert client.post(asked["Location"], {"password": office.PASSWORD})["Location"] == package
    assert b"".join(client.get(package).streaming_content)  # type: ignore[attr-defined]


# --- who has the case ------------------------------------------------------------------------------------------------

WHY = "Cleo is ill, and the court asks for it today."


def reads(case: Case, by: Actor) -> int:
    """How many bytes this person gets of all that the case holds."""
    kept = [collect.fetch_evidence(case_id=case.id, evidence_id=row.id, by=by) for row in case.evidence.all()]
    if by.may(Verb.DOWNLOAD):
        kept += [collect.fetch(deliverable_id=row.id, by=by) for row in case.deliverables.exclude(kind="letter")]
    if case.batches.exists():
        records.viewed(case_id=case.id, by=by, count=1, page=1)
    return sum(len(part) for served in kept for part in served.parts)


def test_t10_it_opens_nothing_of_a_colleagues_case_before_a_reason_is_given(case: Case, opened: list[str]) -> None:
    for colleague in (staff(user(Role.OFFICER, "cato")), staff(user(Role.ANALYST))):
        before = case.events.count()
        with pytest.raises(NotAssigned):
            reads(case, colleague)
        with pytest.raises(NotAssigned if colleague.may(Verb.DOWNLOAD) else NotAllowed):
            collect.fetch(deliverable_id=case.deliverables.earliest("made_at").id, by=colleague)
        with pytest.raises(NotAssigned):
            records.viewed(case_id=case.id, by=colleague, count=1, page=1)
        assert (opened, case.events.count()) == ([], before)
        with pytest.raises(NotValid, match="in a sentence"):
            assignment.break_glass(case_id=case.id, by=colleague, reason="  because   ")
        assignment.break_glass(case_id=case.id, by=colleague, reason=WHY)
        assert case.events.latest("sequence").kind == EventKind.CASE_BROKEN_OPEN
        assert reads(case, colleague) > 0
        opened.clear()


def test_t10_it_ends_after_an_hour_and_is_of_one_person_and_one_case(case: Case) -> None:
    cato, other = staff(user(Role.OFFICER, "cato")), case_in(State.CLOSED)
    assignment.break_glass(case_id=case.id, by=cato, reason=WHY)
    for somebody, somewhere in ((cato, other), (staff(user(Role.OFFICER, "cora")), case)):
        with pytest.raises(NotAssigned):
            collect.fetch(deliverable_id=somewhere.deliverables.earliest("made_at").id, by=somebody)
    with time_machine.travel(timezone.now() + assignment.OPEN_FOR, tick=False), pytest.raises(NotAssigned):
        reads(case, cato)


@pytest.mark.parametrize("role", [Role.INTAKE, Role.AUDITOR, Role.ADMIN])
def test_t10_it_opens_nothing_to_a_role_that_reads_no_records_whatever_the_reason(case: Case, role: Role) -> None:
    with pytest.raises(NotAllowed):
        assignment.break_glass(case_id=case.id, by=staff(user(role)), reason=WHY)
    assert not case.openings.exists()
    for document in case.deliverables.filter(kind__in=["package", "record"]):
        with pytest.raises(NotAllowed, match="may not read documents"):
            collect.fetch(deliverable_id=document.id, by=staff(user(role)))


def test_t10_it_keeps_what_somebody_has_taken_from_all_others() -> None:
    case, cleo, cato = case_in(State.IN_REVIEW), staff(user(Role.OFFICER)), staff(user(Role.OFFICER, "cato"))
    reads(case, cato)  # nobody has it
    assignment.assign(case_id=case.id, by=cleo, to=user(Role.OFFICER))
    for taken in (user(Role.OFFICER, "cato"), None):
        with pytest.raises(NotAssigned):
            assignment.assign(case_id=case.id, by=cato, to=taken)
    batch = case.batches.earliest("sequence")
    with pytest.raises(NotAssigned):
        reads(case, cato)
    with pytest.raises(NotAssigned):  # whether these words stand there is what the record says
        review.withhold_words(case_id=case.id, by=cato, batch_id=batch.id, row=0, path="/none", words="diabetes")
    assignment.assign(case_id=case.id, by=cleo, to=user(Role.OFFICER, "cato"))
    reads(case, cato)
    with pytest.raises(NotAssigned):
        reads(case, cleo)


def test_t10_it_opens_to_the_second_reviewer_what_waits_for_the_second_approval_and_no_longer() -> None:
    case, cleo, cato = ruled(case_in(State.IN_REVIEW)), staff(user(Role.OFFICER)), staff(user(Role.OFFICER, "cato"))
    assignment.assign(case_id=case.id, by=cleo, to=user(Role.OFFICER))
    with pytest.raises(NotAssigned):
        reads(case, cato)
    review.approve(case_id=case.id, by=cleo, digest=case.content_digest)
    reads(case, cato)
    review.approve(case_id=case.id, by=cato, digest=case.content_digest)
    with pytest.raises(NotAssigned):
        reads(case, cato)


def test_t10_it_asks_for_the_reason_on_the_way_and_shows_it_to_those_who_look_after_it(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    case = case_in(State.IN_REVIEW)
    Case.objects.filter(pk=case.pk).update(assignee=user(Role.OFFICER))
    cato, wanted = desk(Role.OFFICER, "cato"), path(case, "review/?show=all")
    asked = cato.get(wanted)
    assert asked["Location"] == f"{path(case, 'open/')}?{urlencode({'next': wanted})}"
    assert cato.post(path(case, "act/take/"))["Location"] == path(case, "open/")  # no page to come back to
    assert "cleo has this case" in cato.get(asked["Location"]).content.decode()
    assert cato.post(path(case, "open/"), {"next": wanted, "reason": "Curious."}).status_code == 400
    assert cato.post(path(case, "open/"), {"next": "https://evil.example/", "reason": WHY})["Location"] == path(case)
    assert cato.get(asked["Location"])["Location"] == wanted  # asked once an hour
    assert b"900-12-3456" in cato.get(wanted).content
    seen = {role: desk(role).get("/staff/openings/") for role in (Role.ADMIN, Role.AUDITOR, Role.OFFICER, Role.ANALYST)}
    told = {role: page.content.decode() for role, page in seen.items()}
    assert {role: page.status_code for role, page in seen.items() if page.status_code != 200} == {Role.ANALYST: 403}
    assert all(case.reference in told[role] for role in (Role.ADMIN, Role.AUDITOR, Role.OFFICER))
    assert [WHY in told[role] for role in (Role.ADMIN, Role.AUDITOR, Role.OFFICER)] == [False, True, True]
    assert [row.read for row in selectors.openings(user(Role.ADMIN))] == [1]  # type: ignore[attr-defined]


def test_t10_it_says_so_over_the_api_and_takes_the_reason_there() -> None:
    case = located(gather(prove(opened_case(Right.CORRECT))))
    Case.objects.filter(pk=case.pk).update(assignee=user(Role.OFFICER))
    anna = staff_client(Role.ANALYST)
    assert problem(anna.get(f"{CASES}{case.reference}/corrections/"), 403, "not_assigned")
    assert problem(act(anna, case.reference, "break_glass"), 400, "not_valid")
    assert act(anna, case.reference, "break_glass", reason=WHY).status_code == 200
    assert anna.get(f"{CASES}{case.reference}/corrections/").status_code == 200
