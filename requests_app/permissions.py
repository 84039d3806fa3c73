"""Roles, and the one table that says which role may use which verb. Whoever acts is an Actor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests_app.models import User


class Role(StrEnum):
    CONSUMER = "consumer"
    INTAKE = "intake"
    ANALYST = "analyst"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SYSTEM = "system"


STAFF = frozenset({Role.INTAKE, Role.ANALYST, Role.OFFICER, Role.AUDITOR, Role.ADMIN})


class Verb(StrEnum):
    """What can be done: to move a case, to write on it, to read it; the last group is about no case yet."""

    BEGIN = "begin"
    VERIFY = "verify"
    FINISH_STAGE = "finish_stage"
    RELEASE = "release"
    SEND_BACK = "send_back"
    RECONSIDER = "reconsider"
    CLOSE = "close"
    DENY = "deny"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    MERGE = "merge"

    ASSIGN = "assign"
    NOTE = "note"
    EXTEND = "extend"
    HOLD = "hold"
    LIFT_HOLD = "lift_hold"
    LINK = "link"
    RULE = "rule"
    APPROVE = "approve"
    MESSAGE = "message"
    UPLOAD = "upload"
    APPEAL = "appeal"
    SHOW_AUTHORITY = "show_authority"
    RULE_AUTHORITY = "rule_authority"
    CLEAR_EVIDENCE = "clear_evidence"
    PROVE = "prove"
    CONFIRM = "confirm"
    ACCEPT_IDENTITY = "accept_identity"
    RETRY = "retry"
    POST_LETTER = "post_letter"
    CONFIRM_REFERRAL = "confirm_referral"
    SETTLE = "settle"

    VIEW = "view"
    VIEW_RECORDS = "view_records"
    VIEW_EVENTS = "view_events"
    DOWNLOAD = "download"
    BREAK_GLASS = "break_glass"
    VIEW_OPENINGS = "view_openings"

    TAKE_REQUEST = "take_request"
    MANAGE_STAFF = "manage_staff"


_C, _I, _A, _O, _U, _D, _S = (
    Role.CONSUMER,
    Role.INTAKE,
    Role.ANALYST,
    Role.OFFICER,
    Role.AUDITOR,
    Role.ADMIN,
    Role.SYSTEM,
)
MAY: dict[Verb, frozenset[Role]] = {
    Verb.BEGIN: frozenset({_S}),
    Verb.VERIFY: frozenset({_S, _O}),
    Verb.FINISH_STAGE: frozenset({_S}),
    Verb.RELEASE: frozenset({_S}),
    Verb.SEND_BACK: frozenset({_O}),
    Verb.RECONSIDER: frozenset({_O}),
    Verb.CLOSE: frozenset({_S}),
    Verb.DENY: frozenset({_O, _S}),
    Verb.WITHDRAW: frozenset({_C, _O, _I}),
    Verb.EXPIRE: frozenset({_S}),
    Verb.MERGE: frozenset({_A, _O}),
    Verb.ASSIGN: frozenset({_A, _O}),
    Verb.NOTE: frozenset({_I, _A, _O}),
    Verb.EXTEND: frozenset({_O}),
    Verb.HOLD: frozenset({_O}),
    Verb.LIFT_HOLD: frozenset({_O}),
    Verb.LINK: frozenset({_I, _A, _O}),
    Verb.RULE: frozenset({_A, _O}),
    Verb.APPROVE: frozenset({_A, _O}),
    Verb.MESSAGE: frozenset({_C, _I, _A, _O}),
    Verb.UPLOAD: frozenset({_C, _I, _A, _O}),
    Verb.APPEAL: frozenset({_C, _I, _O}),
    Verb.SHOW_AUTHORITY: frozenset({_C, _I, _A, _O}),
    Verb.RULE_AUTHORITY: frozenset({_O}),
    Verb.CLEAR_EVIDENCE: frozenset({_O}),
    Verb.PROVE: frozenset({_C, _S}),
    Verb.CONFIRM: frozenset({_C}),
    Verb.ACCEPT_IDENTITY: frozenset({_O}),
    Verb.RETRY: frozenset({_A, _O}),
    Verb.POST_LETTER: frozenset({_I, _A, _O}),
    Verb.CONFIRM_REFERRAL: frozenset({_I, _A, _O}),
    Verb.SETTLE: frozenset({_O}),
    Verb.VIEW: frozenset({_C, _I, _A, _O, _U, _S}),
    Verb.VIEW_RECORDS: frozenset({_A, _O, _S}),
    Verb.VIEW_EVENTS: frozenset({_A, _O, _U, _S}),
    Verb.DOWNLOAD: frozenset({_C, _O, _S}),
    Verb.BREAK_GLASS: frozenset({_A, _O}),
    Verb.VIEW_OPENINGS: frozenset({_O, _U, _D}),
    Verb.TAKE_REQUEST: frozenset({_I, _A, _O}),
    Verb.MANAGE_STAFF: frozenset({_D, _S}),
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff, the consumer of one case, or the system itself."""

    role: Role
    user_id: int | None = None
    case_id: object = None

    @property
    def person_id(self) -> int:
        """The member of staff who acts; a decision always has one."""
        if self.user_id is None:
            message = f"{self.role.value} is nobody in particular."
            raise LookupError(message)
        return self.user_id

    def may(self, verb: Verb) -> bool:
        return self.role in MAY[verb]


SYSTEM = Actor(Role.SYSTEM)


def staff(user: User) -> Actor:
    return Actor(Role(user.role), user_id=user.pk)


def consumer(case_id: object) -> Actor:
    return Actor(Role.CONSUMER, case_id=case_id)
