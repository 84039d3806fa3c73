"""Mail goes out once, waits while it can pass, and fails where people see it (security F15, T21)."""

from __future__ import annotations

import random
from collections import Counter
from email.message import EmailMessage

import pytest
from django.db import transaction
from django.db.models.functions import Now
from pytest_django import Settings

from fulfillment import jobs, mail, models, tasks
from fulfillment.models import EffectState, JobState
from requests_app.models import Attention, Case, CaseEvent, EventKind, Notice
from requests_app.permissions import SYSTEM
from requests_app.services import notices
from tests import factories
from tests.services.smtp import Fault, Sink
from tests.services.stage import Stage
from umbs_privacy.servers.server import free_port

pytestmark = pytest.mark.slow
HEADERS = {"Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"}


@pytest.fixture
def case(fresh_sqlite: Stage, smtp_sink: Sink, settings: Settings) -> Case:
    """A case whose acknowledgement has already gone out, at a company that sends by SMTP."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", smtp_sink.port, 1
    opened = factories.opened()
    work()
    assert opened.notices.exclude(state=Notice.State.SENT).count() == 0
    smtp_sink.messages.clear()
    return opened


def order(case: Case, key: str = "one", *, to: str = "ada@example.org") -> Notice:
    with transaction.atomic():
        return notices.order(case, Notice.Kind.MESSAGE, by=SYSTEM, key=key, to=to)


def work() -> None:
    """Let every mail that waits be tried now."""
    models.Job.objects.filter(kind="mail", state=JobState.READY).update(not_before=Now())
    for job_id in models.Job.objects.filter(kind="mail", state=JobState.READY).values_list("pk", flat=True):
        tasks.run(job_id)


def job_of(notice: Notice) -> models.Job:
    return models.Job.objects.get(key=f"{notice.case_id}:mail:{notice.id}")


def state_of(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def ids(messages: list[EmailMessage]) -> Counter[str]:
    return Counter(str(message["Message-ID"]) for message in messages)


def test_it_sends_a_notice_once_under_an_id_of_its_own(case: Case, smtp_sink: Sink) -> None:
    notice = order(case)
    work()
    tasks.run(job_of(notice).pk)
    (message,) = smtp_sink.messages
    assert set(message.keys()) == HEADERS
    assert message["Message-ID"] == f"<{notice.id}@127.0.0.1>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "ada@example.org"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert state_of(notice) == Notice.State.SENT
    assert bytes(notice.sealed) == b""


def test_it_sends_nothing_for_a_notice_that_was_sent(case: Case, smtp_sink: Sink) -> None:
    notice = order(case)
    work()
    models.Job.objects.filter(pk=job_of(notice).pk).update(state=JobState.READY)
    work()
    assert len(smtp_sink.messages) == 1


def test_it_reports_a_mail_that_was_sent_by_a_worker_who_died_before_saying_so(case: Case, smtp_sink: Sink) -> None:
    notice = order(case)
    models.Effect.objects.create(
        key=f"mail:{notice.id}", job=job_of(notice), state=EffectState.DONE, outcome={"sent": 1}, done_at=Now()
    )
    work()
    assert smtp_sink.messages == []
    assert state_of(notice) == Notice.State.SENT


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.SLOW, Fault.ACCEPTS_THEN_DIES])
def test_it_waits_for_a_mail_server_in_trouble(case: Case, smtp_sink: Sink, fault: Fault) -> None:
    notice = order(case)
    smtp_sink.fault = fault
    work()
    waiting = job_of(notice)
    assert (waiting.state, waiting.attempts, state_of(notice)) == (JobState.READY, 0, Notice.State.ORDERED)
    assert waiting.last_error in {"SMTPDataError", "TimeoutError", "SMTPServerDisconnected"}
    smtp_sink.fault = Fault.NONE
    work()
    assert state_of(notice) == Notice.State.SENT
    assert len(ids(smtp_sink.messages)) == 1


def test_it_waits_for_a_mail_server_that_is_gone(case: Case, smtp_sink: Sink, settings: Settings) -> None:
    notice = order(case)
    settings.EMAIL_PORT = free_port()
    for tried in range(jobs.ATTEMPTS + 2):
        work()
        assert models.Attempt.objects.filter(job=job_of(notice)).count() == tried + 1
    assert (job_of(notice).state, job_of(notice).last_error) == (JobState.READY, "ConnectionRefusedError")
    settings.EMAIL_PORT = smtp_sink.port
    work()
    assert state_of(notice) == Notice.State.SENT
    assert len(smtp_sink.messages) == 1


def test_it_gives_up_where_people_see_it_after_three_days(
    case: Case, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TRIES", 3)
    notice = order(case)
    settings.EMAIL_PORT = free_port()
    for _ in range(3):
        work()
    assert_it_failed(notice, "no mail server took it for three days")
    assert models.Attempt.objects.filter(job=job_of(notice)).count() == mail.TRIES


def test_it_shows_an_address_that_the_server_refuses(case: Case, smtp_sink: Sink) -> None:
    notice = order(case)
    smtp_sink.fault = Fault.REFUSED
    work()
    assert_it_failed(notice, "the mail server refuses it for good (550)")
    assert len(smtp_sink.messages) == 0


def assert_it_failed(notice: Notice, error: str) -> None:
    assert (state_of(notice), notice.error) == (Notice.State.FAILED, error)
    assert job_of(notice).state == JobState.DONE
    assert Case.objects.get(pk=notice.case_id).attention == Attention.NOTICE_FAILED
    events = CaseEvent.objects.filter(case_id=notice.case_id, kind=EventKind.NOTICE_FAILED)
    assert [event.payload["notice"] for event in events] == [str(notice.id)]


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.org\r\nBcc: eve@example.net",
        "ada@example.org\nBcc: eve@example.net",
        "ada@example.org\rBcc: eve@example.net",
        "ada@example.org\x0bBcc: eve@example.net",
        "ada@example.org\u2028Bcc: eve@example.net",
        "ada@example.org\u0085Bcc: eve@example.net",
        "ada@example.org\r\n\r\nHello",
        "ada@example.org, eve@example.net",
        "ada@example.org; eve@example.net",
        "=?utf-8?q?ada=40example.org=0ABcc=3A_eve=40example.net?=",
        "ada@example.org\x00",
        "<script>@",
        "",
    ],
)
def test_it_lets_no_address_write_headers(case: Case, smtp_sink: Sink, to: str) -> None:
    """What comes in through a form has been checked before; this is the last door."""
    notice = order(case, to=to)
    work()
    assert state_of(notice) in {Notice.State.FAILED, Notice.State.SENT}
    for message in smtp_sink.messages:
        assert set(message.keys()) == HEADERS
        assert "eve@example.net" not in str(message["To"])


def test_it_loses_and_doubles_no_mail_through_ten_percent_faults(
    case: Case, smtp_sink: Sink, settings: Settings
) -> None:
    dice = random.Random(15)
    ordered = [order(case, f"mail-{number}") for number in range(200)]
    faults = [Fault.BUSY, Fault.ACCEPTS_THEN_DIES, Fault.REFUSED, Fault.SLOW, None]
    for turn in range(10):
        models.Job.objects.filter(kind="mail", state=JobState.READY).update(not_before=Now())
        for job_id in jobs.ready(limit=1000):
            fault = dice.choice(faults) if turn < 9 and dice.random() < 0.1 else Fault.NONE
            settings.EMAIL_PORT = free_port() if fault is None else smtp_sink.port
            smtp_sink.fault = fault or Fault.NONE
            settings.EMAIL_TIMEOUT = 0.2 if fault is Fault.SLOW else 5
            tasks.run(job_id)
    states = Counter(state_of(notice) for notice in ordered)
    arrived = ids(smtp_sink.messages)
    failed = {notices.message_id(notice) for notice in ordered if notice.state == Notice.State.FAILED}
    doubled = sum(number - 1 for number in arrived.values())
    print(f"\n{dict(states)}; {len(arrived)} arrived, {doubled} more than once (the server took them and died)")
    assert set(states) == {Notice.State.SENT, Notice.State.FAILED}
    sent = {notices.message_id(notice) for notice in ordered if notice.state == Notice.State.SENT}
    assert sent <= set(arrived), "a mail is missing"
    assert sent | failed == {notices.message_id(notice) for notice in ordered}
