"""Corrections at the portal: what is wrong, proof for each item, and a statement on what stays as it is."""

from __future__ import annotations

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from requests_app import uploads
from requests_app.exceptions import NotValid, WrongState
from requests_app.forms import FileForm, StatementForm
from requests_app.models import Case
from requests_app.portal import door, draft
from requests_app.portal.answers import Answers
from requests_app.portal.asking import begin_again
from requests_app.portal.correcting_forms import NAMES, Wrong, typed
from requests_app.portal.following import at_a_case, page
from requests_app.services import correction, statements

PAGE = "portal:wrong"


@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest) -> HttpResponse:
    """Only when something is to be corrected. `add` shows one row more and checks nothing yet."""
    kept = draft.load(request)
    answers = Answers(kept.answers)
    if not answers.wants_correction or answers.missing in {"portal:new", "portal:who"}:
        rows = [row for row in typed(request.POST) if any(row.values())]
        return begin_again(request, kept, {"corrections": rows} if rows else {}, to=answers.missing or "portal:check")
    if request.method != "POST":
        form = Wrong(rows=answers.corrections)
    elif "add" in request.POST:
        form = Wrong(rows=[*typed(request.POST), dict.fromkeys(NAMES, "")])
    else:
        form = Wrong(request.POST)
        if form.is_valid():
            kept.answers["corrections"] = form.facts
            draft.save(request, kept)
            return redirect(answers.after(PAGE))
    context = {"form": form, "answers": answers, "number": answers.pages.index(PAGE) + 1, "back": answers.before(PAGE)}
    return render(request, "portal/wrong.html", context)


@require_POST
@at_a_case
def evidence(request: HttpRequest, case: Case, number: int) -> HttpResponse:
    """A file that speaks for one item."""
    _must_be_there(case, number)
    form = FileForm(
        request.POST, request.FILES, too_large=uploads.is_too_large(request), auto_id=f"evidence_{number}_%s"
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            correction.hand_in(case_id=case.id, by=door.actor(case), number=number, name=file.name, parts=file.chunks())
        except (NotValid, WrongState) as error:
            form.add_error("file", str(error))
        else:
            flash.success(request, _("We have your file."))
            return redirect("portal:case")
    return page(request, case, **{f"evidence_{number}": form})


@require_POST
@at_a_case
def state(request: HttpRequest, case: Case, number: int) -> HttpResponse:
    _must_be_there(case, number)
    form = StatementForm(request.POST, auto_id=f"statement_{number}_%s")
    if form.is_valid():
        try:
            statements.add(case_id=case.id, by=door.actor(case), number=number, text=form.cleaned_data["text"])
        except (NotValid, WrongState) as error:
            form.add_error("text", str(error))
        else:
            flash.success(request, _("We keep your statement with the record."))
            return redirect("portal:case")
    return page(request, case, **{f"statement_{number}": form})


def _must_be_there(case: Case, number: int) -> None:
    if not case.corrections.filter(number=number).exists():
        raise Http404
