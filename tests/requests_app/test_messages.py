"""What is written and handed in: sealed, told to the right side, and no file that is not what it says it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from requests_app.casefile import deliver
from requests_app.exceptions import GateClosed, NotAllowed, NotFound, NotValid
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, EventKind, Evidence, Message, Notice
from requests_app.permissions import Role, consumer, staff
from requests_app.services import collect, messages
from tests.characters import OTTO, user
from tests.factories import case_in, holder, opened, package, withdrawn
from tests.pictures import picture
from umbs_privacy.demo import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return opened()


def now(case: Case) -> Case:
    fresh: Case = Case.objects.get(pk=case.pk)
    return fresh


# --- words -------------------------------------------------------------------------------------------------------


def test_it_shows_the_consumers_message_as_work_until_staff_answer(case: Case) -> None:
    messages.write(case_id=case.id, by=consumer(case.id), text="  When will I hear from you?  ")
    assert now(case).attention == Attention.MESSAGE
    answer = messages.write(case_id=case.id, by=staff(user(Role.INTAKE)), text="Within 45 days.")
    assert now(case).attention == Attention.NONE
    assert [text for _, text in messages.read(case, notes=False)] == ["When will I hear from you?", "Within 45 days."]
    assert case.messages.get(direction=Message.Direction.IN).read_at is not None
    (mail,) = case.notices.filter(kind=Notice.Kind.MESSAGE)
    assert mail.key.endswith(str(answer.id))


def test_it_shows_notes_to_staff_only(case: Case) -> None:
    messages.note(case_id=case.id, by=staff(user(Role.ANALYST)), text="A neighbour.")
    assert messages.read(case, notes=False) == []
    assert [text for _, text in messages.read(case, notes=True)] == ["A neighbour."]
    assert not case.notices.filter(kind=Notice.Kind.MESSAGE).exists()


def test_it_seals_what_is_written(case: Case) -> None:
    row = messages.note(case_id=case.id, by=staff(user(Role.ANALYST)), text="A neighbour.")
    assert b"neighbour" not in bytes(row.sealed)
    assert "neighbour" not in str(list(case.events.values_list("payload", flat=True)))


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 5001])
def test_it_takes_neither_nothing_nor_too_much(case: Case, text: str) -> None:
    with pytest.raises(NotValid) as wrong:
        messages.write(case_id=case.id, by=consumer(case.id), text=text)
    assert wrong.value.field == "text"
    assert not case.messages.exists()


def test_it_lets_a_consumer_write_only_on_the_case_of_the_session(case: Case) -> None:
    other = opened(person=OTTO)
    with pytest.raises(NotAllowed):
        messages.write(case_id=other.id, by=consumer(case.id), text="Hello?")
    with pytest.raises(NotAllowed):
        messages.note(case_id=case.id, by=consumer(case.id), text="Hello?")
    with pytest.raises(NotAllowed):
        messages.write(case_id=case.id, by=staff(user(Role.AUDITOR)), text="Hello?")


def test_it_keeps_the_alarm_that_is_more_than_a_message(case: Case) -> None:
    withdrawn(case)
    messages.write(case_id=case.id, by=consumer(case.id), text="One more thing.")
    assert now(case).attention == Attention.MESSAGE


# --- files -------------------------------------------------------------------------------------------------------


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a.txt", "hello")
    return file.getvalue()


PDF = paper.pdf("Bill", ["For one visit."])


def hand_in(case: Case, name: str, *parts: bytes) -> Evidence:
    return messages.upload(case_id=case.id, by=consumer(case.id), name=name, parts=parts)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("licence.png", picture(), "image/png"),
        ("Licence.PNG", picture(), "image/png"),
        ("bill.pdf", PDF, "application/pdf"),
        ("note.txt", b"It is me.", "text/plain"),
    ],
)
def test_it_keeps_a_file_sealed_and_gives_it_back_whole(case: Case, name: str, content: bytes, kind: str) -> None:
    row = hand_in(case, name, content[:5], content[5:])
    assert (row.content_type, row.size) == (kind, len(content))
    assert messages.files(case) == [(row, name)]
    assert now(case).attention == Attention.MESSAGE
    served = collect.fetch_evidence(case_id=case.id, evidence_id=row.id, by=staff(user(Role.ANALYST)))
    assert b"".join(served.parts) == content
    assert (served.content_type, served.name) == ("application/octet-stream", name)
    assert case.events.filter(kind=EventKind.DELIVERABLE_FETCHED).count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("packed.zip", archive()),
        ("program.exe", b"MZ\x90\x00" + b"\x00" * 64),
        ("bill.pdf", picture()),
        ("licence.png", PDF),
        ("licence.png.exe", picture()),
        ("script.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("page.txt", b"<!doctype html><html><body>hello</body></html>"),
        ("bill.pdf", archive() + PDF),
        ("nothing", PDF),
        ("", PDF),
    ],
)
def test_it_takes_no_file_whose_content_is_not_what_its_ending_says(case: Case, name: str, content: bytes) -> None:
    with pytest.raises(NotValid) as wrong:
        hand_in(case, name, content)
    assert wrong.value.field == "file"
    assert not case.evidence.exists()


def test_it_stops_reading_a_file_that_is_too_large_and_keeps_none_of_it(case: Case, settings: Settings) -> None:
    settings.UMBS_UPLOAD_MAX_BYTES = 1024 * 1024
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        yield PDF
        while True:
            read += 65536
            yield b"x" * 65536

    before = stored(settings)
    with pytest.raises(NotValid, match="larger than 1 MB"):
        messages.upload(case_id=case.id, by=consumer(case.id), name="huge.pdf", parts=endless())
    assert read <= 1024 * 1024 + 65536
    assert not case.evidence.exists()
    assert stored(settings) == before


def stored(settings: Settings) -> list[str]:
    folder = settings.VAR / "media"
    return sorted(str(file) for file in folder.rglob("*") if file.is_file())


def test_it_says_in_both_when_the_same_file_was_handed_in_for_another_case(case: Case) -> None:
    first, again = hand_in(case, "a.png", picture()), hand_in(case, "b.png", picture())
    assert (first.is_repeated, again.is_repeated) == (False, False)
    assert hand_in(opened(person=OTTO), "c.png", picture()).is_repeated
    assert (first.is_repeated, again.is_repeated) == (True, True)


def test_it_opens_a_file_only_for_reviewers_of_its_own_case(case: Case) -> None:
    row = hand_in(case, "a.png", picture())
    with pytest.raises(NotAllowed):
        collect.fetch_evidence(case_id=case.id, evidence_id=row.id, by=staff(user(Role.INTAKE)))
    with pytest.raises(NotFound):
        collect.fetch_evidence(case_id=opened().id, evidence_id=row.id, by=staff(user(Role.ANALYST)))


# --- documents ---------------------------------------------------------------------------------------------------


def test_it_gives_a_package_five_times_and_writes_each_time(case: Case) -> None:
    case = package(case_in(State.FULFILLING))
    document = case.deliverables.get()
    for _ in range(5):
        served = collect.fetch(deliverable_id=document.id, by=consumer(case.id), fresh_code=True)
        assert b"".join(served.parts) == b"PK...the package"
    with pytest.raises(NotFound):
        collect.fetch(deliverable_id=document.id, by=consumer(case.id), fresh_code=True)
    assert case.events.filter(kind=EventKind.DELIVERABLE_FETCHED).count() == 5
    assert list(chain.verify(case)) == []


def test_it_gives_no_package_without_a_fresh_code_or_to_another_case(case: Case) -> None:
    other, case = case, package(case_in(State.FULFILLING))
    document = case.deliverables.get()
    with pytest.raises(NotFound):
        collect.fetch(deliverable_id=document.id, by=consumer(case.id))
    with pytest.raises(NotFound):
        collect.fetch(deliverable_id=document.id, by=consumer(other.id), fresh_code=True)
    with pytest.raises(NotAllowed):
        collect.fetch(deliverable_id=document.id, by=staff(user(Role.ANALYST)))
    document.refresh_from_db()
    assert document.fetches_left == 5


def test_it_answers_for_a_revoked_package_as_if_it_had_never_been(case: Case) -> None:
    case = package(case_in(State.FULFILLING))
    document = case.deliverables.get()
    with pytest.raises(NotAllowed):
        collect.revoke(deliverable_id=document.id, by=staff(user(Role.ANALYST)))
    for _ in range(2):
        collect.revoke(deliverable_id=document.id, by=staff(user(Role.OFFICER)))
    assert case.events.filter(kind=EventKind.DELIVERABLE_REVOKED).count() == 1
    with pytest.raises(NotFound):
        collect.fetch(deliverable_id=document.id, by=consumer(case.id), fresh_code=True)


def test_it_tells_staff_what_shuts_the_gate_and_the_consumer_nothing(case: Case) -> None:
    case = package(case_in(State.FULFILLING))
    document = case.deliverables.get()
    Case.objects.filter(pk=case.pk).update(content_digest="0" * 64)
    with pytest.raises(GateClosed) as shut:
        collect.fetch(deliverable_id=document.id, by=staff(user(Role.OFFICER)))
    assert shut.value.reasons == ["approvals", "digest"]
    with pytest.raises(NotFound):
        collect.fetch(deliverable_id=document.id, by=consumer(case.id), fresh_code=True)


def test_it_lets_whoever_posts_a_letter_print_it() -> None:
    case = opened()
    notice = case.notices.get()
    deliver.attach_letter(notice.id, name="letter.pdf", pdf=b"%PDF-1.7")
    letter = case.deliverables.get()
    for role in (Role.INTAKE, Role.ANALYST, Role.OFFICER):
        assert b"".join(collect.fetch(deliverable_id=letter.id, by=staff(user(role))).parts) == b"%PDF-1.7"
    with pytest.raises(NotAllowed):
        collect.fetch(deliverable_id=letter.id, by=staff(user(Role.AUDITOR)))
    assert holder(case).entry == 2
