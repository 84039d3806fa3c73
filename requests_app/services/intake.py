"""One way in for portal, phone and API alike: the same facts make the same case."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from requests_app import reference, regimes
from requests_app.exceptions import NotValid
from requests_app.ledger import chain
from requests_app.lifecycle import OPT_OUTS, Right, authority_is_shown, second_step_is_taken
from requests_app.models import Attention, Case, CaseLink, Channel, EventKind, Format, Level, Notice, Relationship
from requests_app.permissions import SYSTEM, Actor, Verb
from requests_app.services import agent, clock, disputed, identity, notices, opt_in, representation
from requests_app.services import person as people
from requests_app.services.agent import AgentFacts
from requests_app.services.disputed import DisputedFact
from requests_app.services.person import PersonFacts
from requests_app.services.transition import flag, move
from requests_app.vault import create_key, keyed_hash

OFFERED = frozenset(Right)
LONGEST_DETAILS = 5000
RESIDENCE = re.compile(r"US-[A-Z]{2}|[A-Z]{2}")
LEVELS = {"none": Level.NONE, "reasonable": Level.REASONABLE, "high": Level.HIGH}


@dataclass(frozen=True)
class Asked:
    """One request as it came in, whatever the channel. `signed_name` signs the declaration where one is needed."""

    right: str
    person: PersonFacts
    relationship: str = Relationship.OTHER
    residence: str = "US-TX"
    language: str = "en"
    details: str = ""
    since: date | None = None
    channel: str = Channel.WEB
    received_at: datetime | None = None
    signed_name: str = ""
    signed_from: str = field(default="", compare=False)
    on_behalf_of: AgentFacts | None = None
    corrections: tuple[DisputedFact, ...] = ()
    reading_format: str = Format.STANDARD
    voicemail_ok: bool | None = None

    def digest(self) -> str:
        """Tells a repeated request from another one under the same idempotency key."""
        facts = {key: value for key, value in asdict(self).items() if key not in {"received_at", "signed_from"}}
        if self.on_behalf_of is None:
            del facts["on_behalf_of"]  # as it was before there were agents
        for name, unsaid in (("corrections", ()), ("reading_format", Format.STANDARD), ("voicemail_ok", None)):
            if facts[name] == unsaid:
                del facts[name]
        return keyed_hash("request", json.dumps(facts, sort_keys=True, default=str))


class DifferentRequest(NotValid):
    """409: the idempotency key was used for another request."""

    code = "idempotency_conflict"


def check(asked: Asked) -> None:
    """NotValid, naming the field, when the request cannot be taken as it is."""
    for name, value, allowed in (
        ("right", asked.right, OFFERED),
        ("relationship", asked.relationship, set(Relationship.values)),
        ("language", asked.language, {code for code, _ in settings.LANGUAGES}),
        ("channel", asked.channel, set(Channel.values)),
        ("reading_format", asked.reading_format, set(Format.values)),
    ):
        if value not in allowed:
            message = f"Choose one of: {', '.join(sorted(allowed))}."
            raise NotValid(message, field=name)
    if not RESIDENCE.fullmatch(asked.residence):
        message = "Give the state of residence, such as US-TX."
        raise NotValid(message, field="residence")
    if len(asked.details) > LONGEST_DETAILS:
        message = f"Shorten the details to {LONGEST_DETAILS} characters."
        raise NotValid(message, field="details")
    person, asks = asked.person, asked.on_behalf_of
    answered = asks is not None and agent.in_place(asks.kind) and bool(asks.email or asks.postal_address)
    if not (person.emails or person.phones or person.postal_address or answered):
        message = "Give an e-mail address, a phone number or a postal address, so that we can answer."
        raise NotValid(message, field="person.emails")
    if not person.full_name and asked.right not in OPT_OUTS | {Right.OPT_IN_SALE_SHARING}:
        message = "Give your name."
        raise NotValid(message, field="person.family_name")
    disputed.check(asked.corrections, wanted=asked.right == Right.CORRECT)
    _check_days(asked)
    if asks is not None:
        regime = regimes.for_residence(asked.residence, on=timezone.now().date())
        agent.check(asks, person, regime.rights[asked.right])


def _check_days(asked: Asked) -> None:
    if asked.received_at and asked.received_at > timezone.now():
        message = "The date of receipt lies in the future."
        raise NotValid(message, field="received_at")
    if asked.since and asked.since > clock.today():
        message = gettext("Give a day that has been: the copy covers what we hold since then.")
        raise NotValid(message, field="since")


def open_visit(asked: Sequence[Asked], *, by: Actor = SYSTEM, idempotency_key: str = "") -> list[Case]:
    """Open one linked case per right asked for in one visit. The same key with the same requests opens nothing new.

    Raises NotValid before anything is written when one of the requests cannot be taken.
    """
    for one in asked:
        check(one)
    keys = [_stored_key(idempotency_key, number) for number in range(len(asked))]
    try:
        with transaction.atomic():
            if repeated := _already_opened(asked, keys):
                return repeated
            visit = uuid.uuid4()
            cases = [_open(one, by=by, visit=visit, key=key) for one, key in zip(asked, keys, strict=True)]
            for case in cases:
                for other in cases:
                    if other.pk != case.pk:
                        CaseLink.objects.create(case=case, other=other, kind=CaseLink.Kind.SAME_VISIT)
            return cases
    except IntegrityError:
        # The same form sent twice at the same moment: the other one won, and its cases are the answer.
        if repeated := _already_opened(asked, keys):
            return repeated
        raise


def open_case(asked: Asked, *, by: Actor = SYSTEM, idempotency_key: str = "") -> Case:
    return open_visit([asked], by=by, idempotency_key=idempotency_key)[0]


def _stored_key(idempotency_key: str, number: int) -> str | None:
    if not idempotency_key:
        return None
    return hashlib.sha256(f"{number}:{idempotency_key}".encode()).hexdigest()


def _already_opened(asked: Sequence[Asked], keys: Sequence[str | None]) -> list[Case]:
    if not keys or keys[0] is None:
        return []
    found = {case.idempotency_key: case for case in Case.objects.filter(idempotency_key__in=keys)}
    if not found:
        return []
    cases = [found.get(key) for key in keys]
    if any(case is None or case.request_digest != one.digest() for case, one in zip(cases, asked, strict=True)):
        message = "This key was used for another request; use a new one."
        raise DifferentRequest(message)
    return [case for case in cases if case is not None]


def _open(asked: Asked, *, by: Actor, visit: uuid.UUID, key: str | None) -> Case:
    now = timezone.now()
    regime = regimes.for_residence(asked.residence, on=now.date())
    rule = regime.rights[asked.right]
    case = Case(
        reference=reference.new(),
        right=asked.right,
        channel=asked.channel,
        relationship=asked.relationship,
        residence=asked.residence,
        language=asked.language,
        regime=regime.code,
        regime_version=regime.version,
        received_at=asked.received_at or now,
        since=asked.since,
        required_level=LEVELS[rule.identity.level],
        required_approvals=0 if rule.identity.level == "none" else settings.UMBS_APPROVALS,
        visit=visit,
        reading_format=asked.reading_format,
        voicemail_ok=asked.voicemail_ok,
        idempotency_key=key,
        request_digest=asked.digest(),
    )
    case.save(force_insert=True)
    vault = create_key(case.id)
    if asked.details:
        case.details_sealed = vault.seal_text(asked.details.replace("\r\n", "\n"), place=f"case.details|{case.id}")
        case.save(update_fields=["details_sealed"])
    people.write(case, asked.person, vault)
    disputed.write(case, asked.corrections, vault)
    payload = {"right": asked.right, "channel": asked.channel, "regime": regime.code, "version": regime.version}
    chain.append(case.id, EventKind.CASE_OPENED, by=by, payload=payload)
    clock.start(case, by=by)
    if asked.on_behalf_of is not None:
        agent.write(case, asked.on_behalf_of, vault)
    if asked.signed_name:
        identity.sign_declaration(case, signed_name=asked.signed_name, signed_from=asked.signed_from, by=by)
    acknowledge(case, by=by)
    representation.ask_for_it(case, by=by)
    if authority_is_shown(case) and second_step_is_taken(case):
        return move(case.id, Verb.BEGIN, by=SYSTEM)
    if not authority_is_shown(case):
        flag(case, Attention.AUTHORITY, by=SYSTEM)
    waiting: Case = Case.objects.get(pk=case.pk)
    return waiting


def acknowledge(case: Case, *, by: Actor) -> None:
    """Confirm receipt: how the request is handled, how identity is proven, when an answer is due (11 CCR 7021(a))."""
    parameters = {
        "right": case.right,
        "received_on": case.received_on.isoformat(),
        "clocks": [{"kind": row.kind, "due_on": row.due_on.isoformat()} for row in case.clocks.order_by("due_on")],
        "identity_needed": case.required_level > Level.NONE,
        "acted_for": case.authority_is_open(),
        "confirm_by": opt_in.last_day(case).isoformat() if case.awaits_second_step() else "",
    }
    notices.order(case, Notice.Kind.ACKNOWLEDGEMENT, by=by, key="acknowledgement", parameters=parameters)
