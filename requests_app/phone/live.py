"""What the page asks for while somebody types: keep it, and say what belongs beside it now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.permissions import Verb, staff
from requests_app.phone import answers, script
from requests_app.phone.answers import Call
from requests_app.services import drafts, lookup


@require_POST
@staff_page(Verb.TAKE_REQUEST)
def save(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Kept, with the time; and script and read-back as they are now."""
    by = staff(user_of(request))
    try:
        kept = drafts.save(draft_id=draft, by=by, typed=answers.typed(request.POST))
    except (NotValid, WrongState) as error:
        return JsonResponse({"refused": str(error)}, status=400 if isinstance(error, NotValid) else 409)
    call = Call(kept)
    lines = script.lines(call, operator=script.name_of(user_of(request)))
    return JsonResponse(
        {
            "saved": render_to_string("phone/_saved.html", {"draft": kept}),
            "script": render_to_string("phone/_script.html", {"lines": lines}),
            "read_back": [
                {"item": one.item, "sentence": one.sentence, "value": one.value} for one in script.read_back(call)
            ],
            "proof": call.proof,
        }
    )


@require_POST
@staff_page(Verb.TAKE_REQUEST)
def look_up(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Cases that what is typed so far may belong to; asked by POST, so that no name stands in an address."""
    by = staff(user_of(request))
    kept = drafts.get(draft, by=by)
    if kept.state not in drafts.WAITING:
        return HttpResponse(status=409)
    call = Call(kept).with_typed(answers.typed(request.POST))
    context = {"found": lookup.search(call.to_look_up, by=by), "known": call.text("known")}
    return render(request, "phone/_found.html", context)
