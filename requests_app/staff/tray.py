"""Letters that are printed and posted, and documents read by staff."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import GateClosed, NotValid, WrongState
from requests_app.permissions import Verb, staff
from requests_app.services import collect, notices
from requests_app.serving import attachment
from requests_app.staff.forms import PostedForm


@require_GET
@staff_page(Verb.POST_LETTER)
def tray(request: HttpRequest) -> HttpResponse:
    waiting = selectors.tray(user_of(request))
    form = PostedForm(initial={"on": selectors.today()})
    return render(request, "staff/tray.html", {"letters": waiting, "form": form})


@require_POST
@staff_page(Verb.POST_LETTER)
def posted(request: HttpRequest, notice: UUID) -> HttpResponse:
    user = user_of(request)
    letter = get_object_or_404(selectors.tray(user), pk=notice)
    form = PostedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the day of posting."))
        return redirect("staff:tray")
    try:
        notices.posted(notice_id=letter.id, by=staff(user), on=form.cleaned_data["on"])
        messages.success(request, _("Posted: %(reference)s.") % {"reference": letter.case.reference})
    except (NotValid, WrongState) as error:
        messages.error(request, str(error))
    return redirect("staff:tray")


@require_GET
@staff_page(Verb.VIEW)
def document(request: HttpRequest, document: UUID) -> HttpResponseBase:
    """A letter, for whoever posts it; a record or a package for officers, a package only while the gate is open."""
    try:
        return attachment(collect.fetch(deliverable_id=document, by=staff(user_of(request))))
    except GateClosed as error:
        messages.error(request, str(error))
        return redirect("staff:queue")
