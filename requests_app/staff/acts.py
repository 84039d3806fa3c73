"""Everything that a person does to a case, as plain POST forms: one verb, one service call, back with a word on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import selectors
from requests_app.access import staff_page, stepped_up, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.models import Case, CaseLink, User
from requests_app.permissions import Actor, Verb, staff
from requests_app.services import extension, identity, review
from requests_app.services import messages as writing
from requests_app.services.transition import move
from requests_app.staff import forms

Call = Callable[[HttpRequest, Case, User, Actor], str]


class _Wrong(Exception):
    """The form that came in has an error; its first one is told."""


def _checked(form: django_forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise _Wrong(f"{label}: {errors[0]}" if label else str(errors[0]))
    return form.cleaned_data


def _assign(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    to = _checked(forms.AssignForm(request.POST))["to"]
    review.assign(case_id=case.id, by=by, to=to)
    return _("Assigned to %(name)s.") % {"name": to.username} if to else _("Assigned to nobody.")


def _take(_request: HttpRequest, case: Case, user: User, by: Actor) -> str:
    review.assign(case_id=case.id, by=by, to=user)
    return _("The case is yours.")


def _note(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    writing.note(case_id=case.id, by=by, text=_checked(forms.TextForm(request.POST, prefix="note"))["text"])
    return _("The note is kept.")


def _message(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    writing.write(case_id=case.id, by=by, text=_checked(forms.TextForm(request.POST, prefix="message"))["text"])
    return _("The message is on the status page; the consumer is told by mail that there is one.")


def _extend(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    reason = _checked(forms.ReasonForm(request.POST, prefix="extend"))["reason"]
    clock = extension.extend(case_id=case.id, by=by, reason=reason)
    return _("Extended until %(date)s; the notice is on its way.") % {"date": clock.due_on}


def _hold(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    review.hold(case_id=case.id, by=by, ground=_checked(forms.ReasonForm(request.POST, prefix="hold"))["reason"])
    return _("The hold is in force: nothing leaves until it is lifted.")


def _lift_hold(_request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    for hold in case.holds.filter(lifted_at=None):
        review.lift_hold(case_id=case.id, by=by, hold_id=hold.id)
    return _("The hold is lifted.")


def _link(request: HttpRequest, case: Case, user: User, by: Actor) -> str:
    other = _checked(forms.OtherCaseForm(request.POST, user=user, prefix="other"))["other"]
    review.link(case_id=case.id, by=by, other=other, kind=CaseLink.Kind.RELATED)
    return _("The two cases are linked; nothing else about them changed.")


def _merge(request: HttpRequest, case: Case, user: User, by: Actor) -> str:
    into = _checked(forms.OtherCaseForm(request.POST, user=user, prefix="other"))["other"]
    review.merge(case_id=case.id, by=by, into=into)
    return _("Merged into %(reference)s. Neither identity level changed.") % {"reference": into.reference}


def _send_back(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    note = _checked(forms.TextForm(request.POST, prefix="send_back"))["text"]
    review.send_back(case_id=case.id, by=by, note=note)
    return _("Sent back: the sources are searched again.")


def _retry(_request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    review.retry(case_id=case.id, by=by)
    return _("The step is tried again now.")


def _withdraw(_request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    move(case.id, Verb.WITHDRAW, by=by)
    return _("The request is withdrawn.")


def _accept(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    reason = _checked(forms.ReasonForm(request.POST, prefix="accept"))["reason"]
    identity.accept(case_id=case.id, by=by, reason=reason)
    return _("The identity is accepted; the case goes on.")


def _approve(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    after = review.approve(case_id=case.id, by=by, digest=request.POST.get("digest", ""))
    if "approvals" in after.gate_refusals():
        return _("Your approval counts. Another person has to approve too.")
    return _("Approved.") if after.gate_refusals() else _("Approved; the case goes on.")


def _deny(request: HttpRequest, case: Case, _user: User, by: Actor) -> str:
    data = _checked(forms.DenyForm(request.POST, case=case, prefix="deny"))
    review.deny(case_id=case.id, by=by, ground=data["ground"], explanation=data["explanation"])
    return _("Refused; the letter with your explanation is on its way.")


ACTS: dict[str, Call] = {
    "assign": _assign,
    "take": _take,
    "note": _note,
    "message": _message,
    "extend": _extend,
    "hold": _hold,
    "lift_hold": _lift_hold,
    "link": _link,
    "merge": _merge,
    "send_back": _send_back,
    "retry": _retry,
    "withdraw": _withdraw,
}
DECISIONS: dict[str, Call] = {"accept_identity": _accept, "approve": _approve, "deny": _deny}
BACK = {"note": "staff:messages", "message": "staff:messages"}


def _do(request: HttpRequest, reference: str, verb: str, calls: dict[str, Call]) -> HttpResponse:
    user = user_of(request)
    case = selectors.case_for(user, reference)
    if verb not in calls:
        raise Http404
    try:
        messages.success(request, calls[verb](request, case, user, staff(user)))
    except (_Wrong, NotValid, WrongState) as error:
        messages.error(request, str(error))
    return redirect(BACK.get(verb, "staff:case"), reference=case.reference)


@require_POST
@staff_page(Verb.VIEW)
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    return _do(request, reference, verb, ACTS)


@require_POST
@staff_page(Verb.VIEW)
@stepped_up
def decide(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Decisions that let something leave, or refuse it: only within five minutes of a fresh proof."""
    return _do(request, reference, verb, DECISIONS)
