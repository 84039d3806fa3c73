"""What phone staff have typed of a call that is no case yet: sealed, seen by its operator and by officers, expiring."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.models import CallDraft
from requests_app.permissions import Actor, Role, Verb
from requests_app.vault.cipher import derive, master_key, seal, unseal

OPEN_FOR = timedelta(hours=24)
PARKED_FOR = timedelta(days=5)
LARGEST = 64 * 1024
State = CallDraft.State
WAITING = (State.OPEN, State.PARKED)


def seen_by(by: Actor) -> QuerySet[CallDraft]:
    """Drafts that have not expired: the operator's own, or everybody's for an officer. NotAllowed for other roles."""
    if not by.may(Verb.TAKE_REQUEST):
        message = "Your role may not take a request."
        raise NotAllowed(message)
    alive = CallDraft.objects.filter(expires_at__gt=timezone.now()).exclude(state=State.DISCARDED)
    return alive if by.role is Role.OFFICER else alive.filter(by_id=by.person_id)


def get(draft_id: UUID, *, by: Actor) -> CallDraft:
    """NotFound: not there, expired, or somebody else's."""
    draft = seen_by(by).filter(pk=draft_id).first()
    if draft is None:
        message = "There is no such call. It may have expired."
        raise NotFound(message)
    return draft


def waiting(draft_id: UUID, *, by: Actor) -> CallDraft:
    """The draft with its row locked, to be changed. WrongState when it has become a case."""
    get(draft_id, by=by)
    draft = CallDraft.objects.select_for_update().get(pk=draft_id)
    if draft.state not in WAITING:
        message = "This call is finished; its request has been taken."
        raise WrongState(message)
    return draft


def _place(draft: CallDraft) -> str:
    return f"calldraft.sealed|{draft.id}"


def answers(draft: CallDraft) -> dict[str, Any]:
    if not draft.sealed:
        return {}
    opened: dict[str, Any] = json.loads(
        unseal(derive(master_key(), "call draft"), draft.sealed, place=_place(draft)).decode()
    )
    return opened


def begin(*, by: Actor, channel: str) -> CallDraft:
    """The phone was picked up, or the envelope opened. From now on the clock of the law runs for a call."""
    seen_by(by)
    now = timezone.now()
    draft = CallDraft(by_id=by.person_id, began_at=now, saved_at=now, expires_at=now + OPEN_FOR)
    _write(draft, {"channel": channel})
    draft.save(force_insert=True)
    return draft


def _write(draft: CallDraft, typed: dict[str, Any]) -> None:
    plain = json.dumps(typed, separators=(",", ":")).encode()
    if len(plain) > LARGEST:
        message = "Shorten what was typed: it is more than a request can hold."
        raise NotValid(message)
    draft.sealed = seal(derive(master_key(), "call draft"), plain, place=_place(draft))


@transaction.atomic
def save(*, draft_id: UUID, by: Actor, typed: dict[str, Any]) -> CallDraft:
    """Keep what was typed beside what was kept before. The start of the call never moves."""
    draft = waiting(draft_id, by=by)
    _write(draft, answers(draft) | typed)
    draft.saved_at = timezone.now()
    if draft.state == State.OPEN:
        draft.expires_at = draft.saved_at + OPEN_FOR
    draft.save(update_fields=["sealed", "saved_at", "expires_at"])
    return draft


def _put(draft: CallDraft, state: CallDraft.State, *, keep_for: timedelta) -> CallDraft:
    draft.state, draft.expires_at = state, timezone.now() + keep_for
    draft.save(update_fields=["state", "expires_at", "sealed", "case"])
    return draft


@transaction.atomic
def park(*, draft_id: UUID, by: Actor) -> CallDraft:
    """The line dropped: the call waits in the list of those to ring back."""
    return _put(waiting(draft_id, by=by), State.PARKED, keep_for=PARKED_FOR)


@transaction.atomic
def resume(*, draft_id: UUID, by: Actor) -> CallDraft:
    return _put(waiting(draft_id, by=by), State.OPEN, keep_for=OPEN_FOR)


@transaction.atomic
def discard(*, draft_id: UUID, by: Actor) -> None:
    """The caller wanted nothing, or hung up before anything was asked: what was typed goes at once."""
    draft = waiting(draft_id, by=by)
    draft.sealed = b""
    _put(draft, State.DISCARDED, keep_for=OPEN_FOR)


def taken(draft: CallDraft, *, case_id: UUID) -> None:
    """It became a case, which holds all of it now."""
    draft.sealed, draft.case_id = b"", case_id
    _put(draft, State.TAKEN, keep_for=OPEN_FOR)


def sweep() -> int:
    """Remove what has expired. Nobody could open it any more."""
    return CallDraft.objects.filter(expires_at__lte=timezone.now()).delete()[0]
