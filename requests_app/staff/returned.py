"""Mail that came back: each with what can be done about it now."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.permissions import Verb, staff
from requests_app.services import returned

POST, SEND, SETTLE = "post", "send", "settle"


@require_GET
@staff_page(Verb.POST_LETTER)
def listed(request: HttpRequest) -> HttpResponse:
    rows = [returned.seen(notice) for notice in selectors.returned(user_of(request))]
    return render(request, "staff/returned.html", {"rows": rows})


@require_POST
@staff_page(Verb.POST_LETTER)
def act(request: HttpRequest, notice: UUID) -> HttpResponse:
    """One button each: the letter, another address, or a word on what was done instead."""
    user = user_of(request)
    row = get_object_or_404(selectors.returned(user), pk=notice)
    what, by = request.POST.get("what", ""), staff(user)
    try:
        if what == POST:
            returned.post(notice_id=row.id, by=by)
            messages.success(request, _("The letter is being made; it will be among the letters to post."))
        elif what == SEND:
            returned.send_elsewhere(notice_id=row.id, by=by, to=request.POST.get("to", ""))
            messages.success(request, _("It is on its way to the other address."))
        elif what == SETTLE:
            returned.settle(notice_id=row.id, by=by, note=request.POST.get("note", ""))
            messages.success(request, _("Settled; what was done stands in the notes of the case."))
        else:
            messages.error(request, _("Choose what to do."))
    except (NotValid, WrongState) as error:
        messages.error(request, str(error))
    return redirect("staff:returned")
