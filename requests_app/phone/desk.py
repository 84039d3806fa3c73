"""One screen for a call, a letter or a visit: what is said, what is typed, and whether there is a request already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from requests_app import uploads
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.models import Channel, User
from requests_app.permissions import Verb, staff
from requests_app.phone import answers, script
from requests_app.phone.answers import PLACES, Call
from requests_app.phone.forms import PARTS, CallForm
from requests_app.services import calls, drafts, lookup


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Verb.TAKE_REQUEST)
def desk(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Whatever button was pressed, what was typed is kept first."""
    user = user_of(request)
    by = staff(user)
    kept = drafts.get(draft, by=by)
    if kept.state == drafts.State.TAKEN:
        return redirect("phone:done", draft)
    call = Call(kept)
    if request.method != "POST":
        return _page(request, call, user)
    try:
        call = Call(drafts.save(draft_id=draft, by=by, typed=answers.typed(request.POST)))
        act = ACTS.get(request.POST.get("act", ""), _show)
        return act(request, call, user)
    except NotValid as error:
        messages.error(request, str(error))
        return _page(request, call, user, status=400)
    except WrongState:
        return redirect("phone:done", draft)


def _show(request: HttpRequest, call: Call, user: User) -> HttpResponse:
    """Look up, or read back, without JavaScript: the same page, told anew."""
    return _page(request, call, user)


def _park(request: HttpRequest, call: Call, user: User) -> HttpResponse:
    drafts.park(draft_id=call.draft.id, by=staff(user))
    if call.number:
        messages.success(request, _("Parked. Ring back %(number)s.") % {"number": call.number})
    else:
        messages.warning(request, _("Parked, but no number to ring back was taken down."))
    return redirect("phone:waiting")


def _discard(request: HttpRequest, call: Call, user: User) -> HttpResponse:
    drafts.discard(draft_id=call.draft.id, by=staff(user))
    messages.success(request, _("Discarded; nothing of it is kept."))
    return redirect("phone:waiting")


def _note(request: HttpRequest, call: Call, user: User) -> HttpResponse:
    text = "\n\n".join(filter(None, (call.text("words"), call.text("details"))))
    reference = call.text("known")
    calls.add_note(draft_id=call.draft.id, by=staff(user), reference=reference, text=text)
    messages.success(request, _("The note is kept with %(reference)s.") % {"reference": reference})
    return redirect("phone:waiting")


def _take(request: HttpRequest, call: Call, user: User) -> HttpResponse:
    form = CallForm(request.POST, request.FILES, channel=call.channel, too_large=uploads.is_too_large(request))
    if not form.is_valid():
        return _page(request, call, user, form=form, status=400)
    cleaned = form.cleaned_data
    said = {one.item: one.value for one in script.read_back(call)}
    try:
        if "received_on" in form.fields:
            calls.check_days(received_on=cleaned["received_on"], opened_on=cleaned["opened_on"])
        calls.take(
            draft_id=call.draft.id,
            by=staff(user),
            asked=answers.asked(cleaned, call),
            read_back=calls.ReadBack(script.version(), call.confirmed(said), cleaned.get("override", "")),
            opened_on=cleaned.get("opened_on"),
            known=answers.known(cleaned),
            scan=calls.Scan(form.file.name or "", form.file.chunks()) if form.file else None,
        )
    except NotValid as error:
        place = PLACES.get(error.field, error.field)
        form.add_error(place if place in form.fields else None, str(error))
        return _page(request, call, user, form=form, status=400)
    return redirect("phone:done", call.draft.id)


TITLES: dict[str, Any] = {Channel.PHONE: _("Call"), Channel.MAIL: _("Letter"), Channel.WALK_IN: _("Visit")}
ACTS = {"take": _take, "park": _park, "discard": _discard, "note": _note}


def _page(
    request: HttpRequest, call: Call, user: User, *, form: CallForm | None = None, status: int = 200
) -> HttpResponse:
    form = form or CallForm(initial=call.kept, channel=call.channel)
    context = {
        "title": TITLES[call.channel],
        "call": call,
        "draft": call.draft,
        "form": form,
        "parts": {part: [form[name] for name in names if name in form.fields] for part, names in PARTS.items()},
        "corrections": [[form[f"{name}_{n}"] for name in ("what", "is", "should_be")] for n in range(3)]
        if "what_0" in form.fields
        else [],
        "lines": script.lines(call, operator=script.name_of(user)),
        "read_back": script.read_back(call),
        "said": call.kept.get("said", []),
        "found": lookup.search(call.to_look_up, by=staff(user)),
        "known": call.text("known"),
        "spoken": call.channel in calls.SPOKEN,
    }
    return render(request, "phone/call.html", context, status=status)
