"""Following a request: reference, fresh code, then the status page with everything that may be done from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from uuid import UUID

from django.contrib import messages as flash
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app import uploads, visitor
from requests_app.exceptions import NotFound, NotValid, WrongState
from requests_app.forms import FileForm, StatementForm, item_forms
from requests_app.models import Case, OneTimeCode
from requests_app.portal import door
from requests_app.portal.following_forms import Appeal, Code, Message, Proof, Reference, Signature
from requests_app.portal.standing import Standing
from requests_app.services import codes, collect, ending, identity, limits, messages, representation
from requests_app.serving import attachment

ASKED = "asked"
ASKS_PER_HOUR = 60
Purpose = OneTimeCode.Purpose


def at_a_case(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only for a browser that entered a code for the case; everybody else starts at the reference."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        case = door.case(request)
        if case is None:
            flash.info(request, _("For your safety this page closed itself. Enter your reference to open it again."))
            if door.TYPED in request.session:
                flash.warning(request, _("What you wrote was not sent. It waits on the page until you open it again."))
            return redirect("portal:status")
        return view(request, case, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    form = Reference(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_ask(request):
            return render(request, "429.html", status=429)
        codes.ask(form.cleaned_data["reference"], Purpose.STATUS)
        request.session[ASKED] = form.cleaned_data["reference"]
        return redirect("portal:code")
    return render(request, "portal/status.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    reference = request.session.get(ASKED)
    if reference is None:
        return redirect("portal:status")
    form = Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = codes.enter(reference, form.cleaned_data["code"], [Purpose.STATUS])
        except NotValid as error:
            form.add_error("code", str(error))
        else:
            door.enter(request, case)
            return redirect("portal:permission" if representation.waits_for_the_person(case) else "portal:case")
    return render(request, "portal/code.html", {"form": form, "reference": reference, "again": "portal:status"})


@require_safe
@at_a_case
def case(request: HttpRequest, case: Case) -> HttpResponse:
    return page(request, case)


def page(request: HttpRequest, case: Case, **bound: object) -> HttpResponse:
    """The status page; a form that was filled in wrongly comes bound, the others fresh."""
    forms: dict[str, object] = {
        "message": Message(),
        "file": FileForm(),
        "proof": Proof(),
        "signature": Signature(),
        "appeal": Appeal(),
    }
    forms |= written(*door.typed(request, case)) | bound
    wrong = next((form for form in forms.values() if getattr(form, "errors", None)), None)
    standing = Standing.of(case)
    items = [(one, *item_forms(one.number, forms)) for one in standing.corrections]
    context = {"standing": standing, "permit": door.has_permit(request, case), "form": wrong, "items": items, **forms}
    return render(request, "portal/case.html", context)


def written(name: str, text: str) -> dict[str, Form]:
    """What waits to be sent, in its form again."""
    form = {"message": Message, "appeal": Appeal, "statement": StatementForm}.get(name.partition("_")[0])
    return {name: form(initial={"text": text}, auto_id=f"{name}_%s")} if form is not None else {}


@require_POST
@at_a_case
def write(request: HttpRequest, case: Case) -> HttpResponse:
    form = Message(request.POST)
    if not form.is_valid():
        return page(request, case, message=form)
    messages.write(case_id=case.id, by=door.actor(case), text=form.cleaned_data["text"])
    flash.success(
        request, _("We have your message. We answer on this page and tell you by e-mail that an answer is here.")
    )
    return redirect("portal:case")


@require_POST
@at_a_case
def upload(request: HttpRequest, case: Case) -> HttpResponse:
    form = FileForm(request.POST, request.FILES, too_large=uploads.is_too_large(request))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            messages.upload(case_id=case.id, by=door.actor(case), name=file.name, parts=file.chunks())
        except NotValid as error:
            form.add_error("file", str(error))
        else:
            flash.success(request, _("We have your file."))
            return redirect("portal:case")
    return page(request, case, file=form)


@require_POST
@at_a_case
def prove(request: HttpRequest, case: Case) -> HttpResponse:
    form = Proof(request.POST)
    if form.is_valid():
        try:
            identity.add_facts(case_id=case.id, by=door.actor(case), facts=form.facts())
        except (NotValid, WrongState) as error:
            form.add_error(None, str(error))
        else:
            flash.success(request, _("Thank you. We compare what you added with what our systems hold."))
            return redirect("portal:case")
    return page(request, case, proof=form)


@require_POST
@at_a_case
def sign(request: HttpRequest, case: Case) -> HttpResponse:
    form = Signature(request.POST)
    if form.is_valid():
        name, came_from = form.cleaned_data["signed_name"], visitor.address(request)
        try:
            identity.sign_later(case_id=case.id, by=door.actor(case), signed_name=name, signed_from=came_from)
        except NotValid as error:
            form.add_error("signed_name", str(error))
        else:
            flash.success(request, _("Thank you. Your declaration is signed."))
            return redirect("portal:case")
    return page(request, case, signature=form)


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_case
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    if request.method != "POST":
        return render(request, "portal/withdraw.html", {"standing": Standing.of(case)})
    try:
        ending.withdraw(case_id=case.id, by=door.actor(case))
    except WrongState:
        flash.error(request, _("This request can no longer be taken back, because it is already being carried out."))
    else:
        flash.success(request, _("You took the request back. Nothing more will be done on it."))
    return redirect("portal:case")


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_case
def collect_code(request: HttpRequest, case: Case) -> HttpResponse:
    """The second step before a package: a code to an address that was on file before the request came."""
    form = Code(request.POST if "code" in request.POST else None)
    if request.method == "POST" and "code" not in request.POST:
        if not may_ask(request):
            return render(request, "429.html", status=429)
        codes.ask(case.reference, Purpose.COLLECT)
        return redirect("portal:collect-code")
    if request.method == "POST" and form.is_valid():
        try:
            codes.enter(case.reference, form.cleaned_data["code"], [Purpose.COLLECT])
        except NotValid as error:
            form.add_error("code", str(error))
        else:
            door.permit(request, case)
            return redirect("portal:case")
    return render(request, "portal/collect_code.html", {"form": form, "standing": Standing.of(case)})


@require_POST
@at_a_case
def download(request: HttpRequest, case: Case, document: UUID) -> StreamingHttpResponse:
    """One document, as an attachment. Each fetch of a package uses up one fresh code."""
    try:
        fresh = door.use_permit(request, case)
        return attachment(collect.fetch(deliverable_id=document, by=door.actor(case), fresh_code=fresh))
    except NotFound as error:
        raise Http404 from error


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    door.leave(request)
    for name in (ASKED, door.TYPED):
        request.session.pop(name, None)
    flash.success(request, _("You closed your status page. Nobody can open it again without a new code."))
    return redirect("portal:status")


def may_ask(request: HttpRequest) -> bool:
    return limits.allowed(f"code:{visitor.address(request)}", limit=ASKS_PER_HOUR, window=timedelta(hours=1))
