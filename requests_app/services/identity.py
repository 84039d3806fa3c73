"""Identity without a trap: what is proven is derived from evidence, and a stranger learns nothing from asking.

A confirmed code proves control of an address. The address counts as a matching point only if a source already held
it for that person. Points needed, declaration and level come from the regime (11 CCR 7060-7062).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import regimes
from requests_app.exceptions import NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import State, identity_is_proven
from requests_app.models import Attention, Case, Declaration, EventKind, IdentityCheck, Level, Preparer
from requests_app.permissions import SYSTEM, Actor, Verb
from requests_app.services import declaring, disputed, identity_channel, reuse
from requests_app.services import person as people
from requests_app.services.access import require
from requests_app.services.person import PersonFacts
from requests_app.services.transition import flag, locked, move
from requests_app.signals import work_ordered
from requests_app.vault import CaseVault
from requests_app.vault.normal import normal
from requests_app.work import WorkKind

DECLARATION_VERSION = "2026-11"
RELIABLE = frozenset({"email", "phone", "date_of_birth", "account", "postal_address"})


def sign_declaration(case: Case, *, signed_name: str, signed_from: str, by: Actor) -> None:
    """Sign on screen, under penalty of perjury. The typed name must be the name of the one who has to declare it."""
    signs = declaring.declarant(case)
    if normal("name", signed_name) != normal("name", signs.name):
        message = _("Type your name exactly as you gave it above.")
        raise NotValid(message, field="signed_name")
    declaration = Declaration(case=case, text_version=DECLARATION_VERSION, signed_at=timezone.now())
    content = {"name": signed_name, "from": signed_from, "at": declaration.signed_at.isoformat()}
    if signs.capacity:
        content["capacity"] = signs.capacity
    place = f"declaration.sealed|{declaration.id}"
    declaration.sealed = CaseVault.of(case.id).seal_json(content, place=place)
    declaration.digest = hashlib.sha256(bytes(declaration.sealed)).hexdigest()
    declaration.save()
    payload = {"version": DECLARATION_VERSION, "digest": declaration.digest}
    chain.append(case.id, EventKind.DECLARATION_SIGNED, by=by, payload=payload)


@transaction.atomic
def sign_later(*, case_id: UUID, by: Actor, signed_name: str, signed_from: str) -> None:
    """The consumer signs from the status page what was not signed with the request."""
    case = locked(case_id)
    require(case, Verb.PROVE, by)
    if Declaration.objects.filter(case=case).exists():
        return
    sign_declaration(case, signed_name=signed_name, signed_from=signed_from, by=by)
    weigh(case)


@transaction.atomic
def add_facts(*, case_id: UUID, by: Actor, facts: PersonFacts) -> None:
    """More facts to compare with what the sources hold; a new comparison is ordered. Nothing given before is lost."""
    case = locked(case_id)
    require(case, Verb.PROVE, by)
    if State(case.state) is not State.VERIFYING:
        message = _("This request no longer waits for proof of identity.")
        raise WrongState(message)
    vault = CaseVault.of(case.id)
    old = people.read(case, vault)
    merged = replace(
        old,
        phones=tuple(dict.fromkeys([*old.phones, *facts.phones])),
        postal_address=old.postal_address or facts.postal_address,
        date_of_birth=facts.date_of_birth or old.date_of_birth,
        account_numbers=tuple(dict.fromkeys([*old.account_numbers, *facts.account_numbers])),
        practice_id=old.practice_id or facts.practice_id,
    )
    people.replace(case, merged, vault)
    tries = case.identity_checks.filter(method=IdentityCheck.Method.MATCH).count()
    work_ordered.send(sender=Case, case_id=case.id, kind=WorkKind.MATCH, order_id=f"facts-{tries}")


def confirmed(case: Case, address: str) -> None:
    """A code sent to `address` (e.g. `email:0`) was entered: control of it is proven, and no more than that."""
    already = case.identity_checks.filter(method=IdentityCheck.Method.CODE, kinds=[address]).exists()
    if not already:
        IdentityCheck.objects.create(
            case=case,
            method=IdentityCheck.Method.CODE,
            result=IdentityCheck.Result.ACCEPTED,
            level=Level.CHANNEL,
            kinds=[address],
            at=timezone.now(),
        )
    weigh(case)


def matched(case: Case, *, kinds: list[str], on_file: list[str]) -> None:
    """The sources were compared with the facts: which kinds agree, and which of the given addresses they hold.

    What is in dispute counts for nothing (11 CCR 7060(h)).
    """
    kinds_in_dispute, addresses_in_dispute = disputed.of_case(case)
    kinds = sorted(set(kinds) - kinds_in_dispute)
    if "postal_address" in kinds_in_dispute:
        addresses_in_dispute = {*addresses_in_dispute, "post:0"}
    on_file = sorted(set(on_file) - addresses_in_dispute)
    IdentityCheck.objects.create(
        case=case,
        method=IdentityCheck.Method.MATCH,
        result=IdentityCheck.Result.ACCEPTED,
        level=Level.NONE,
        kinds=on_file,
        points=len(RELIABLE & set(kinds)),
        channel_on_file=any(place.startswith("email:") for place in on_file),
        evidence_digest=hashlib.sha256(",".join(kinds).encode()).hexdigest(),
        at=timezone.now(),
    )
    payload = {"method": "match", "points": len(RELIABLE & set(kinds)), "kinds": kinds}
    chain.append(case.id, EventKind.IDENTITY_CHECKED, by=SYSTEM, payload=payload)
    weigh(case)


def reached(case: Case) -> Level:
    """The level that the evidence supports, by the points and the declaration that the case's regime asks for."""
    proven = identity_channel.confirmed_addresses(case)
    if not proven:
        return Level.NONE
    match = identity_channel.last_match(case)
    if match is None or not proven & set(match.kinds):
        return Level.CHANNEL
    rights = regimes.get(case.regime).rights
    pieces, categories = rights["access"].identity, rights["know_categories"].identity
    signed = Declaration.objects.filter(case=case).exists()
    if match.points >= pieces.points and (signed or not pieces.declaration):
        return Level.HIGH
    if match.points >= categories.points:
        return Level.REASONABLE
    return Level.CHANNEL


def weigh(case: Case) -> None:
    """Raise the level to what the evidence supports, and let the case go on when it is enough. Never lowers it."""
    level = reached(case)
    if level > case.identity_level:
        raise_level(case, level, method=IdentityCheck.Method.ASSESSMENT, by=SYSTEM)
    if State(case.state) is not State.VERIFYING:
        return
    if identity_is_proven(case):
        move(case.id, Verb.VERIFY, by=SYSTEM)
    elif level >= Level.CHANNEL and case.identity_checks.filter(method=IdentityCheck.Method.MATCH).exists():
        flag(case, Attention.IDENTITY, by=SYSTEM)


def raise_level(case: Case, level: Level, *, method: str, by: Actor, reason: str = "") -> None:
    check = IdentityCheck(
        case=case, method=method, result=IdentityCheck.Result.ACCEPTED, level=level, by_id=by.user_id, at=timezone.now()
    )
    if reason:
        check.reason_sealed = CaseVault.of(case.id).seal_text(reason, place=f"identitycheck.reason|{check.id}")
    check.save()
    before, case.identity_level = case.identity_level, level
    case.save(update_fields=["identity_level"])
    payload = {"from": int(before), "to": int(level), "method": str(method)}
    chain.append(case.id, EventKind.IDENTITY_LEVEL, by=by, payload=payload)


@transaction.atomic
def accept(*, case_id: UUID, by: Actor, reason: str) -> Case:
    """An officer takes the identity as proven on evidence seen. Whoever does this has prepared the release."""
    case = locked(case_id)
    require(case, Verb.ACCEPT_IDENTITY, by)
    if State(case.state) is not State.VERIFYING:
        message = "The identity of this case is no longer open."
        raise WrongState(message)
    if len(reason.strip()) < 10:  # noqa: PLR2004  (a reason is a sentence)
        message = "Say what was seen and why it is enough, in a sentence."
        raise NotValid(message, field="reason")
    reuse.require_cleared(case, by)
    Preparer.objects.get_or_create(case=case, user_id=by.person_id)
    raise_level(case, Level(case.required_level), method=IdentityCheck.Method.OFFICER, by=by, reason=reason.strip())
    return move(case.id, Verb.VERIFY, by=by)
