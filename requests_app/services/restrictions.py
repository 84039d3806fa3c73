"""The suppression list: who must not be sold, shared or written to. Other systems ask it before they act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils import timezone

from requests_app.exceptions import NotValid
from requests_app.ledger import chain
from requests_app.lifecycle import OPT_OUTS, Right
from requests_app.models import Case, EventKind, Restriction
from requests_app.permissions import SYSTEM
from requests_app.services import clock, opt_in
from requests_app.services import person as people
from requests_app.vault import suppression_token
from requests_app.vault.normal import normal

INVITE = "invite_opt_in"
_SHARING = frozenset({Right.OPT_OUT_SALE_SHARING, Right.OPT_OUT_TARGETED_ADS, Right.DELETE})
# What somebody is about to do -> the rights whose use forbids it. Whoever had their data deleted is restricted for all.
PURPOSES: Mapping[str, frozenset[Right]] = {
    "marketing": frozenset({*OPT_OUTS, Right.DELETE}) - {Right.LIMIT_SENSITIVE},
    "sale_sharing": frozenset({Right.OPT_OUT_SALE_SHARING, Right.DELETE}),
    "targeted_ads": _SHARING,
    "audience_matching": _SHARING,
    "profiling": frozenset({Right.OPT_OUT_PROFILING, Right.DELETE}),
    "sensitive": frozenset({Right.LIMIT_SENSITIVE, Right.DELETE}),
    "import": frozenset({Right.DELETE}),
    INVITE: frozenset({*OPT_OUTS, Right.DELETE}),
}
FREE, UNUSABLE, ASKED_TOO_SOON = "not_restricted", "identifier_unusable", "do_not_ask_until"


class Decision(StrEnum):
    ALLOW = "allow"
    DENY = "deny"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """`rule`: the right that forbids it, or why not. Whoever gets anything but `allow` must not go on."""

    decision: Decision
    rule: str


def check(purpose: str, identifiers: Iterable[tuple[str, str]]) -> Answer:
    """Say whether this may be done with the person who has any of these identifiers (kind, value).

    One restricted identifier is enough to deny; one that cannot be compared keeps the answer from being `allow`.
    NotValid for a purpose that nobody has defined, since a typing mistake must not pass for a yes.
    """
    if purpose not in PURPOSES:
        message = f"Choose one of: {', '.join(PURPOSES)}."
        raise NotValid(message, field="purpose")
    tokens = [token(kind, value) for kind, value in identifiers]
    forbids = Restriction.objects.filter(token__in=[*filter(None, tokens)], lifted_at=None)
    if purpose == INVITE:
        forbids = forbids.filter(do_not_ask_until__gt=clock.today())
    used = set(forbids.filter(purpose__in=PURPOSES[purpose]).values_list("purpose", flat=True))
    if used:
        return Answer(Decision.DENY, ASKED_TOO_SOON if purpose == INVITE else min(used))
    return Answer(Decision.ALLOW, FREE) if tokens and all(tokens) else Answer(Decision.UNKNOWN, UNUSABLE)


def token(kind: str, value: str) -> str:
    """Empty when nothing like it could ever have come in with a request."""
    try:
        match kind:
            case "email":
                value = people.email(value)
            case "phone":
                value = people.phone(value)
            case "account" if normal("account", value):
                value = people.line(value, "account")
            case _:
                return ""
    except NotValid:
        return ""
    return suppression_token(kind, value)


def not_asked_until(day: date) -> date:
    """Whoever opted out on that day is not asked to opt in again for twelve months (Cal. Civ. Code 1798.135(c)(4))."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def not_asked_after(cases: Iterable[Case]) -> date | None:
    """The same for the opt-outs among these cases; None when there is none."""
    days = [case.received_on for case in cases if case.right in OPT_OUTS]
    return not_asked_until(max(days)) if days else None


def lift(case: Case) -> bool:
    """The person opted in again: lifted for this purpose, and for no more than the confirmation covers.

    Returns whether the sources may be set back, which they may not while another restriction of hers is in force.
    """
    tokens = [suppression_token(kind, value) for kind, value in opt_in.covered(case)]
    hers = Restriction.objects.filter(token__in=tokens, lifted_at=None)
    purpose = opt_in.LIFTS[Right(case.right)]
    lifted = hers.filter(purpose=purpose).update(lifted_at=timezone.now())
    if lifted or not case.events.filter(kind=EventKind.RESTRICTION_LIFTED).exists():
        payload = {"count": lifted, "purpose": purpose.value}
        chain.append(case.id, EventKind.RESTRICTION_LIFTED, by=SYSTEM, payload=payload)
    return not hers.exists()


def given(case: Case) -> list[tuple[str, str]]:
    """(kind, value) of what the person gave and can be restricted by."""
    person = people.read(case)
    facts = [("email", value) for value in person.emails]
    facts += [("phone", value) for value in person.phones]
    return facts + [("account", value) for value in person.account_numbers]


def in_force(case: Case) -> list[tuple[str, str]]:
    """What of that the person has not allowed again since."""
    tokens = {suppression_token(kind, value): (kind, value) for kind, value in given(case)}
    lifted = Restriction.objects.filter(token__in=tokens, purpose=case.right).exclude(lifted_at=None)
    return [tokens[one] for one in tokens.keys() - {*lifted.values_list("token", flat=True)}]


def all_lifted(case: Case) -> bool:
    """Whether the person allows again, by each of these, what this request stopped."""
    return bool(given(case)) and not in_force(case)


def add(case: Case, learned: Iterable[tuple[str, str]] = ()) -> int:
    """One entry per identifier that the person gave, or that her own rows taught; adding again renews.

    Returns how many there are for this case.
    """
    now = timezone.now()
    entries = {suppression_token(kind, value): kind for kind, value in given(case)}
    entries |= {made: kind for kind, value in learned if (made := token(kind, value))}
    for made, kind in entries.items():
        Restriction.objects.update_or_create(
            token=made,
            purpose=case.right,
            defaults={
                "kind": kind,
                "lifted_at": None,
                "case_reference": case.reference,
                "since": now,
                "do_not_ask_until": not_asked_until(case.received_on),
            },
        )
    payload = {"count": len(entries), "purpose": case.right}
    chain.append(case.id, EventKind.RESTRICTION_ADDED, by=SYSTEM, payload=payload)
    return len(entries)
