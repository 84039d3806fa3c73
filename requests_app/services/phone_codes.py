"""Proof of identity for people on the phone: a code by a channel that a source already held, never the one just given.

Whoever typed the call learns "match" or "no match" and nothing else. Three wrong tries end the fast ways; what is left
is a letter. A code by mail or letter is seen by whoever opens it. On a call back it is the caller who was given the
code, and whoever answers at the number on file who has to know it: one without the other proves nothing.

The same codes are the second step of an opt-in: there they go to the addresses that were given, since nobody has to be
on file to allow what they stopped.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from requests_app.exceptions import NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, Declaration, EventKind, Notice, OneTimeCode
from requests_app.permissions import Actor, Verb
from requests_app.services import codes, declaring, identity, identity_channel, limits, notices, opt_in
from requests_app.services import person as people
from requests_app.services.access import require
from requests_app.services.declaring import Declarant
from requests_app.services.person import PersonFacts
from requests_app.services.transition import flag, locked

TRIES = 3
PURPOSE = OneTimeCode.Purpose.IDENTITY
A_DAY = 10  # codes for one case; more is somebody trying


class How(StrEnum):
    MAIL = "email"
    CALL_BACK = "phone"
    LETTER = "post"


LIFETIME = {How.MAIL: timedelta(minutes=30), How.CALL_BACK: timedelta(hours=4), How.LETTER: timedelta(days=21)}
LETTER = f"{How.LETTER}:0"


@dataclass(frozen=True)
class Way:
    """One channel that a source already held; `address` is what the person gave, for a call back has to be dialled."""

    place: str
    how: How
    address: str


@dataclass(frozen=True)
class Standing:
    """Where the proof stands. `compared`: the sources have been asked. `tries` are those left for the fast ways."""

    compared: bool
    ways: tuple[Way, ...]
    tries: int
    waiting: How | None
    signs: Declarant | None


def standing(case: Case) -> Standing:
    """What can still be done by phone for this case."""
    waiting = _waiting(case)
    spent = _wrong(case)
    return Standing(
        compared=opt_in.is_waited_for(case) or identity_channel.last_match(case) is not None,
        ways=tuple(way for way in _ways(case) if way.how is How.LETTER or spent < TRIES),
        tries=max(TRIES - spent, 0),
        waiting=_how(waiting.address) if waiting else None,
        signs=declaring.wanted(case),
    )


def _ways(case: Case) -> list[Way]:
    person = people.read(case)
    places = _given(person) if opt_in.is_waited_for(case) else identity_channel.held_places(case)
    addresses = {
        place: people.address(person, place) or (person.postal_address if place == LETTER else "") for place in places
    }
    return [Way(place, _how(place), address) for place, address in addresses.items() if address]


def _given(person: PersonFacts) -> list[str]:
    """A letter only to somebody with a name: by the two is found what was stopped."""
    lines = {How.MAIL: person.emails, How.CALL_BACK: person.phones, How.LETTER: (person.postal_address,)}
    named = {way: values for way, values in lines.items() if way is not How.LETTER or person.full_name}
    return [f"{way}:{number}" for way, values in named.items() for number, _value in enumerate(values)]


def _how(place: str) -> How:
    return How(place.partition(":")[0])


def _waiting(case: Case) -> OneTimeCode | None:
    """The newest code, while it can still be said."""
    row: OneTimeCode | None = case.codes.filter(purpose=PURPOSE).first()
    alive = row is not None and row.used_at is None and row.expires_at > timezone.now() and row.tries < TRIES
    return row if alive else None


def _wrong(case: Case) -> int:
    """Wrong tries so far by the fast ways: a new code gives no new tries."""
    fast = case.codes.filter(purpose=PURPOSE, used_at=None).exclude(address=LETTER)
    return int(fast.aggregate(tries=Sum("tries"))["tries"] or 0)


@transaction.atomic
def send(*, case_id: UUID, by: Actor, place: str) -> str:
    """Send a code that way. Returns it only for a call back, to be said to the caller, once, before hanging up."""
    case = _waiting_for_one(case_id, by)
    way = next((one for one in standing(case).ways if one.place == place), None)
    if way is None:
        message = "This channel cannot be used: no source held it, or three tries were wrong."
        raise NotValid(message, field="place")
    if not limits.allowed(f"phone-codes:{case.id}", limit=A_DAY, window=timedelta(days=1)):
        message = "Too many codes were sent for this case today. Try tomorrow, or by letter."
        raise NotValid(message, field="place")
    return _send(case, way, by=by)


def _send(case: Case, way: Way, *, by: Actor) -> str:
    now, code = timezone.now(), codes.fresh()
    case.codes.filter(purpose=PURPOSE, used_at=None).update(expires_at=now)
    row = OneTimeCode(case=case, purpose=PURPOSE, address=way.place, created_at=now, expires_at=now + LIFETIME[way.how])
    row.hash = codes.hashed(row.id, code)
    row.save()
    payload = {"code": row.id, "purpose": PURPOSE.value, "way": way.how.value}
    chain.append(case.id, EventKind.CODE_SENT, by=by, payload=payload)
    if way.how is How.CALL_BACK:
        return code
    lasts, confirms = LIFETIME[way.how], opt_in.is_waited_for(case)
    until = (now + lasts).date()
    parameters = {
        "code": code,
        "purpose": PURPOSE.value,
        "minutes": int(lasts.total_seconds() // 60),
        "until": (min(until, opt_in.last_day(case)) if confirms else until).isoformat(),
        "confirms": confirms,
    }
    by_post = way.how is How.LETTER
    to = "" if by_post else way.address
    notices.order(case, Notice.Kind.CODE, by=by, key=f"code:{row.id}", to=to, parameters=parameters, by_post=by_post)
    return ""


def _waiting_for_one(case_id: UUID, by: Actor) -> Case:
    """The case, locked, if a code would prove or confirm anything."""
    case = locked(case_id)
    if not opt_in.is_waited_for(case):
        return _verifying(case_id, by)
    require(case, Verb.TAKE_REQUEST, by)
    return case


def _verifying(case_id: UUID, by: Actor) -> Case:
    case = locked(case_id)
    require(case, Verb.TAKE_REQUEST, by)
    if State(case.state) is not State.VERIFYING:
        message = "This request does not wait for proof of identity."
        raise WrongState(message)
    return case


@transaction.atomic
def enter(*, case_id: UUID, by: Actor, code: str) -> bool:
    """Whether the code that was said is the one. The third wrong one sends a letter, or asks an officer.

    Of an opt-in, the right one is the second step, and the request is carried out.
    """
    case = _waiting_for_one(case_id, by)
    row = _waiting(case)
    digits = "".join(character for character in code if character.isdigit())
    if row is None or not digits:
        message = "Send a code first." if row is None else "Type the six digits that were said."
        raise NotValid(message, field="code")
    right = hmac.compare_digest(row.hash, codes.hashed(row.id, digits))
    row.tries, row.used_at = row.tries + 1, timezone.now() if right else None
    row.save(update_fields=["tries", "used_at"])
    payload = {"code": row.id, "purpose": PURPOSE.value, "wrong": row.tries - 1 if right else row.tries}
    if right:
        chain.append(case.id, EventKind.CODE_CONFIRMED, by=by, payload=payload)
        identity.confirmed(case, row.address)
        if opt_in.is_waited_for(case):
            opt_in.confirmed(case, by=by)
        return True
    chain.append(case.id, EventKind.IDENTITY_CHECKED, by=by, payload=payload | {"method": "code", "result": "refused"})
    if row.tries >= TRIES or (row.address != LETTER and _wrong(case) >= TRIES):
        _go_by_letter(case, by=by)
    return False


def _go_by_letter(case: Case, *, by: Actor) -> None:
    tried = case.codes.filter(purpose=PURPOSE, address=LETTER).exists()
    way = next((one for one in _ways(case) if one.how is How.LETTER), None)
    if way is not None and not tried:
        _send(case, way, by=by)
    elif not opt_in.is_waited_for(case):  # which ends by itself: no officer can say yes for the person
        flag(case, Attention.IDENTITY, by=by)


@transaction.atomic
def declared_on_paper(*, case_id: UUID, by: Actor, signed_name: str) -> None:
    """The declaration came back signed, by mail or over the counter; it counts as one signed on the page."""
    case = _verifying(case_id, by)
    if Declaration.objects.filter(case=case).exists():
        message = "A signed declaration is with this case already."
        raise WrongState(message)
    identity.sign_declaration(case, signed_name=signed_name, signed_from="paper", by=by)
    identity.weigh(case)
