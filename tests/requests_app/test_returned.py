"""Mail that came back: read from a mail server's answer, shown as work, posted or settled instead (T21)."""

from __future__ import annotations

import io
import json
import sys
import time
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, EventKind, Message, Notice
from requests_app.permissions import SYSTEM, Role, consumer, staff
from requests_app.services import bounces, clock, extension, messages, notices, returned
from tests.characters import ADA, user
from tests.factories import case_in, code_for, opened
from tests.requests_app.returned_mail import HEADERS, report

pytestmark = pytest.mark.django_db
TWO = replace(ADA, emails=("ada@example.org", "ada.q@example.com"))


def mailed(case: Case) -> Notice:
    """The acknowledgement, taken by the mail server."""
    notice = case.notices.get(kind=Notice.Kind.ACKNOWLEDGEMENT)
    notices.sent(notice.id)
    notice.refresh_from_db()
    return notice


def pipe(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> dict[str, Any]:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("mail_bounce", "--json", stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def bounced(case: Case) -> Notice:
    notice = mailed(case)
    return returned.came_back(bounces.read(report(notice)))


@pytest.mark.parametrize("original", [report.__kwdefaults__["original"], HEADERS], ids=["whole", "headers"])
def test_it_makes_work_of_a_mail_that_came_back(monkeypatch: pytest.MonkeyPatch, original: str) -> None:
    case = opened()
    notice = mailed(case)
    told = pipe(monkeypatch, report(notice, original=original))
    assert told == {"result": "came_back", "reference": case.reference, "notice": str(notice.id)}
    notice.refresh_from_db()
    case.refresh_from_db()
    assert (notice.state, notice.error) == (Notice.State.BOUNCED, "came back: 5.1.1")
    assert case.attention == Attention.NOTICE_FAILED
    assert pipe(monkeypatch, report(notice))["result"] == "came_back"  # told twice
    event = case.events.get(kind=EventKind.NOTICE_BOUNCED)
    assert event.payload == {
        "notice": str(notice.id),
        "kind": "acknowledgement",
        "status": "5.1.1",
        "clocks": ["acknowledge"],
    }
    assert list(chain.verify(case)) == []


def test_it_takes_a_mail_given_up_after_days_for_lost() -> None:
    notice = mailed(opened())
    assert bounces.read(report(notice, status="4.4.7")).status == "4.4.7"
    assert bounces.read(report(notice, status="nonsense")).status == "5.0.0"


def test_it_keeps_that_a_mail_came_back_though_the_sending_is_recorded_later() -> None:
    case = opened()
    notice = case.notices.get(kind=Notice.Kind.ACKNOWLEDGEMENT)
    returned.came_back(bounces.read(report(notice)))
    notices.sent(notice.id)
    notice.refresh_from_db()
    assert notice.state == Notice.State.BOUNCED


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_it_ignores_what_tells_of_no_loss(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    case = opened()
    assert pipe(monkeypatch, report(mailed(case), action=action))["result"] == "ignored"
    case.refresh_from_db()
    assert case.attention == Attention.NONE


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "rubbish": bytes(range(256)) * 40,
    "out of office": b"Subject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday.",
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000)),
    "many parts": b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x\r\n\r\nhello\r\n" * 20_000,
    "many headers": b"X: y\r\n" * 100_000 + b"\r\n",
    "no charset": b'Content-Type: text/plain; charset="none-such"\r\nSubject: =?none?b?////?=\r\n\r\n\xff\xfe',
    "broken status": b'Content-Type: multipart/report; boundary="x"\r\n\r\n--x\r\n'
    b"Content-Type: message/delivery-status\r\n\r\n\r\n\r\n--x--",
    "huge": b"Subject: x\r\n\r\n" + b"a" * (2 * bounces.LARGEST),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_ignores_whatever_else_comes_at_once(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    began = time.monotonic()
    assert pipe(monkeypatch, raw)["result"] == "ignored"
    assert time.monotonic() - began < 3


def test_it_believes_no_answer_about_another_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = mailed(opened())
    here = notices.message_id(notice).partition("@")[2]
    for named in (f"<{uuid4()}@{here}", f"<{notice.id}@elsewhere.example>", "<1@mx>", f"{notice.id}", "<" * 5000):
        assert pipe(monkeypatch, report(notice, message_id=named))["result"] == "ignored"
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT


def test_it_takes_a_message_by_its_number() -> None:
    case = opened()
    out = io.StringIO()
    call_command("mail_bounce", "--notice", str(mailed(case).id), "--status", "5.2.2", "--json", stdout=out)
    assert json.loads(out.getvalue())["reference"] == case.reference
    call_command("mail_bounce", "--notice", str(uuid4()), stdout=out)
    assert "There is no such mail." in out.getvalue()


def test_it_turns_a_mail_that_came_back_into_a_letter() -> None:
    case = opened()
    notice = bounced(case)
    assert returned.seen(notice).can_be_posted
    letter = returned.post(notice_id=notice.id, by=staff(user(Role.INTAKE)))
    assert (letter.kind, letter.medium, letter.state) == ("acknowledgement", "post", "ordered")
    assert notices.content(letter)["parameters"] == notices.content(notice)["parameters"]
    assert notices.content(letter)["parameters"]["right"] == "access"
    case.refresh_from_db()
    assert case.attention == Attention.NONE
    assert not returned.waiting().exists()
    with pytest.raises(WrongState, match="already"):
        returned.post(notice_id=notice.id, by=staff(user(Role.INTAKE)))


def test_it_sends_to_another_address_of_the_person_and_to_no_other() -> None:
    case = opened(person=TWO)
    notice = bounced(case)
    assert returned.seen(notice).others == ("ada.q@example.com",)
    for to in ("mallory@example.net", "ada@example.org", ""):
        with pytest.raises(NotValid):
            returned.send_elsewhere(notice_id=notice.id, by=staff(user(Role.INTAKE)), to=to)
    assert returned.waiting().count() == 1
    again = returned.send_elsewhere(notice_id=notice.id, by=staff(user(Role.INTAKE)), to="ada.q@example.com")
    assert notices.content(again)["to"] == "ada.q@example.com"


def test_it_says_what_to_do_where_there_is_nothing_to_write_on_the_envelope() -> None:
    case = opened(person=replace(ADA, postal_address=""))
    notice = bounced(case)
    shown = returned.seen(notice)
    assert (shown.can_be_posted, shown.others) == (False, ())
    assert "Call the person" in shown.advice
    with pytest.raises(NotValid, match="no postal address"):
        returned.post(notice_id=notice.id, by=staff(user(Role.INTAKE)))
    with pytest.raises(NotValid):
        returned.settle(notice_id=notice.id, by=staff(user(Role.INTAKE)), note=" ")
    returned.settle(notice_id=notice.id, by=staff(user(Role.INTAKE)), note="Rang her; she reads the status page.")
    assert case.messages.get(direction=Message.Direction.NOTE)
    assert not returned.waiting().exists()


def test_it_never_prints_a_code() -> None:
    case = opened()
    code_for(case)
    notice = case.notices.get(kind=Notice.Kind.CODE)
    notices.sent(notice.id)
    returned.came_back(bounces.read(report(notice)))
    notice.refresh_from_db()
    assert bytes(notice.sealed) == b""
    with pytest.raises(NotValid):
        returned.post(notice_id=notice.id, by=staff(user(Role.INTAKE)))
    assert "expired" in returned.seen(notice).advice


def test_it_lets_only_those_who_post_letters_deal_with_it() -> None:
    notice = bounced(opened())
    for role in (Role.AUDITOR, Role.ADMIN):
        with pytest.raises(NotAllowed):
            returned.post(notice_id=notice.id, by=staff(user(role)))


def test_it_shows_what_came_back_and_what_is_unread_in_the_queue(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    case, wrote = opened(person=TWO), opened()
    notice = bounced(case)
    messages.write(case_id=wrote.id, by=consumer(wrote.id), text="Are you there?")
    client = Client()
    client.force_login(user(Role.OFFICER), backend="django.contrib.auth.backends.ModelBackend")
    queue = client.get("/staff/?view=wrote")
    assert wrote.reference.encode() in queue.content
    assert case.reference.encode() not in queue.content
    assert (queue.context["returned"], {v: n for v, _l, n in queue.context["views"]}["wrote"]) == (1, 1)
    page = client.get("/staff/returned/")
    assert b"Print and post it" in page.content
    assert b"ada.q@example.com" in page.content
    place = f"/staff/returned/{notice.id}/"
    assert b"Choose what to do." in client.post(place, {}, follow=True).content
    assert b"one of the other addresses" in client.post(place, {"what": "send", "to": "x"}, follow=True).content
    assert b"The letter is being made" in client.post(place, {"what": "post"}, follow=True).content
    assert b"Nothing came back." in client.get("/staff/returned/").content
    assert client.post(place, {"what": "post"}).status_code == 404
    messages.write(case_id=wrote.id, by=staff(user(Role.OFFICER)), text="Yes.")
    assert client.get("/staff/?view=wrote").context["page"].rows == []


# --- the clocks ---------------------------------------------------------------------------------------------------


def running(case: Case) -> dict[str, date]:
    return {row.kind: row.due_on for row in case.clocks.filter(ended="")}


def answered() -> tuple[Case, Notice]:
    """Closed, with the mail about its package."""
    case = case_in(State.CLOSED)
    ready = notices.order(case, Notice.Kind.READY, by=SYSTEM, key="ready", parameters={})
    notices.sent(ready.id)
    ready.refresh_from_db()
    return case, ready


def test_it_lets_the_clock_run_on_that_the_lost_mail_had_met_and_the_letter_meets_it() -> None:
    case = opened()
    first = running(case)
    mail = mailed(case)
    assert "acknowledge" not in running(case)
    returned.came_back(bounces.read(report(mail)))
    case.refresh_from_db()
    assert running(case) == first
    assert case.next_due_on == min(first.values())
    assert case.events.get(kind=EventKind.NOTICE_BOUNCED).payload["clocks"] == ["acknowledge"]
    letter = returned.post(notice_id=mail.id, by=staff(user(Role.INTAKE)))
    Notice.objects.filter(pk=letter.pk).update(state=Notice.State.TO_POST)
    notices.posted(notice_id=letter.id, by=staff(user(Role.INTAKE)), on=clock.today())
    assert case.clocks.get(kind="acknowledge").ended == "met"


def test_it_lets_no_clock_run_on_that_another_message_has_met() -> None:
    case = opened()
    first = mailed(case)
    again = notices.order(case, Notice.Kind.ACKNOWLEDGEMENT, by=SYSTEM, key="again", parameters={}, by_post=True)
    Notice.objects.filter(pk=again.pk).update(state=Notice.State.POSTED)
    returned.came_back(bounces.read(report(first)))
    assert "acknowledge" not in running(case)


def test_it_takes_the_word_of_whoever_told_the_person_in_another_way() -> None:
    case = opened()
    notice = bounced(case)
    returned.settle(notice_id=notice.id, by=staff(user(Role.OFFICER)), note="Told by phone; Ada wrote it down.")
    assert case.clocks.get(kind="acknowledge").ended == "met"


def test_it_keeps_the_answer_owed_on_a_closed_case_whose_answer_came_back() -> None:
    case, ready = answered()
    assert case.clocks.get(kind="answer").ended == "met"
    returned.came_back(bounces.read(report(ready)))
    assert "answer" in running(case)
    case.refresh_from_db()
    assert (case.attention, case.next_due_on) == (Attention.NOTICE_FAILED, running(case)["answer"])
    clock.settle(case, by=SYSTEM)
    assert "answer" in running(case)


def test_it_believes_that_the_answer_arrived_when_it_was_fetched() -> None:
    case, ready = answered()
    with transaction.atomic():
        chain.append(case.id, EventKind.DELIVERABLE_FETCHED, by=consumer(case.id), payload={"kind": "package"})
    returned.came_back(bounces.read(report(ready)))
    assert running(case) == {}


def test_it_counts_the_first_date_while_the_notice_of_an_extension_is_lost() -> None:
    officer = staff(user(Role.OFFICER))
    with time_machine.travel("2026-01-31T05:30:00Z", tick=False) as now:
        case = opened()
        row = extension.extend(case_id=case.id, by=officer, reason="Two of our systems were being moved to a new host.")
        assert row.notice_by is not None
        later, told = row.due_on, case.notices.get(kind=Notice.Kind.EXTENSION)
        notices.sent(told.id)
        returned.came_back(bounces.read(report(told)))
        assert running(case)["answer"] == row.first_due_on
        assert case.clocks.get(kind="answer").derivation[-1]["text"].startswith("The notice of the extension came back")
        letter = returned.post(notice_id=told.id, by=officer)
        Notice.objects.filter(pk=letter.pk).update(state=Notice.State.TO_POST)
        now.move_to("2026-02-10T18:00:00Z")
        notices.posted(notice_id=letter.id, by=officer, on=row.notice_by.replace(month=2, day=9))
        assert running(case)["answer"] == later
        assert list(chain.verify(case)) == []


def test_it_prints_no_notice_of_an_extension_for_which_it_is_too_late() -> None:
    officer = staff(user(Role.OFFICER))
    with time_machine.travel("2026-01-31T05:30:00Z", tick=False) as now:
        case = opened()
        extension.extend(case_id=case.id, by=officer, reason="Two of our systems were being moved to a new host.")
        told = case.notices.get(kind=Notice.Kind.EXTENSION)
        notices.sent(told.id)
        returned.came_back(bounces.read(report(told)))
        assert returned.seen(told).can_be_posted
        now.move_to("2026-03-20T18:00:00Z")
        told.refresh_from_db()
        assert not returned.seen(told).can_be_posted
        with pytest.raises(NotValid, match="the first date counts"):
            returned.post(notice_id=told.id, by=officer)
