"""The lifecycle verbs of the API: name -> the service it calls. Each gets the case, the actor and the checked data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from requests_app import selectors
from requests_app.exceptions import NotFound, NotValid
from requests_app.models import Case, Channel, User
from requests_app.permissions import Actor, Verb
from requests_app.services import (
    appeal,
    assignment,
    correction,
    ending,
    extension,
    holds,
    identity,
    messages,
    representation,
    review,
    statements,
)
from requests_app.services.disputed import Answer

Data = dict[str, Any]
Call = Callable[[Case, Actor, User, Data], object]


def _need(data: Data, name: str) -> str:
    value = data.get(name)
    if not value:
        message = f"This verb needs {name}."
        raise NotValid(message, field=name)
    return str(value)


def _said(data: Data, name: str) -> bool:
    """Yes or no; silence is neither."""
    if data.get(name) is None:
        message = f"This verb needs {name}."
        raise NotValid(message, field=name)
    return bool(data[name])


def _assign(case: Case, by: Actor, _user: User, data: Data) -> None:
    name = data.get("to")
    to = User.objects.filter(username=name, is_active=True).first() if name else None
    if name and to is None:
        message = "There is no such user."
        raise NotValid(message, field="to")
    assignment.assign(case_id=case.id, by=by, to=to)


def _verify(case: Case, by: Actor, _user: User, data: Data) -> None:
    identity.accept(case_id=case.id, by=by, reason=_need(data, "reason"))


def _approve(case: Case, by: Actor, _user: User, data: Data) -> None:
    review.approve(case_id=case.id, by=by, digest=_need(data, "digest"))


def _deny(case: Case, by: Actor, _user: User, data: Data) -> None:
    explanation = str(data.get("explanation", ""))
    review.deny(case_id=case.id, by=by, ground=_need(data, "ground"), explanation=explanation)


def _extend(case: Case, by: Actor, _user: User, data: Data) -> None:
    extension.extend(case_id=case.id, by=by, reason=_need(data, "reason"))


def _withdraw(case: Case, by: Actor, _user: User, _data: Data) -> None:
    ending.withdraw(case_id=case.id, by=by)


def _send_back(case: Case, by: Actor, _user: User, data: Data) -> None:
    review.send_back(case_id=case.id, by=by, note=_need(data, "note"))


def _reconsider(case: Case, by: Actor, _user: User, data: Data) -> None:
    review.reconsider(case_id=case.id, by=by, note=_need(data, "note"))


def _note(case: Case, by: Actor, _user: User, data: Data) -> None:
    messages.note(case_id=case.id, by=by, text=_need(data, "note"))


def _message(case: Case, by: Actor, _user: User, data: Data) -> None:
    messages.write(case_id=case.id, by=by, text=_need(data, "text"))


def _hold(case: Case, by: Actor, _user: User, data: Data) -> None:
    holds.place(case_id=case.id, by=by, ground=_need(data, "ground"))


def _appeal(case: Case, by: Actor, _user: User, data: Data) -> None:
    appeal.open_appeal(case_id=case.id, by=by, text=_need(data, "text"), channel=Channel.API)


def _rule_authority(case: Case, by: Actor, _user: User, data: Data) -> None:
    representation.rule(case_id=case.id, by=by, accept=_said(data, "accept"), reason=_need(data, "reason"))


def _rule_correction(case: Case, by: Actor, _user: User, data: Data) -> None:
    accept = _said(data, "accept")
    explained = Answer(
        str(data.get("explanation", "")), health=bool(data.get("health")), note=str(data.get("note", ""))
    )
    correction.rule(
        case_id=case.id,
        by=by,
        number=int(_need(data, "number")),
        seen=_need(data, "seen"),
        accept=accept,
        places=data.get("places", ()),
        ground=str(data.get("ground", "")),
        answer=explained,
    )


def _state_correction(case: Case, by: Actor, _user: User, data: Data) -> None:
    statements.add(case_id=case.id, by=by, number=int(_need(data, "number")), text=_need(data, "text"))


def _other(user: User, data: Data) -> Case:
    try:
        return selectors.case_for(user, _need(data, "into"))
    except NotFound as error:
        raise NotValid(str(error), field="into") from None


def _lift_hold(case: Case, by: Actor, _user: User, _data: Data) -> None:
    for hold in case.holds.filter(lifted_at=None):
        holds.lift(case_id=case.id, by=by, hold_id=hold.id)


def _retry(case: Case, by: Actor, _user: User, _data: Data) -> None:
    review.retry(case_id=case.id, by=by)


def _link(case: Case, by: Actor, user: User, data: Data) -> None:
    review.link(case_id=case.id, by=by, other=_other(user, data))


def _merge(case: Case, by: Actor, user: User, data: Data) -> None:
    review.merge(case_id=case.id, by=by, into=_other(user, data))


def _break_glass(case: Case, by: Actor, _user: User, data: Data) -> None:
    assignment.break_glass(case_id=case.id, by=by, reason=_need(data, "reason"))


VERBS: dict[str, Call] = {
    "verify": _verify,
    "approve": _approve,
    "deny": _deny,
    "extend": _extend,
    "assign": _assign,
    "withdraw": _withdraw,
    "send_back": _send_back,
    "reconsider": _reconsider,
    "note": _note,
    "message": _message,
    "hold": _hold,
    "lift_hold": _lift_hold,
    "retry": _retry,
    "link": _link,
    "merge": _merge,
    "appeal": _appeal,
    "rule_authority": _rule_authority,
    "rule_correction": _rule_correction,
    "state_correction": _state_correction,
    "break_glass": _break_glass,
}
STEP_UP = {
    "verify": Verb.ACCEPT_IDENTITY,
    "approve": Verb.APPROVE,
    "deny": Verb.DENY,
    "rule_authority": Verb.RULE_AUTHORITY,
    "hold": Verb.HOLD,
    "lift_hold": Verb.LIFT_HOLD,
}
