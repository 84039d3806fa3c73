"""Somebody acts for the person: shown, confirmed by the person where the law lets us ask, ruled on by an officer.

11 CCR 7063: signed permission, and the person's own identity or confirmation beside it, unless there is a power of
attorney; 7026(j), 7027(i): for an opt-out the signed permission alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from requests_app import regimes
from requests_app.exceptions import NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, EventKind, Evidence, Level, Notice, Preparer, Representation
from requests_app.permissions import SYSTEM, Actor, Verb
from requests_app.services import addressee, agent, agent_notices, ending, identity_channel, messages, notices, reuse
from requests_app.services import person as people
from requests_app.services.access import require
from requests_app.services.agent import AgentFacts
from requests_app.services.transition import flag, locked, move
from requests_app.vault import CaseVault

GROUND = "agent_unproven"
SHORTEST_REASON = 10  # a reason is a sentence


def needs_the_person(row: Representation) -> bool:
    """Whether the person must confirm the permission or prove identity: for an agent without power of attorney who asks
    for more than an opt-out. A child or the dead cannot be asked.
    """
    wants_proof = row.case.required_level > Level.NONE
    return row.kind == Representation.Kind.AGENT and not row.power_of_attorney and wants_proof


def person_agrees(row: Representation) -> bool:
    """The person said yes from an address that a source held, or proved identity: an agent can own an address, too."""
    confirmed = row.confirmed_at is not None and bool(identity_channel.collect_place(row.case))
    return confirmed or row.case.identity_level >= row.case.required_level


@dataclass(frozen=True)
class Seen:
    """All that an officer looks at before ruling."""

    row: Representation
    facts: AgentFacts
    proofs: list[tuple[Evidence, str]]
    reason: str
    asks_the_person: bool
    person_agrees: bool
    is_open: bool
    disowned: list[str]


def seen(case: Case) -> Seen | None:
    """Who asks for the person and what was shown for it; None when the person asks."""
    row = agent.of(case)
    if row is None:
        return None
    return Seen(
        row=row,
        facts=agent.read(row),
        proofs=proofs(case),
        reason=reason(row),
        asks_the_person=needs_the_person(row),
        person_agrees=person_agrees(row),
        is_open=row.ruling == Representation.Ruling.OPEN and case.is_undecided,
        disowned=agent.disowned_in(row),
    )


def proofs(case: Case) -> list[tuple[Evidence, str]]:
    """What was shown, with the names of the files, newest first; destroyed ones stay listed."""
    return [(row, name) for row, name in messages.files(case) if row.purpose == Evidence.Purpose.AUTHORITY]


def reason(row: Representation) -> str:
    """Why the officer ruled as she did; empty before."""
    return CaseVault.of(row.case_id).open_text(row.reason_sealed, place=_reason_place(row)) if row.reason_sealed else ""


def _reason_place(row: Representation) -> str:
    return f"representation.reason|{row.case_id}"


def _open(case: Case) -> Representation:
    """The representation that waits for a ruling, locked by its case."""
    row = agent.of(case)
    if row is None:
        message = _("The person asks for themselves; there is nobody to rule on.")
        raise WrongState(message)
    if row.ruling != Representation.Ruling.OPEN or not case.is_open:
        message = _("It was already decided whether this agent may act.")
        raise WrongState(message)
    return row


def ask_for_it(case: Case, *, by: Actor) -> None:
    """Whoever asks for the person hears what to show; the person's own address, how to confirm or stop it."""
    row = agent.of(case)
    if row is None:
        return
    agent_notices.ask(case, by=by)
    if needs_the_person(row) and people.read(case).emails:
        notices.order(case, Notice.Kind.AUTHORITY, by=by, key="authority")


def is_open(case: Case) -> bool:
    """Whether it is still to be ruled on that somebody may act for the person of this case."""
    row = agent.of(case)
    return row is not None and row.ruling == Representation.Ruling.OPEN and case.is_undecided


def waits_for_the_person(case: Case) -> bool:
    """Whether the person has still to say if it is true."""
    row = agent.of(case)
    return row is not None and row.confirmed_at is None and needs_the_person(row) and is_open(case)


@transaction.atomic
def show(*, case_id: UUID, by: Actor, name: str, parts: Iterable[bytes]) -> Evidence:
    """Hand in the signed permission, the power of attorney, the court's paper. The rules of every file apply."""
    case = locked(case_id)
    require(case, Verb.SHOW_AUTHORITY, by)
    _open(case)
    shown = messages.upload(case_id=case_id, by=by, name=name, parts=parts, purpose=Evidence.Purpose.AUTHORITY)
    repeated = shown.is_repeated
    payload = {"evidence": shown.id, "repeated": repeated}
    chain.append(case_id, EventKind.AUTHORITY_SHOWN, by=by, payload=payload)
    if not repeated:
        flag(locked(case_id), Attention.AUTHORITY, by=by)
    return shown


@transaction.atomic
def answer(*, case_id: UUID, by: Actor, yes: bool) -> Case:
    """The person, who entered a code sent to their own address, says whether it is true.

    No ends the request, and marks whoever asked: it shows wherever they ask again.
    """
    case = locked(case_id)
    require(case, Verb.PROVE, by)
    row = _open(case)
    said = {"answer": "yes" if yes else "no", "held": bool(identity_channel.collect_place(case))}
    chain.append(case_id, EventKind.AUTHORITY_CONFIRMED, by=by, payload=said)
    if not yes:
        return _disowned(row, by=by)
    row.confirmed_at = timezone.now()
    row.save(update_fields=["confirmed_at"])
    return case


def can_be_heard_at_the_desk(case: Case) -> bool:
    """Whether a no on the phone can be the person's: a number that a source held can be rung, or a code came back.

    A yes on the phone is that code: it proves identity, which is more than a yes.
    """
    can_be_rung = any(place.startswith("phone:") for place in identity_channel.held_places(case))
    return waits_for_the_person(case) and (can_be_rung or bool(identity_channel.confirmed_addresses(case)))


@transaction.atomic
def disown_at_the_desk(*, case_id: UUID, by: Actor) -> Case:
    """The person, rung at a number on file, said that they permitted nothing. The same as a no on the status page."""
    case = locked(case_id)
    require(case, Verb.WITHDRAW, by)
    row = _open(case)
    if not can_be_heard_at_the_desk(case):
        message = _("Nobody knows whose word this is: no number is on file, and no code came back.")
        raise WrongState(message)
    said = {"answer": "no", "held": True}
    chain.append(case_id, EventKind.AUTHORITY_CONFIRMED, by=by, payload=said)
    return _disowned(row, by=by)


def _disowned(row: Representation, *, by: Actor) -> Case:
    row.ruling, row.ruled_at = Representation.Ruling.REFUSED, timezone.now()
    row.disowned_at = row.ruled_at
    row.save(update_fields=["ruling", "ruled_at", "disowned_at"])
    agent_notices.tell(row.case, by=by, accepted=False)
    return ending.withdraw(case_id=row.case_id, by=by)


def may_take_back(case: Case) -> bool:
    """Whether whoever asks for the person can still stop it, as the person can."""
    row = agent.of(case)
    return row is not None and row.ruling != Representation.Ruling.REFUSED and can_proceed(case.withdraw)


@transaction.atomic
def take_back(*, case_id: UUID, by: Actor) -> Case:
    """Whoever asks for the person no longer does. The person is told, and may ask in person at any time."""
    case = locked(case_id)
    if not may_take_back(case):
        message = _("This request can no longer be taken back.")
        raise WrongState(message)
    return ending.withdraw(case_id=case_id, by=by, by_agent=True)


@transaction.atomic
def rule(*, case_id: UUID, by: Actor, accept: bool, reason: str) -> Case:
    """An officer accepts that the agent may act, or refuses the request for want of it (ground `agent_unproven`).

    Whoever accepts has prepared the release. An opt-out that waited for this is carried out now.
    """
    case = locked(case_id)
    require(case, Verb.RULE_AUTHORITY, by)
    row = _open(case)
    if len(reason.strip()) < SHORTEST_REASON:
        message = _("Say what was seen and why it is enough, or not, in a sentence.")
        raise NotValid(message, field="reason")
    if accept:
        _acceptable(row, by)
    row.ruling = Representation.Ruling.ACCEPTED if accept else Representation.Ruling.REFUSED
    row.ruled_by_id, row.ruled_at = by.person_id, timezone.now()
    row.reason_sealed = CaseVault.of(case_id).seal_text(reason.strip(), place=_reason_place(row))
    row.save(update_fields=["ruling", "ruled_by", "ruled_at", "reason_sealed"])
    chain.append(case_id, EventKind.AUTHORITY_RULED, by=by, payload={"ruling": row.ruling, "kind": row.kind})
    if case.attention == Attention.AUTHORITY:
        flag(case, Attention.NONE, by=by)
    agent_notices.tell(case, by=by, accepted=accept)
    if not accept:
        return refuse(case, by=by, explanation=reason.strip())
    Preparer.objects.get_or_create(case=case, user_id=by.person_id)
    if agent.stands_in(row) and State(case.state) is State.VERIFYING:
        flag(case, Attention.IDENTITY, by=by)  # nobody in whose place somebody asks enters a code
    return move(case_id, Verb.BEGIN, by=SYSTEM) if State(case.state) is State.RECEIVED else case


def _acceptable(row: Representation, by: Actor) -> None:
    if not row.case.evidence.filter(purpose=Evidence.Purpose.AUTHORITY, destroyed_at=None).exists():
        message = _("No permission was shown yet; nobody can accept what nobody has seen.")
        raise NotValid(message, field="accept")
    reuse.require_cleared(row.case, by)
    if needs_the_person(row) and not person_agrees(row):
        message = _("The person has neither confirmed the permission from an address on file nor proven identity.")
        raise NotValid(message, field="accept")


def refuse(case: Case, *, by: Actor, explanation: str) -> Case:
    """End the request for want of a permission, and tell the person: it was asked in their name.

    The reasons are for the person alone: where there is nobody else to write to, they stay with the case.
    """
    ground = next(one for one in regimes.get(case.regime).rights[case.right].grounds if one.code == GROUND)
    told = "" if addressee.of(case, Notice.Kind.DENIAL).in_place_of else explanation
    parameters = {"ground": GROUND, "citation": ground.citation, "explanation": told}
    notices.order(case, Notice.Kind.DENIAL, by=by, key=f"denial:{case.entry}", parameters=parameters)
    return move(case.id, Verb.DENY, by=by, ground=GROUND)
