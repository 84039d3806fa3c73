"""What the person decides at the status page: to confirm a choice, who may act for them, to appeal a decision."""

from __future__ import annotations

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.exceptions import NotValid, WrongState
from requests_app.models import Case
from requests_app.portal import door
from requests_app.portal.following import at_a_case, page
from requests_app.portal.following_forms import Appeal
from requests_app.services import agent as agents
from requests_app.services import appeal as appeals
from requests_app.services import opt_in, representation


@require_POST
@at_a_case
def appeal(request: HttpRequest, case: Case) -> HttpResponse:
    form = Appeal(request.POST)
    if form.is_valid():
        try:
            opened = appeals.open_appeal(case_id=case.id, by=door.actor(case), text=form.cleaned_data["text"])
        except NotValid as error:
            form.add_error("text", str(error))
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            said = _("We have your appeal. Its reference is %(reference)s; we sent it to you by e-mail, too.")
            flash.success(request, said % {"reference": opened.reference})
            return redirect("portal:case")
    return page(request, case, appeal=form)


@require_POST
@at_a_case
def confirm(request: HttpRequest, case: Case) -> HttpResponse:
    """The second step of an opt-in, apart from the request (11 CCR 7028(a))."""
    try:
        opt_in.confirm(case_id=case.id, by=door.actor(case))
    except WrongState:
        flash.error(
            request, _("This request has ended, so there is nothing to confirm. You may ask again at any time.")
        )
    else:
        flash.success(request, _("You confirmed it. We carry it out and send you a mail when it is done."))
    return redirect("portal:case")


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_case
def permission(request: HttpRequest, case: Case) -> HttpResponse:
    """Somebody asks in the person's name: true or not. Reading the mail proves nothing yet; the answer is a POST."""
    row = agents.of(case)
    if row is None or not representation.waits_for_the_person(case):
        return redirect("portal:case")
    answer = request.POST.get("answer")
    if answer not in {"yes", "no"}:
        context = {"case": case, "agent": agents.read(row), "signed_on": row.signed_on}
        return render(request, "portal/permission.html", context)
    try:
        representation.answer(case_id=case.id, by=door.actor(case), yes=answer == "yes")
    except WrongState as error:
        flash.error(request, str(error))
    else:
        yes = _("Thank you. We keep your answer with the request.")
        no = _("Thank you. The request has ended, and nobody got anything.")
        flash.success(request, yes if answer == "yes" else no)
    return redirect("portal:case")
