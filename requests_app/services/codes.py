"""One-time codes: six digits, ten minutes, five tries, kept as a keyed hash, bound to one case and one purpose.

Asking and entering cost the same whether or not the reference exists (security T6), and a lock is per request, never
per person, so that nobody can lock out somebody else (T5).
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from requests_app import reference as references
from requests_app.exceptions import NotValid
from requests_app.ledger import chain
from requests_app.models import Case, CodeRequest, EventKind, Notice, OneTimeCode
from requests_app.permissions import SYSTEM, Actor, consumer
from requests_app.services import agent, identity, identity_channel, limits, notices
from requests_app.services import person as people
from requests_app.signals import work_ordered
from requests_app.vault import keyed_hash
from requests_app.work import WorkKind

LIFETIME = timedelta(minutes=10)
TRIES = 5
PER_HOUR = 10
NOBODY = uuid.UUID(int=0)
AGENT = "agent"  # whoever reads mail there proves nothing about the person
WRONG = "This code is wrong or no longer valid. Check it, or ask for a new one."


@transaction.atomic
def ask(text: str, purpose: OneTimeCode.Purpose) -> None:
    """Take down that a code is wanted for this reference; the worker decides whether there is anything to send.

    NotValid when the text cannot be a reference at all (its check character fails), which says nothing about cases.
    """
    try:
        reference = references.parse(text)
    except ValueError as error:
        raise NotValid(str(error), field="reference") from None
    request = CodeRequest.objects.create(reference=reference, purpose=purpose, asked_at=timezone.now())
    work_ordered.send(sender=CodeRequest, case_id=NOBODY, kind=WorkKind.CODE, order_id=str(request.id))


@transaction.atomic
def answer(request_id: uuid.UUID) -> None:
    """Send the code that was asked for, if there is a case with an address for it. Answering twice sends once."""
    request = CodeRequest.objects.select_for_update().get(pk=request_id)
    if request.answered_at is not None:
        return
    request.answered_at = timezone.now()
    request.save(update_fields=["answered_at"])
    case = Case.objects.filter(reference=request.reference, key__destroyed_at=None).first()
    if case is not None and limits.allowed(f"codes:{case.id}", limit=PER_HOUR, window=timedelta(hours=1)):
        send(case, OneTimeCode.Purpose(request.purpose), by=SYSTEM)


def send(case: Case, purpose: OneTimeCode.Purpose, *, by: Actor) -> None:
    """Mail a fresh code; earlier unused codes for the same purpose stop working. Without an address nothing is sent.

    A code to collect a package goes only to an address that a source already held for the person.
    """
    address, to = _where(case, purpose)
    if not to:
        return
    now = timezone.now()
    case.codes.filter(purpose=purpose, used_at=None).update(expires_at=now)
    code = fresh()
    row = OneTimeCode(case=case, purpose=purpose, address=address, created_at=now, expires_at=now + LIFETIME)
    row.hash = hashed(row.id, code)
    row.save()
    chain.append(case.id, EventKind.CODE_SENT, by=by, payload={"code": row.id, "purpose": purpose.value})
    parameters = {"code": code, "purpose": purpose.value, "minutes": int(LIFETIME.total_seconds() // 60)}
    notices.order(case, Notice.Kind.CODE, by=by, key=f"code:{row.id}", to=to, parameters=parameters)


def _where(case: Case, purpose: OneTimeCode.Purpose) -> tuple[str, str]:
    """The place in the case, such as `email:0`, and the address there; "" where there is none."""
    row, person = agent.of(case), people.read(case)
    if purpose == OneTimeCode.Purpose.AGENT or agent.stands_in(row):
        to = agent.read(row).email if row else ""
        on_the_form = {email.casefold(): f"email:{number}" for number, email in enumerate(person.emails)}
        own = "" if purpose == OneTimeCode.Purpose.AGENT else on_the_form.get(to.casefold(), "")
        return own or AGENT, to
    place = identity_channel.collect_place(case) if purpose == OneTimeCode.Purpose.COLLECT else "email:0"
    return place, people.address(person, place)


def fresh() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


def hashed(code_id: uuid.UUID, code: str) -> str:
    """What is kept of a code; it cannot be read back from it without the key."""
    return keyed_hash("code", f"{code_id}:{code}")


def enter(text: str, code: str, purposes: Collection[OneTimeCode.Purpose]) -> Case:
    """The case, when the code is right; NotValid with one and the same message when anything is not."""
    try:
        reference = references.parse(text)
    except ValueError as error:
        raise NotValid(str(error), field="reference") from None
    digits = "".join(character for character in code if character.isdigit())
    with transaction.atomic():
        now = timezone.now()
        limits.count(f"enter:{reference}", window=timedelta(hours=1))
        valid = OneTimeCode.objects.filter(
            case__reference=reference, purpose__in=purposes, used_at=None, expires_at__gt=now, tries__lt=TRIES
        )
        nobody = (NOBODY, keyed_hash("code", "nobody"))
        code_id, expected = valid.values_list("id", "hash").first() or nobody
        right = hmac.compare_digest(expected, hashed(code_id, digits)) and code_id != NOBODY
        counted = OneTimeCode.objects.filter(pk=code_id, tries__lt=TRIES, used_at=None).update(
            tries=F("tries") + 1, used_at=now if right else None
        )
        if right and counted:
            row = OneTimeCode.objects.get(pk=code_id)
            case: Case = Case.objects.select_for_update().get(pk=row.case_id)
            actor = consumer(case.id)
            chain.append(
                case.id,
                EventKind.CODE_CONFIRMED,
                by=actor,
                payload={"code": row.id, "purpose": row.purpose, "wrong": row.tries - 1},
            )
            if row.address != AGENT:
                identity.confirmed(case, row.address)
            case.refresh_from_db()
            return case
    raise NotValid(WRONG, field="code")
