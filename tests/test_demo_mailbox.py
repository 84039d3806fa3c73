"""The demo's mailbox page: what was mailed can be read there, and outside the demo there is no such page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from umbs_privacy.demo import mailbox
from umbs_privacy.demo.views import show_mailbox

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def mailbox_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.DEMO = True
    return tmp_path


def send(folder: Path, subject: str, text: str, date: str) -> None:
    message = EmailMultiAlternatives(subject, text, to=["ada.marlowe@example.org"], headers={"Date": date})
    message.attach_alternative(f"<p>{text}</p>", "text/html")
    get_connection(FILES, file_path=str(folder)).send_messages([message])


def test_it_shows_what_was_mailed_the_newest_first(rf: RequestFactory, mailbox_folder: Path) -> None:
    send(
        mailbox_folder, "We received your request", "Your reference is 7K4M-29QF-X.", "Tue, 24 Nov 2026 09:00:00 +0000"
    )
    send(mailbox_folder, "Your code", "Enter 123456 <now>.", "Tue, 24 Nov 2026 09:05:00 -0000")
    with timezone.override("America/Chicago"):
        page = show_mailbox(rf.get("/demo/mailbox/")).content.decode()
    assert ("3:05 a.m." in page, "3 a.m." in page) == (True, True)  # in Dallas
    assert page.index("Your code") < page.index("We received your request")
    assert "Enter 123456 &lt;now&gt;." in page


def test_it_waits_for_the_end_of_a_message(mailbox_folder: Path) -> None:
    send(mailbox_folder, "Your code", "Enter 123456.", "Tue, 24 Nov 2026 09:05:00 +0000")
    (file,) = mailbox_folder.glob("*.log")
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    assert mailbox.messages() == []
    file.write_bytes(whole)
    assert [message["Subject"] for message in mailbox.messages()] == ["Your code"]


def test_it_says_so_when_nothing_was_mailed(rf: RequestFactory, mailbox_folder: Path) -> None:
    assert "No message has been sent yet" in show_mailbox(rf.get("/demo/mailbox/")).content.decode()


def test_it_is_absent_outside_the_demo(rf: RequestFactory, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(Http404):
        show_mailbox(rf.get("/demo/mailbox/"))
