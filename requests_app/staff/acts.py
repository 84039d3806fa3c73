"""Everything that a person does to a case, as plain POST forms: one verb, one service call, back with a word on it.

What cannot be taken comes back on the page that it was typed on, with the error beside it: nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import selectors
from requests_app.access import staff_page, stepped_up, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.models import Case, CaseLink, Channel, User
from requests_app.permissions import Actor, Verb, staff
from requests_app.services import appeal, assignment, ending, extension, holds, identity, representation, reuse, review
from requests_app.services import messages as writing
from requests_app.staff import case as pages
from requests_app.staff import forms

Data = dict[str, Any]


class Act(NamedTuple):
    """What is done with the checked data of which form; the answer is the word on it."""

    do: Callable[[Case, User, Actor, Data], str]
    form: str = ""
    page: str = "case"


def _assign(case: Case, _user: User, by: Actor, data: Data) -> str:
    to = data["to"]
    assignment.assign(case_id=case.id, by=by, to=to)
    return _("Assigned to %(name)s.") % {"name": to.username} if to else _("Assigned to nobody.")


def _take(case: Case, user: User, by: Actor, _data: Data) -> str:
    assignment.assign(case_id=case.id, by=by, to=user)
    return _("The case is yours.")


def _note(case: Case, _user: User, by: Actor, data: Data) -> str:
    writing.note(case_id=case.id, by=by, text=data["text"])
    return _("The note is kept.")


def _message(case: Case, _user: User, by: Actor, data: Data) -> str:
    writing.write(case_id=case.id, by=by, text=data["text"])
    return _("The message is on the status page; the consumer is told that there is one.")


def _extend(case: Case, _user: User, by: Actor, data: Data) -> str:
    clock = extension.extend(case_id=case.id, by=by, reason=data["reason"])
    return _("Extended until %(date)s; the notice is on its way.") % {"date": date_format(clock.due_on, "M j, Y")}


def _hold(case: Case, _user: User, by: Actor, data: Data) -> str:
    holds.place(case_id=case.id, by=by, ground=data["reason"])
    return _("The hold is in force: nothing leaves until it is lifted.")


def _lift_hold(case: Case, _user: User, by: Actor, _data: Data) -> str:
    for hold in case.holds.filter(lifted_at=None):
        holds.lift(case_id=case.id, by=by, hold_id=hold.id)
    return _("The hold is lifted.")


def _link(case: Case, _user: User, by: Actor, data: Data) -> str:
    review.link(case_id=case.id, by=by, other=data["other"], kind=CaseLink.Kind.RELATED)
    return _("The two cases are linked; nothing else about them changed.")


def _merge(case: Case, _user: User, by: Actor, data: Data) -> str:
    review.merge(case_id=case.id, by=by, into=data["other"])
    return _("Merged into %(reference)s. Neither identity level changed.") % {"reference": data["other"].reference}


def _send_back(case: Case, _user: User, by: Actor, data: Data) -> str:
    review.send_back(case_id=case.id, by=by, note=data["text"])
    return _("Sent back: the sources are searched again.")


def _reconsider(case: Case, _user: User, by: Actor, data: Data) -> str:
    review.reconsider(case_id=case.id, by=by, note=data["text"])
    return _("Back in review: the approvals are void, and nothing has left.")


def _retry(case: Case, _user: User, by: Actor, _data: Data) -> str:
    review.retry(case_id=case.id, by=by)
    return _("The step is tried again now.")


def _withdraw(case: Case, _user: User, by: Actor, _data: Data) -> str:
    ending.withdraw(case_id=case.id, by=by)
    return _("The request is withdrawn.")


def _accept(case: Case, _user: User, by: Actor, data: Data) -> str:
    identity.accept(case_id=case.id, by=by, reason=data["reason"])
    return _("The identity is accepted; the case goes on.")


def _approve(case: Case, _user: User, by: Actor, data: Data) -> str:
    refusals = review.approve(case_id=case.id, by=by, digest=data["digest"]).gate_refusals()
    if not refusals:
        return _("Approved; the case goes on.")
    return _("Your approval counts. What is still needed: %(what)s.") % {"what": "; ".join(pages.in_words(refusals))}


def _deny(case: Case, _user: User, by: Actor, data: Data) -> str:
    review.deny(case_id=case.id, by=by, ground=data["ground"], explanation=data["explanation"])
    return _("Refused; the letter with your explanation is on its way.")


def _appeal(case: Case, _user: User, by: Actor, data: Data) -> str:
    opened = appeal.open_appeal(case_id=case.id, by=by, text=data["text"], channel=Channel.PHONE)
    return _("The appeal has the reference %(reference)s.") % {"reference": opened.reference}


def _rule_authority(case: Case, _user: User, by: Actor, data: Data) -> str:
    accepted = data["accept"] == "yes"
    representation.rule(case_id=case.id, by=by, accept=accepted, reason=data["reason"])
    return _("The agent may act.") if accepted else _("Refused; the letter with your reason is on its way.")


def _clear(case: Case, _user: User, by: Actor, data: Data) -> str:
    reuse.clear(case_id=case.id, by=by, evidence_id=UUID(data["file"]), reason=data["reason"])
    return _("The file may stand; your reason is kept with it.")


ACTS: dict[str, Act] = {
    "assign": Act(_assign, "assign"),
    "take": Act(_take),
    "note": Act(_note, "note", page="messages"),
    "message": Act(_message, "message", page="messages"),
    "extend": Act(_extend, "extend"),
    "link": Act(_link, "other"),
    "merge": Act(_merge, "other"),
    "send_back": Act(_send_back, "send_back"),
    "reconsider": Act(_reconsider, "reconsider"),
    "retry": Act(_retry),
    "withdraw": Act(_withdraw),
    "appeal": Act(_appeal, "appeal"),
}
DECISIONS: dict[str, Act] = {
    "accept_identity": Act(_accept, "accept"),
    "approve": Act(_approve, "approve"),
    "deny": Act(_deny, "deny"),
    "rule_authority": Act(_rule_authority, "authority"),
    "clear_evidence": Act(_clear, "clear"),
    "hold": Act(_hold, "hold"),
    "lift_hold": Act(_lift_hold),
}


@require_POST
@staff_page(Verb.VIEW)
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    return _do(request, reference, ACTS.get(verb))


@require_POST
@staff_page(Verb.VIEW)
@stepped_up
def decide(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Decisions that let something leave, refuse or stop it: only within five minutes of a fresh proof."""
    return _do(request, reference, DECISIONS.get(verb))


def _do(request: HttpRequest, reference: str, wanted: Act | None) -> HttpResponse:
    user = user_of(request)
    case = selectors.case_for(user, reference)
    if wanted is None:
        raise Http404
    form = forms.OF_CASE[wanted.form](case, user, request.POST) if wanted.form else None
    if form is not None and not form.is_valid():
        return _shown_again(request, case, user, wanted, form)
    try:
        messages.success(request, wanted.do(case, user, staff(user), form.cleaned_data if form is not None else {}))
    except NotValid as error:
        if form is None:
            messages.error(request, str(error))
        else:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return _shown_again(request, case, user, wanted, form)
    except WrongState as error:
        messages.error(request, str(error))
    return redirect(f"staff:{wanted.page}", reference=case.reference)


def _shown_again(request: HttpRequest, case: Case, user: User, wanted: Act, form: django_forms.Form) -> HttpResponse:
    page = pages.messages_page if wanted.page == "messages" else pages.overview_page
    return page(request, case, user, sent=form)
