"""Making a request: what, about whom, check and sign, done. Answers are kept on the server, sealed, until sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages as flash
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from requests_app import visitor
from requests_app.exceptions import NotValid
from requests_app.forms import FileForm
from requests_app.models import Case, Relationship, Representation
from requests_app.permissions import SYSTEM
from requests_app.portal import draft, wording
from requests_app.portal.answers import Answers
from requests_app.portal.draft import Draft
from requests_app.portal.forms import About, Sign, What
from requests_app.portal.who_forms import FIELDS, Who
from requests_app.services import agent, agent_notices, intake, limits, opt_in, representation, restrictions
from requests_app.services.intake import Asked

FILED = "filed"
ASKS_PER_HOUR = 60  # from one network address, which a clinic or a library may share


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")


@require_http_methods(["GET", "HEAD", "POST"])
def what(request: HttpRequest) -> HttpResponse:
    kept = draft.load(request)
    if request.method == "POST":
        form = What(request.POST)
        if form.is_valid():
            return _keep(request, kept, form.cleaned_data, page="portal:new")
    else:
        wanted = [right for right in request.GET.getlist("right") if right in wording.OFFERED]
        form = What(initial={"rights": wanted} | kept.answers)
    return _show(request, "what", form, answers=Answers(kept.answers))


@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Only when it is for somebody else: who asks, and by which right."""
    kept = draft.load(request)
    answers = Answers(kept.answers)
    if not answers.has_what or not answers.for_other:
        every = Who(request.POST, kind=Representation.Kind.AGENT)
        return begin_again(request, kept, _as_far_as_it_goes(every), to="portal:new")
    ask = partial(Who, kind=answers.asking_for)
    if request.method == "POST":
        form = ask(request.POST)
        if form.is_valid() and _may_ask(kept, form, FIELDS):
            return _keep(request, kept, form.cleaned_data, page="portal:who")
    else:
        form = ask(initial=answers.for_form())
    return _show(request, "who", form, answers=answers)


@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    kept = draft.load(request)
    answers = Answers(kept.answers)
    if answers.missing not in {"", "portal:about"}:
        every = About(request.POST, identity=True, copy=True, relationship=Relationship.PROVIDER)
        return begin_again(request, kept, _as_far_as_it_goes(every), to=answers.missing)
    about = partial(
        About,
        identity=answers.needs_identity,
        copy=answers.wants_copy,
        relationship=answers.relationship,
        other=answers.for_other,
        answered=answers.in_place,
        confirm=answers.must_confirm,
    )
    if request.method == "POST":
        form = about(request.POST)
        if form.is_valid() and _may_ask(kept, form, {"on_behalf_of.email": "email"}):
            return _keep(request, kept, form.cleaned_data, page="portal:about")
    else:
        form = about(initial=answers.for_form())
    return _show(request, "about", form, answers=answers)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    kept = draft.load(request)
    answers = Answers(kept.answers)
    if _already_filed(request):
        return redirect("portal:done")
    if answers.missing:
        if request.method == "POST":
            flash.warning(
                request, _("Nothing was sent: your answers were kept for two hours, and are gone. Begin again.")
            )
        return redirect(answers.missing)
    sign = partial(Sign, identity=answers.must_sign, full_name=answers.full_name)
    if request.method != "POST":
        return _show(request, "check", sign(initial={"key": kept.key}), answers=answers)
    form = sign(request.POST)
    if form.is_valid():
        try:
            return _file(request, kept, answers, form.cleaned_data)
        except NotValid as error:
            form.add_error(None, str(error))
    return _show(request, "check", form, answers=answers)


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    cases = filed(request)
    return done_page(request, cases, FileForm()) if cases else redirect("portal:home")


def filed(request: HttpRequest) -> list[Case]:
    """What this browser has just asked, in the order shown."""
    kept = request.session.get(FILED)
    rows = Case.objects.filter(pk__in=kept["cases"] if kept else ())
    return list(rows.prefetch_related("clocks").order_by("opened_at", "reference"))


def done_page(request: HttpRequest, cases: list[Case], form: FileForm) -> HttpResponse:
    """The confirmation; whoever asks for somebody else shows the permission from here."""
    asks = agent.of(cases[0])
    context = {
        "cases": cases,
        "needs_identity": any(case.required_level for case in cases),
        "confirm_until": next((opt_in.last_day(case) for case in cases if case.awaits_second_step()), None),
        "to": request.session[FILED]["to"],
        "form": form,
        "asks_for_somebody": asks is not None,
        "in_place": asks is not None and agent.in_place(asks.kind),
        "may_show": any(representation.is_open(case) for case in cases),
        "shown": [name for _file, name in representation.proofs(cases[0])],
        "until": agent_notices.last_day(cases[0]),
        "not_asked_until": restrictions.not_asked_after(cases),
    }
    return render(request, "portal/done.html", context)


def _file(request: HttpRequest, kept: Draft, answers: Answers, signed: dict[str, Any]) -> HttpResponse:
    signed_name, came_from = signed.get("signed_name", ""), visitor.address(request)
    asked = answers.asked(signed_name=signed_name, signed_from=came_from, language=request.LANGUAGE_CODE)
    sent = send(request, asked, key=kept.key, to=answers.reached_by)
    if sent.status_code == HTTPStatus.FOUND:
        draft.discard(request)
    return sent


def send(request: HttpRequest, asked: Sequence[Asked], *, key: str, to: str) -> HttpResponse:
    """Open the cases and lead to their confirmation; 429 when too many came from one network address."""
    if not limits.allowed(f"ask:{visitor.address(request)}", limit=ASKS_PER_HOUR, window=timedelta(hours=1)):
        return render(request, "429.html", status=429)
    cases = intake.open_visit(asked, by=SYSTEM, idempotency_key=key)
    request.session[FILED] = {"key": key, "cases": [str(case.pk) for case in cases], "to": to}
    return redirect("portal:done")


def _already_filed(request: HttpRequest) -> bool:
    """The same form sent again after it went through: show what it made, instead of an empty form."""
    filed = request.session.get(FILED)
    return filed is not None and request.method == "POST" and request.POST.get("key") == filed["key"]


def _may_ask(kept: Draft, form: Form, fields: dict[str, str]) -> bool:
    """Whether somebody may ask like this for somebody else; if not, the form says so at the right field."""
    try:
        Answers(kept.answers | Answers.storable(form.cleaned_data)).check_agent()
    except NotValid as error:
        field = fields.get(error.field)
        form.add_error(field if field in form.fields else None, str(error))
        return False
    return True


def begin_again(request: HttpRequest, kept: Draft, typed: dict[str, Any], *, to: str) -> HttpResponse:
    """No page can be answered before those that it follows. What was typed on it stays."""
    if request.method == "POST":
        kept.answers |= Answers.storable(typed)
        draft.save(request, kept)
        flash.warning(
            request, _("Your earlier answers were kept for two hours, and are gone. What you typed last is kept.")
        )
    return redirect(to)


def _as_far_as_it_goes(form: Form) -> dict[str, Any]:
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}


def _keep(request: HttpRequest, kept: Draft, answers: dict[str, Any], *, page: str) -> HttpResponse:
    kept.answers |= Answers.storable(answers)
    draft.save(request, kept)
    return redirect(Answers(kept.answers).after(page))


def _show(request: HttpRequest, step: str, form: Any, **context: Any) -> HttpResponse:
    return render(request, f"portal/{step}.html", {"form": form, "step": step, **context})
