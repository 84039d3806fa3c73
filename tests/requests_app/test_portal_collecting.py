"""T8: a package leaves through one door, once per fresh code, and no other way opens it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from requests_app.models import Case, Deliverable, EventKind, User
from requests_app.permissions import Role, staff
from requests_app.services import collect
from tests.requests_app.portal_walk import CASE, COLLECT, STATUS, Visitor, mailed_code, prove, release

pytestmark = pytest.mark.django_db
CONTENTS = b"PK\x03\x04 everything about Ada"


@pytest.fixture(autouse=True)
def _media(tmp_path):
    with override_settings(UMBS_MEDIA_URL=f"file://{tmp_path}"):
        yield


@pytest.fixture
def ada() -> Visitor:
    return Visitor()


@pytest.fixture
def asked(ada: Visitor) -> Case:
    case = ada.ask("access")[0]
    ada.follow(case)
    return prove(case)


@pytest.fixture
def package(asked: Case) -> Deliverable:
    return release(asked, contents=CONTENTS)


def address(document: Deliverable) -> str:
    return f"{CASE}documents/{document.id}/"


def with_fresh_code(visitor: Visitor, case: Case) -> Any:
    visitor.post(COLLECT)
    return visitor.post(COLLECT, {"code": mailed_code(case)})


def fetched(case: Case) -> int:
    return case.events.filter(kind=EventKind.DELIVERABLE_FETCHED).count()


def test_it_gives_the_package_after_a_fresh_code(ada: Visitor, asked: Case, package: Deliverable):
    assert with_fresh_code(ada, asked).headers["Location"] == CASE
    assert "You can now collect your copy" in ada.get(CASE).content.decode()
    answer = ada.post(address(package))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == CONTENTS
    assert answer.headers["Content-Disposition"] == f'attachment; filename="copy-{asked.reference}.zip"'
    assert answer.headers["Content-Length"] == str(len(CONTENTS))
    assert fetched(asked) == 1


def test_it_sends_the_code_only_to_an_address_on_file(ada: Visitor, asked: Case, package: Deliverable):
    ada.post(COLLECT)
    mailed_code(asked)
    assert asked.codes.filter(purpose="collect").values_list("address", flat=True).get() == "email:0"


def test_it_answers_a_replay_with_404(ada: Visitor, asked: Case, package: Deliverable):
    with_fresh_code(ada, asked)
    assert ada.post(address(package)).status_code == 200
    assert ada.post(address(package)).status_code == 404
    assert fetched(asked) == 1


def test_it_answers_without_a_fresh_code_with_404(ada: Visitor, asked: Case, package: Deliverable):
    assert ada.post(address(package)).status_code == 404
    assert fetched(asked) == 0


def test_it_does_not_take_the_code_of_the_status_page(ada: Visitor, asked: Case, package: Deliverable):
    ada.post(STATUS, {"reference": asked.reference})
    page = ada.post(COLLECT, {"code": mailed_code(asked)})
    assert "wrong or no longer valid" in page.content.decode()
    assert ada.post(address(package)).status_code == 404


def test_it_sends_another_session_to_the_reference(ada: Visitor, asked: Case, package: Deliverable):
    with_fresh_code(ada, asked)
    thief = Visitor()
    assert thief.post(address(package)).headers["Location"] == STATUS
    assert fetched(asked) == 0


def test_it_answers_the_session_of_another_case_with_404(ada: Visitor, asked: Case, package: Deliverable):
    thief = Visitor()
    other = thief.ask("access")[0]
    thief.follow(other)
    assert thief.post(address(package)).status_code == 404
    assert fetched(asked) == 0


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_it_is_not_consumed_by_looking(ada: Visitor, asked: Case, package: Deliverable, method: str):
    with_fresh_code(ada, asked)
    answer = getattr(ada, method)(address(package))
    assert answer.status_code == 405
    assert CONTENTS not in answer.content
    assert ada.post(address(package)).status_code == 200


def test_it_ignores_a_range(ada: Visitor, asked: Case, package: Deliverable):
    with_fresh_code(ada, asked)
    answer = ada.post(address(package), headers={"range": "bytes=0-3"})
    assert (answer.status_code, answer.headers["Accept-Ranges"]) == (200, "none")
    assert b"".join(answer.streaming_content) == CONTENTS


def test_it_is_gone_when_it_has_expired(ada: Visitor, asked: Case, package: Deliverable):
    Deliverable.objects.filter(pk=package.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    with_fresh_code(ada, asked)
    assert ada.post(address(package)).status_code == 404
    assert "Your copy is ready" not in ada.get(CASE).content.decode()


def test_it_is_gone_when_it_was_revoked(ada: Visitor, asked: Case, package: Deliverable):
    officer = staff(User.objects.create(username="olga", role=Role.OFFICER.value))
    with_fresh_code(ada, asked)
    collect.revoke(deliverable_id=package.id, by=officer)
    assert ada.post(address(package)).status_code == 404


def test_it_is_gone_when_it_was_collected_often_enough(ada: Visitor, asked: Case, package: Deliverable):
    for _ in range(package.fetches_left or 0):
        with_fresh_code(ada, asked)
        assert ada.post(address(package)).status_code == 200
    with_fresh_code(ada, asked)
    assert ada.post(address(package)).status_code == 404
    assert fetched(asked) == package.fetches_left


def test_it_is_gone_when_the_content_changed_after_the_approval(ada: Visitor, asked: Case, package: Deliverable):
    with_fresh_code(ada, asked)
    Case.objects.filter(pk=asked.pk).update(content_digest="0" * 64)
    assert ada.post(address(package)).status_code == 404


def test_it_forgets_the_permit_after_ten_minutes(ada: Visitor):
    with time_machine.travel("2026-11-24T16:00Z", tick=False) as clock:
        case = ada.ask("access")[0]
        ada.follow(case)
        package = release(prove(case))
        clock.shift(dt.timedelta(seconds=1))
        with_fresh_code(ada, case)
        clock.shift(dt.timedelta(minutes=10, seconds=1))
        assert ada.post(address(package)).status_code == 404


def test_it_gives_nothing_for_a_made_up_document(ada: Visitor, asked: Case):
    assert ada.post(f"{CASE}documents/{asked.id}/").status_code == 404


def test_it_never_lets_a_browser_run_or_keep_the_bytes(ada: Visitor, asked: Case, package: Deliverable):
    with_fresh_code(ada, asked)
    headers = ada.post(address(package)).headers
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]
