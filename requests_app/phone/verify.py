"""Is the caller who they say they are? A code by a channel on file; the screen answers match or no match."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotFound, NotValid, WrongState
from requests_app.lifecycle import State
from requests_app.models import Case, Representation
from requests_app.permissions import Actor, Verb, staff
from requests_app.phone import script
from requests_app.services import agent, opt_in, phone_codes, representation
from requests_app.services import person as people


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Verb.TAKE_REQUEST)
def verify(request: HttpRequest, reference: str) -> HttpResponse:
    user = user_of(request)
    case = selectors.case_for(user, reference)
    if case.key.destroyed_at is not None:
        raise NotFound
    said = ""
    if request.method == "POST":
        try:
            said = _act(request, case, staff(user))
        except (NotValid, WrongState) as error:
            messages.error(request, str(error))
        if not said:
            return redirect("phone:verify", reference=case.reference)
    return _page(request, case, said)


def _act(request: HttpRequest, case: Case, by: Actor) -> str:
    """What was pressed; a code to be said to the caller is shown this once and kept nowhere."""
    if place := request.POST.get("place", ""):
        return phone_codes.send(case_id=case.id, by=by, place=place)
    if request.POST.get("act") == "declared":
        phone_codes.declared_on_paper(case_id=case.id, by=by, signed_name=request.POST.get("signed_name", ""))
        messages.success(request, _("The signed declaration is noted."))
    elif request.POST.get("act") == "disowned":
        representation.disown_at_the_desk(case_id=case.id, by=by)
        messages.success(request, _("The request has ended, and whoever asked is marked."))
    elif phone_codes.enter(case_id=case.id, by=by, code=request.POST.get("code", "")):
        messages.success(
            request, _("Match.") if case.required_level else _("Match. It is confirmed, and carried out now.")
        )
    else:
        messages.error(request, _("No match."))
    return ""


def _page(request: HttpRequest, case: Case, code: str) -> HttpResponse:
    row, may_stop = agent.of(case), staff(user_of(request)).may(Verb.WITHDRAW)
    is_heard = row is not None and may_stop and representation.can_be_heard_at_the_desk(case)
    context = {
        "case": case,
        "standing": phone_codes.standing(case),
        "open": case.state == State.VERIFYING or opt_in.is_waited_for(case),
        "confirms": opt_in.is_waited_for(case),
        "proven": case.identity_level >= case.required_level,
        "code": code,
        "lines": script.to_verify(case.language, confirms=opt_in.is_waited_for(case)),
        "name": people.read(case).full_name,
        "asked_about": script.to_ask_about(_named(row), case.language) if row and is_heard else [],
    }
    return render(request, "phone/verify.html", context)


def _named(row: Representation) -> str:
    said = agent.read(row)
    return ", ".join(filter(None, (said.name, said.organisation)))
