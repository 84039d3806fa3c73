"""The first page of the desk: take the next call, open a letter, and ring back who was cut off."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.access import staff_page, user_of
from requests_app.exceptions import WrongState
from requests_app.models import Channel
from requests_app.permissions import Verb, staff
from requests_app.phone.answers import Call
from requests_app.services import drafts

BEGUN_HERE = (Channel.PHONE, Channel.MAIL, Channel.WALK_IN)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Verb.TAKE_REQUEST)
def waiting(request: HttpRequest) -> HttpResponse:
    """Those that were cut off stand first, the longest waiting on top; the number to ring is all that is needed."""
    by = staff(user_of(request))
    channel = request.POST.get("channel", "")
    if request.method == "POST" and channel in BEGUN_HERE:
        return redirect("phone:call", drafts.begin(by=by, channel=channel).id)
    rows = drafts.seen_by(by).filter(state__in=drafts.WAITING).select_related("by").order_by("began_at")
    calls = [Call(draft) for draft in rows]
    context = {
        "parked": [call for call in calls if call.draft.state == drafts.State.PARKED],
        "open": [call for call in calls if call.draft.state == drafts.State.OPEN],
    }
    return render(request, "phone/waiting.html", context)


@require_POST
@staff_page(Verb.TAKE_REQUEST)
def resume(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Somebody rings back: the form is as it was left, and the time of receipt is the first call's."""
    by = staff(user_of(request))
    try:
        drafts.resume(draft_id=draft, by=by)
    except WrongState:
        messages.info(request, _("This call has become a request already."))
        return redirect("phone:done", draft)
    return redirect("phone:call", draft)
