"""The owner of a paper source is asked by mail, chased, and answers on a page that opens by a key alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from fulfillment import chase, daily, models, owners
from fulfillment.models import JobState, ManualTask
from requests_app.casefile import read
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, Evidence, Message, RecordBatch
from requests_app.permissions import Role, consumer, staff
from requests_app.services import ending, messages, review
from requests_app.services.notices import content, render
from tests import factories
from tests.characters import user
from tests.fulfillment import cabinet
from tests.fulfillment.estate import EMAIL, ID, NAME, Estate, search, work
from tests.pictures import picture
from tests.services.stage import Stage

pytestmark = pytest.mark.slow

NAME_SHOWN = "Ada Quillfeather"
TYPED = {"papers": "2", "paper_1": "Intake form", "place_1": "Drawer 4", "dated_1": "2023", "text_1": "Ada called."}


@pytest.fixture
def case(fresh_stage: Stage, tmp_path: Path) -> Iterator[Case]:
    """Ada's access request, its search waiting for the owner of the cabinet; the database has answered."""
    estate = Estate(tmp_path)
    estate.fill("crm", {"people": [{"id": 1, "email": "ada@example.org", "name": NAME_SHOWN}]})
    estate.connect("crm", {"people": {"id": ID, "email": EMAIL, "name": NAME}})
    cabinet.connect(tmp_path)
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        made = factories.opened()
        with transaction.atomic():
            factories.prove(made)
        work("gather", "search")
        made.refresh_from_db()
        yield made


def papers(case: Case) -> list[dict[str, str]]:
    batches = RecordBatch.objects.filter(case=case, search__source_key="cabinet").order_by("sequence")
    return [dict(row.values) for batch in batches for row in read.records(batch.id)]


# --- asking --------------------------------------------------------------------------------------------------------


def test_it_asks_the_owner_once_and_waits_for_the_answer(case: Case) -> None:
    assert case.state == State.GATHERING
    waiting = search(case, "cabinet")
    assert (waiting.state, waiting.reason) == ("pending", "waiting_for_owner")
    assert waiting.next_try_at
    assert search(case, "crm").state == "answered"
    assert len(cabinet.mails(case)) == 1
    assert case.events.filter(kind="owner:asked").count() == 1


def test_it_mails_the_key_and_nobodys_name(case: Case) -> None:
    (notice,) = cabinet.mails(case)
    said = content(notice)
    assert said["to"] == cabinet.OWNER
    mail = render(notice)
    assert cabinet.key(notice) in mail.text
    assert cabinet.key(notice) in mail.html
    assert "Quillfeather" not in f"{mail.subject} {mail.text} {mail.html}"
    assert cabinet.key(notice) not in cabinet.address(notice)
    assert cabinet.key(notice).replace("-", "") not in str(ManualTask.objects.values())


def test_it_does_not_ask_again_when_the_search_is_done_twice(case: Case) -> None:
    models.Job.objects.filter(kind="search", payload__source="cabinet").update(
        state=JobState.READY, not_before=case.received_at
    )
    work("search")
    assert len(cabinet.mails(case)) == 1
    assert search(case, "cabinet").state == "pending"
    assert cabinet.post(case, outcome="nothing", papers="0").status_code == 200
    work("search")
    assert search(case, "cabinet").state == "answered"


# --- the page ------------------------------------------------------------------------------------------------------


def test_it_shows_a_stranger_nothing(case: Case) -> None:
    page = f"/tasks/{cabinet.task(case).id}/"
    shown = Client().get(page)
    refused = [
        Client().post(page, {"key": key, **TYPED, "outcome": "found"}) for key in ("AAAA-BBBB", "x" * 60, "'; --")
    ]
    for answer in [shown, *refused]:
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "Quillfeather" not in text
        assert "Paper cabinet" not in text
        assert case.reference not in text
    assert papers(case) == []
    assert cabinet.task(case).answered_at is None
    assert Client().get("/tasks/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_it_keeps_what_was_typed_beside_a_wrong_key(case: Case) -> None:
    page = (
        Client().post(f"/tasks/{cabinet.task(case).id}/", {"key": "AAAA", "outcome": "found", **TYPED}).content.decode()
    )
    assert 'name="text_1" value="Ada called."' in page


def test_it_shows_whom_to_look_for_and_no_more(case: Case) -> None:
    page = cabinet.post(case).content.decode()
    assert NAME_SHOWN in page
    assert "Paper cabinet" in page
    for not_needed in ("@example", case.reference, "469"):
        assert not_needed not in page.partition("<dl")[2].partition("</dl>")[0]


def test_it_puts_the_key_into_no_address(case: Case) -> None:
    key = cabinet.key(cabinet.mails(case)[-1])
    answer = cabinet.post(case)
    assert 'method="post"' in answer.content.decode()
    assert key not in answer.content.decode().replace(f'value="{key}"', "")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_it_takes_a_key_however_it_was_copied(case: Case) -> None:
    key = cabinet.key(cabinet.mails(case)[-1])
    for copied in (key.lower(), key.replace("-", ""), f"  {key.replace('-', ' ')} "):
        assert NAME_SHOWN in Client().post(f"/tasks/{cabinet.task(case).id}/", {"key": copied}).content.decode()


def test_it_makes_room_for_more_papers_and_loses_nothing(case: Case) -> None:
    page = cabinet.post(case, outcome="found", more="1", remark="Two boxes", **TYPED).content.decode()
    assert "Ada called." in page
    assert "Two boxes" in page
    assert 'name="paper_5"' in page
    assert cabinet.task(case).answered_at is None


# --- answering -----------------------------------------------------------------------------------------------------


def test_it_takes_typed_papers_as_records_and_goes_on(case: Case) -> None:
    assert b"Thank you" in cabinet.post(case, outcome="found", remark="Drawer was wet.", **TYPED).content
    work("search")
    case.refresh_from_db()
    assert case.state == State.REDACTING
    assert papers(case) == [{"paper": "Intake form", "place": "Drawer 4", "dated": "2023", "text": "Ada called."}]
    answered = search(case, "cabinet")
    assert (answered.state, answered.reason, answered.rows_found) == ("answered", "", 1)
    assert answered.identifiers_used["name"] == 1
    assert case.events.filter(kind="owner:answered").count() == 1
    assert [text for row, text in messages.read(case, notes=True) if row.direction == Message.Direction.NOTE] == [
        "Drawer was wet."
    ]


def test_it_reads_the_files_that_were_handed_in(case: Case) -> None:
    letter = SimpleUploadedFile("letter.txt", b"Dear Ada Quillfeather, your form arrived.")
    image = SimpleUploadedFile("scan.png", picture())
    cabinet.post(case, outcome="found", papers="0", copies=[letter, image])
    work("search")
    assert [row["text"] for row in papers(case)] == ["Dear Ada Quillfeather, your form arrived.", ""]
    assert search(case, "cabinet").rows_found == 2
    assert search(case, "cabinet").warnings == [
        "file 2 of the owner's answer: this kind of document is not read; an analyst must look at it"
    ]
    assert set(case.evidence.values_list("purpose", flat=True)) == {Evidence.Purpose.OWNER}


def test_it_takes_nothing_found_for_an_answer(case: Case) -> None:
    cabinet.post(case, outcome="nothing", papers="2")
    work("search")
    case.refresh_from_db()
    assert case.state == State.REDACTING
    assert (search(case, "cabinet").state, search(case, "cabinet").rows_found) == ("answered", 0)


def test_it_says_why_a_place_cannot_be_searched(case: Case) -> None:
    assert b"Say why it cannot be done." in cabinet.post(case, outcome="cannot", papers="0").content
    cabinet.post(case, outcome="cannot", papers="0", remark="Sorted by year of scanning only.")
    work("search")
    case.refresh_from_db()
    assert case.state == State.REDACTING
    assert (search(case, "cabinet").state, search(case, "cabinet").reason) == ("not_searched", "OPS-02")


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"outcome": "", **TYPED}, "Choose your answer."),
        ({"outcome": "<b>", **TYPED}, "is not one of the available choices"),
        ({"outcome": "nothing", **TYPED}, "answer that you found some"),
        ({"outcome": "found", "papers": "2"}, "Hand in a copy of what you found"),
        ({"outcome": "found", "papers": "-1"}, "greater than or equal to 0"),
        ({"outcome": "found", "papers": "9999999999"}, "less than or equal to 60"),
        ({"outcome": "found", **TYPED, "text_1": "x" * 5001}, "at most 5000 characters"),
        ({"outcome": "found", **TYPED, "text_1": "x\x00"}, "Null characters are not allowed"),
    ],
)
def test_it_refuses_what_is_no_answer_and_keeps_what_was_typed(
    case: Case, said: dict[str, str], complaint: str
) -> None:
    page = cabinet.post(case, **{**said, "remark": "Two boxes"}).content.decode()
    assert complaint in page
    assert "Two boxes" in page
    assert ("Intake form" in page) == ("paper_1" in said)
    assert cabinet.task(case).answered_at is None


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        ("empty.txt", b"", "empty"),
        ("letter.exe", b"MZ\x90\0", "Send a PDF, PNG, JPEG or plain text file"),
        ("letter.pdf", b"just words", "Send a PDF, PNG, JPEG or plain text file"),
        ("page.txt", b"%PDF-1.7 not words", "Send a PDF, PNG, JPEG or plain text file"),
    ],
)
def test_it_keeps_no_file_that_is_not_what_it_says(case: Case, name: str, body: bytes, complaint: str) -> None:
    good = SimpleUploadedFile("good.txt", b"This one is in order.")
    page = cabinet.post(case, outcome="found", copies=[good, SimpleUploadedFile(name, body)], **TYPED).content.decode()
    assert complaint in page
    assert "Ada called." in page
    assert not case.evidence.exists()
    assert papers(case) == []


def test_it_refuses_files_that_are_too_large_together(case: Case) -> None:
    with override_settings(UMBS_UPLOAD_MAX_BYTES=1000):
        big = SimpleUploadedFile("big.txt", b"x" * 80_000)
        page = cabinet.post(case, outcome="found", copies=[big], **TYPED).content.decode()
    assert "Send smaller copies" in page
    assert not case.evidence.exists()


def test_it_shows_markup_as_what_was_typed(case: Case) -> None:
    page = cabinet.post(case, outcome="", papers="1", text_1="</textarea><script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_it_refuses_a_second_answer_kindly(case: Case) -> None:
    cabinet.post(case, outcome="found", **TYPED)
    again = cabinet.post(case, outcome="found", **{**TYPED, "text_1": "Something else."})
    assert b"This task is answered" in again.content
    assert b"Quillfeather" not in again.content
    work("search")
    assert [row["text"] for row in papers(case)] == ["Ada called."]


def test_it_closes_when_the_key_is_too_old(case: Case) -> None:
    with time_machine.travel(cabinet.task(case).key_expires_at + timedelta(minutes=1)):
        assert b"This key is too old" in cabinet.post(case).content


def test_it_closes_when_the_case_no_longer_waits(case: Case) -> None:
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    answer = cabinet.post(case, outcome="found", **TYPED)
    assert b"This task is no longer needed" in answer.content
    assert b"Quillfeather" not in answer.content
    assert papers(case) == []


def test_it_takes_no_answer_for_a_search_that_was_begun_anew(case: Case) -> None:
    old = cabinet.key(cabinet.mails(case)[-1])
    first = cabinet.task(case)
    review.retry(case_id=case.id, by=staff(user(Role.OFFICER)))
    work("gather", "search")
    answer = Client().post(f"/tasks/{first.id}/", {"key": old, "outcome": "found", **TYPED})
    assert b"This task is no longer needed" in answer.content
    assert ManualTask.objects.filter(case_id=case.id).count() == 2
    assert papers(case) == []


# --- the ladder ----------------------------------------------------------------------------------------------------


def test_it_asks_again_on_the_rungs_of_the_ladder() -> None:
    due, today = date(2026, 3, 20), date(2026, 3, 6)
    rungs = [chase.next_on(due, chases, today) for chases in range(5)]
    assert rungs == [date(2026, 3, day) for day in (15, 21, 25, 29)] + [date(2026, 4, 2)]
    assert chase.next_on(due, 0, date(2026, 3, 30)) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("answer_due", "due"),
    [(None, "2026-03-20"), ("2026-05-01", "2026-03-20"), ("2026-03-25", "2026-03-15"), ("2026-03-07", "2026-03-08")],
)
def test_it_leaves_the_owner_two_weeks_or_what_the_law_leaves(answer_due: str | None, due: str) -> None:
    law = date.fromisoformat(answer_due) if answer_due else None
    assert chase.due_on(date(2026, 3, 6), law) == date.fromisoformat(due)


def test_it_chases_with_a_new_key_each_time_and_then_tells_an_officer(case: Case) -> None:
    due = cabinet.task(case).due_on
    days = [due + timedelta(days=after) for after in (-6, -5, -4, 1, 4, 5, 8, 9)]
    seen = []
    for day in days:
        with time_machine.travel(f"{day} 18:00:00+00:00"):
            call_command("chase_owners")
            call_command("chase_owners")
            case.refresh_from_db()
            seen.append((len(cabinet.mails(case)) - 1, str(case.attention)))
    failed = Attention.SEARCH_FAILED.value
    assert seen == [(0, ""), (1, ""), (1, ""), (2, ""), (2, ""), (3, failed), (3, failed), (4, failed)]
    keys = [cabinet.key(mail) for mail in cabinet.mails(case)]
    assert len(set(keys)) == 5
    page = f"/tasks/{cabinet.task(case).id}/"
    with time_machine.travel(f"{days[-1]} 19:00:00+00:00"):
        opens = [NAME_SHOWN in Client().post(page, {"key": key}).content.decode() for key in keys]
        assert opens == [False, False, False, False, True]
        cabinet.post(case, outcome="nothing", papers="0")
        work("search")
        case.refresh_from_db()
        assert (case.state, case.attention) == (State.REDACTING, "")
    with time_machine.travel(f"{due + timedelta(days=40)} 18:00:00+00:00"):
        assert owners.chase_all() == 0


def test_it_chases_nobody_for_a_case_that_has_ended(case: Case) -> None:
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    with time_machine.travel(f"{cabinet.task(case).due_on} 18:00:00+00:00"):
        assert owners.chase_all() == 0
    assert len(cabinet.mails(case)) == 1
    assert cabinet.task(case).revoked_at


def test_it_tells_an_officer_at_once_when_the_source_was_taken_away(case: Case) -> None:
    models.DataSource.objects.filter(key="cabinet").delete()
    with time_machine.travel(f"{cabinet.task(case).due_on} 18:00:00+00:00"):
        owners.chase_all()
    case.refresh_from_db()
    assert case.attention == Attention.SEARCH_FAILED


def test_it_sweeps_every_day(fresh_stage: Stage) -> None:
    daily.order_daily_sweeps()
    assert models.Job.objects.filter(kind="daily", payload__sweep="chase_owners").count() == 1
