"""Letters by post: printed together, marked together, and taken back on the day of a mistake."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from requests_app import selectors
from requests_app.casefile import deliver
from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.lifecycle import State
from requests_app.models import Case, Channel, EventKind, Notice
from requests_app.permissions import SYSTEM, Role, staff
from requests_app.services import clock, extension, notices, post
from tests import factories
from tests.characters import NOBODY_ONLINE, user

pytestmark = pytest.mark.django_db
PATH = "/staff/post/"


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL, settings.UMBS_STAFF_MFA = f"file://{tmp_path}", False


def pdf(pages: int) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as empty:
        for _ in range(pages):
            empty.add_blank_page()
        empty.save(made)
    return made.getvalue()


def letter(pages: int = 1, kind: Notice.Kind = Notice.Kind.ACKNOWLEDGEMENT, case: Case | None = None) -> Notice:
    case = case or factories.opened(person=NOBODY_ONLINE, channel=Channel.MAIL)
    notice = case.notices.get(kind=kind)
    deliver.attach_letter(notice.id, name=f"{kind}.pdf", pdf=pdf(pages))
    notice.refresh_from_db()
    return notice


def clerk() -> Client:
    client = Client()
    client.force_login(user(Role.INTAKE))
    return client


def posted(notice: Notice, on: date | None = None) -> Notice:
    notices.posted(notice_id=notice.id, by=staff(user(Role.INTAKE)), on=on or clock.today())
    notice.refresh_from_db()
    return notice


# --- printing ----------------------------------------------------------------------------------------------------


def test_it_prints_the_chosen_letters_as_one_file_each_from_a_new_sheet() -> None:
    one, two, _ = letter(1), letter(2), letter(3)
    answer = clerk().post(f"{PATH}chosen/", {"act": "print", "letters": [str(one.id), str(two.id)]})
    assert answer["Content-Disposition"] == 'attachment; filename="letters.pdf"'
    with pikepdf.open(io.BytesIO(b"".join(answer))) as whole:  # type: ignore[arg-type]
        assert len(whole.pages) == 1 + 1 + 2
    for read in (one, two):
        assert read.case.events.filter(kind=EventKind.DELIVERABLE_FETCHED).count() == 1
        read.refresh_from_db()
        assert read.state == Notice.State.TO_POST


def test_it_prints_nothing_that_is_not_waiting_and_no_more_than_a_tray_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, waiting = posted(letter()), letter()
    with pytest.raises(NotFound):
        post.bundle(notice_ids=[gone.id], by=staff(user(Role.INTAKE)))
    monkeypatch.setattr(post, "MOST", 0)
    with pytest.raises(NotValid):
        post.bundle(notice_ids=[waiting.id], by=staff(user(Role.INTAKE)))


def test_it_prints_for_nobody_who_may_not_post() -> None:
    with pytest.raises(NotAllowed):
        post.bundle(notice_ids=[letter().id], by=staff(user(Role.AUDITOR)))


def test_it_tells_an_officer_which_package_goes_into_the_envelope_and_a_clerk_only_that_one_has_to() -> None:
    case = factories.case_in(State.FULFILLING)
    factories.package(case)
    notices.order(case, Notice.Kind.READY, by=SYSTEM, key="ready", by_post=True)
    letter(kind=Notice.Kind.READY, case=case)
    officer = Client()
    officer.force_login(user(Role.OFFICER))
    link = reverse("staff:document", args=[case.deliverables.get(kind="package").id])
    shown, hidden = (client.get(PATH).content.decode() for client in (officer, clerk()))
    assert link in shown
    assert link not in hidden
    assert "An officer prints the answer" in hidden


# --- marking -----------------------------------------------------------------------------------------------------


def test_it_marks_all_letters_shown_at_once() -> None:
    one, two = letter(), letter()
    answer = clerk().post(f"{PATH}chosen/", {"act": "posted", "every": "on", "on": clock.today()}, follow=True)
    assert "2 letters posted." in answer.content.decode()
    assert "The tray is empty." in answer.content.decode()
    for notice in (one, two):
        notice.refresh_from_db()
        assert (notice.state, notice.posted_on) == (Notice.State.POSTED, clock.today())
        assert notice.case.clocks.get(kind="acknowledge").ended == "met"


def test_all_letters_shown_are_those_that_were_searched_for() -> None:
    one, other = letter(), letter()
    client = clerk()
    shown = client.get(PATH, {"reference": one.case.reference[:6].lower()}).content.decode()
    assert one.case.reference in shown
    assert other.case.reference not in shown
    client.post(
        f"{PATH}chosen/", {"act": "posted", "every": "on", "reference": one.case.reference, "on": clock.today()}
    )
    other.refresh_from_db()
    assert other.state == Notice.State.TO_POST
    assert "No letter of such a case" in client.get(PATH, {"reference": "nothing"}).content.decode()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"act": "posted", "on": "2026-01-01"}, "Choose at least one letter."),
        ({"act": "print"}, "Choose at least one letter."),
        ({"act": "posted", "every": "on"}, "Give the day of posting."),
        ({"act": "posted", "every": "on", "on": "tomorrow"}, "Give the day of posting."),
        ({"act": "posted", "every": "on", "on": "1999-01-01"}, "not before the request came in"),
        ({"act": "posted", "every": "on", "on": "2999-01-01"}, "not in the future"),
        ({"act": "posted", "letters": "00000000-0000-4000-8000-000000000000", "on": "2026-01-01"}, "no longer waits"),
        ({"act": "print", "letters": "nonsense"}, "no longer waits"),
    ],
)
def test_it_says_what_is_wrong_and_posts_nothing(said: dict[str, str], told: str) -> None:
    waiting = letter()
    answer = clerk().post(f"{PATH}chosen/", said)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == Notice.State.TO_POST


def test_it_keeps_what_was_ticked_when_the_day_is_wrong() -> None:
    waiting = letter()
    answer = clerk().post(f"{PATH}chosen/", {"act": "posted", "letters": str(waiting.id), "on": "2999-01-01"})
    assert f'id="letter-{waiting.id}" checked' in answer.content.decode()


def test_it_shows_in_which_form_the_person_can_read() -> None:
    case = letter().case
    case.reading_format = "braille"
    case.save(update_fields=["reading_format"])
    assert "Braille" in clerk().get(PATH).content.decode()


# --- taking back -------------------------------------------------------------------------------------------------


@pytest.fixture
def morning() -> Iterator[None]:
    """Ten in the morning in Dallas, so that the day does not end in the middle of a test."""
    with time_machine.travel("2026-03-03T16:00:00+00:00", tick=True):
        yield


@pytest.mark.usefixtures("morning")
def test_it_takes_a_letter_back_on_the_same_day_and_its_clock_runs_again() -> None:
    notice = posted(letter())
    case = notice.case
    answer = clerk().post(f"{PATH}{notice.id}/undo/", follow=True)
    assert f"Back in the tray: {case.reference}." in answer.content.decode()
    notice.refresh_from_db()
    assert (notice.state, notice.posted_on, notice.sent_at) == (Notice.State.TO_POST, None, None)
    assert case.clocks.get(kind="acknowledge").is_running
    said = case.events.get(kind=EventKind.NOTICE_NOT_POSTED)
    assert said.payload == {"notice": str(notice.id), "clocks": ["acknowledge"]}
    case.refresh_from_db()
    assert case.next_due_on == case.clocks.get(kind="acknowledge").due_on
    assert posted(notice).state == Notice.State.POSTED
    assert case.clocks.get(kind="acknowledge").ended == "met"


@pytest.mark.usefixtures("morning")
def test_it_takes_nothing_back_on_another_day() -> None:
    notice = posted(letter())
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert list(selectors.posted_today(user(Role.INTAKE))) == []
        with pytest.raises(WrongState):
            post.not_posted(notice_id=notice.id, by=staff(user(Role.INTAKE)))


def test_it_takes_nothing_back_that_was_not_posted() -> None:
    waiting = letter()
    with pytest.raises(WrongState):
        post.not_posted(notice_id=waiting.id, by=staff(user(Role.INTAKE)))
    assert clerk().post(f"{PATH}{waiting.id}/undo/").status_code == 404


@pytest.mark.usefixtures("morning")
def test_it_leaves_clocks_that_something_else_ended() -> None:
    notice = posted(letter())
    case = notice.case
    factories.withdrawn(case)
    assert case.clocks.get(kind="answer").ended == "stopped" or case.clocks.get(kind="answer").is_running
    before = {row.kind: row.ended for row in case.clocks.all()}
    post.not_posted(notice_id=notice.id, by=staff(user(Role.INTAKE)))
    after = {row.kind: row.ended for row in case.clocks.all()}
    assert after == before | {"acknowledge": ""}


@pytest.mark.usefixtures("morning")
def test_it_takes_a_late_notice_back_and_gives_the_extension_back_only_to_one_that_was_in_time() -> None:
    case = letter().case
    extension.extend(case_id=case.id, by=staff(user(Role.OFFICER)), reason="The archive is read by hand, page by page.")
    answer = case.clocks.get(kind="answer")
    notice = letter(kind=Notice.Kind.EXTENSION, case=case)
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        posted(notice)
        post.not_posted(notice_id=notice.id, by=staff(user(Role.INTAKE)))
        notice.refresh_from_db()
        assert notice.state == Notice.State.TO_POST
        assert case.clocks.get(kind="answer").due_on == answer.first_due_on, "unposted, it is as late"
        posted(notice, on=answer.notice_by)
    row = case.clocks.get(kind="answer")
    assert (row.due_on, row.derivation[-1]["code"]) == (answer.due_on, "extended")


def test_it_lets_nobody_take_back_who_may_not_post() -> None:
    with pytest.raises(NotAllowed):
        post.not_posted(notice_id=posted(letter()).id, by=staff(user(Role.AUDITOR)))
