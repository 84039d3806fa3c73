"""Calls that are no case yet: sealed, one's own, parked, and gone in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.models import CallDraft
from requests_app.permissions import Role, staff
from requests_app.services import drafts
from tests.characters import user

pytestmark = pytest.mark.django_db
WORDS = "I want a copy, my name is Ada Quillfeather"


@pytest.fixture
def iris():
    return staff(user(Role.INTAKE))


@pytest.fixture
def draft(iris) -> CallDraft:
    begun = drafts.begin(by=iris, channel="phone")
    return drafts.save(draft_id=begun.id, by=iris, typed={"words": WORDS})


def test_it_keeps_what_was_typed_field_by_field(draft, iris) -> None:
    drafts.save(draft_id=draft.id, by=iris, typed={"given_name": "Ada"})
    kept = drafts.answers(drafts.get(draft.id, by=iris))
    assert kept == {"channel": "phone", "words": WORDS, "given_name": "Ada"}


def test_it_seals_it_to_its_row(draft) -> None:
    assert b"Quillfeather" not in bytes(draft.sealed)
    other = CallDraft(sealed=draft.sealed)
    with pytest.raises(Exception, match=r"calldraft\.sealed"):
        drafts.answers(other)


def test_it_never_moves_the_start_of_the_call(draft, iris) -> None:
    began = draft.began_at
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        drafts.save(draft_id=draft.id, by=iris, typed={"words": "later"})
        drafts.park(draft_id=draft.id, by=iris)
        drafts.resume(draft_id=draft.id, by=iris)
    draft.refresh_from_db()
    assert draft.began_at == began


def test_it_is_seen_by_its_operator_and_by_officers_only(draft) -> None:
    assert drafts.get(draft.id, by=staff(user(Role.OFFICER))) == draft
    for other in (user(Role.INTAKE, "ivan"), user(Role.ANALYST)):
        with pytest.raises(NotFound):
            drafts.get(draft.id, by=staff(other))
    for other in (user(Role.AUDITOR), user(Role.ADMIN)):
        with pytest.raises(NotAllowed):
            drafts.get(draft.id, by=staff(other))


def test_it_expires_after_a_day_and_a_parked_one_after_five(draft, iris) -> None:
    parked = drafts.park(draft_id=drafts.begin(by=iris, channel="phone").id, by=iris)
    for hours, left in ((23, {draft, parked}), (25, {parked}), (24 * 5 + 1, set())):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            assert set(drafts.seen_by(iris)) == left
            call_command("expire_calls", "--json")
            assert set(CallDraft.objects.all()) == left


def test_it_wipes_what_was_typed_when_it_is_discarded(draft, iris) -> None:
    drafts.discard(draft_id=draft.id, by=iris)
    draft.refresh_from_db()
    assert bytes(draft.sealed) == b""
    with pytest.raises(NotFound):
        drafts.save(draft_id=draft.id, by=iris, typed={"words": "again"})


def test_it_takes_no_more_than_a_request_can_hold_and_nothing_once_it_is_a_case(draft, iris) -> None:
    with pytest.raises(NotValid):
        drafts.save(draft_id=draft.id, by=iris, typed={"words": "x" * drafts.LARGEST})
    draft.state = CallDraft.State.TAKEN
    draft.save()
    with pytest.raises(WrongState):
        drafts.save(draft_id=draft.id, by=iris, typed={"words": "late"})
