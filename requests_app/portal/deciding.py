"""What the person decides at the status page: to appeal a decision."""

from __future__ import annotations

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app.exceptions import NotValid, WrongState
from requests_app.models import Case
from requests_app.portal import door
from requests_app.portal.following import at_a_case, page
from requests_app.portal.following_forms import Appeal
from requests_app.services import appeal as appeals


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
