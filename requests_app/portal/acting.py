"""The pages of whoever asks for somebody else: show the permission, see whether it was accepted. Nothing of the person.

The code goes to their own address and opens these pages alone, never the person's status page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

from django.contrib import messages as flash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app import uploads
from requests_app.exceptions import NotValid, WrongState
from requests_app.forms import FileForm
from requests_app.models import Case, OneTimeCode
from requests_app.permissions import consumer
from requests_app.portal import asking, door
from requests_app.portal.acting_standing import ActingStanding
from requests_app.portal.following import may_ask
from requests_app.portal.following_forms import Code, Reference
from requests_app.services import agent, codes, representation

ASKED = "asked_to_act"
AGENT = OneTimeCode.Purpose.AGENT


def at_their_case(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for a browser that entered the code sent to whoever asks for the person."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponse:
        case = door.case(request, door.AGENT)
        if case is None:
            flash.info(request, _("For your safety this page closed itself. Enter your reference to open it again."))
            return redirect("portal:acting")
        return view(request, case, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def acting(request: HttpRequest) -> HttpResponse:
    form = Reference(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_ask(request):
            return render(request, "429.html", status=429)
        codes.ask(form.cleaned_data["reference"], AGENT)
        request.session[ASKED] = form.cleaned_data["reference"]
        return redirect("portal:acting-code")
    return render(request, "portal/acting.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    reference = request.session.get(ASKED)
    if reference is None:
        return redirect("portal:acting")
    form = Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = codes.enter(reference, form.cleaned_data["code"], [AGENT])
        except NotValid as error:
            form.add_error("code", str(error))
        else:
            door.enter(request, case, door.AGENT)
            return redirect("portal:acting-case")
    return render(request, "portal/code.html", {"form": form, "reference": reference, "again": "portal:acting"})


@require_safe
@at_their_case
def case(request: HttpRequest, case: Case) -> HttpResponse:
    """Whoever stands in for the person goes on to the status page, which is theirs from then on."""
    if agent.stands_in(agent.of(case)):
        door.enter(request, case)
        return redirect("portal:case")
    return _page(request, case, FileForm())


@require_POST
@at_their_case
def proof(request: HttpRequest, case: Case) -> HttpResponse:
    """The permission, once for everything that was asked in the same visit."""
    visit = Case.objects.filter(visit=case.visit).order_by("opened_at", "reference")
    form = _handed_in(request, list(visit))
    return _page(request, case, form) if form.errors else redirect("portal:acting-case")


@require_POST
@at_their_case
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    try:
        representation.take_back(case_id=case.id, by=consumer(case.id))
    except WrongState as error:
        flash.error(request, str(error))
    else:
        flash.success(request, _("You took the request back. Nothing more will be done on it."))
    return redirect("portal:acting-case")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    door.leave(request, door.AGENT)
    request.session.pop(ASKED, None)
    flash.success(request, _("You closed your status page. Nobody can open it again without a new code."))
    return redirect("portal:acting")


@require_POST
def proof_at_once(request: HttpRequest) -> HttpResponse:
    """The permission from the page that confirms the request, before any code."""
    cases = asking.filed(request)
    if not cases:
        return redirect("portal:home")
    form = _handed_in(request, cases)
    return asking.done_page(request, cases, form) if form.errors else redirect("portal:done")


def _handed_in(request: HttpRequest, cases: Sequence[Case]) -> FileForm:
    """The form, with its errors; without any the file is kept with every case that waits for it."""
    form = FileForm(request.POST, request.FILES, too_large=uploads.is_too_large(request))
    if not form.is_valid():
        return form
    file = form.cleaned_data["file"]
    try:
        with transaction.atomic():
            for case in filter(representation.is_open, cases):
                representation.show(case_id=case.id, by=consumer(case.id), name=file.name, parts=file.chunks())
        flash.success(request, _("We have your file. An officer looks at it, and we tell you what comes of it."))
    except NotValid as error:
        form.add_error("file", str(error))
    except WrongState as error:
        flash.error(request, str(error))
    return form


def _page(request: HttpRequest, case: Case, form: FileForm) -> HttpResponse:
    return render(request, "portal/acting_case.html", {"standing": ActingStanding.of(case), "form": form})
