"""Your privacy choices: every opt-out on one short page, and what became of the browser's own signal."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from requests_app import visitor
from requests_app.exceptions import NotValid
from requests_app.portal.answers import Answers
from requests_app.portal.asking import send
from requests_app.portal.choosing_forms import Choices
from requests_app.services import clock, restrictions

SIGNAL_HONOURED_SINCE = "2026-11-24"


@vary_on_headers("Sec-GPC")
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = Choices(request.POST)
        if form.is_valid():
            try:
                return _choose(request, form)
            except NotValid as error:
                form.add_error(None, str(error))
    else:
        form = Choices(initial={"choices": request.GET.getlist("choice"), "key": secrets.token_urlsafe(24)})
    today = clock.today()
    context = {
        "form": form,
        "signal": visitor.signals_opt_out(request),
        "done_by": clock.opt_out_due(),
        "not_asked_until": restrictions.not_asked_until(today),
    }
    return render(request, "portal/choices.html", context)


def _choose(request: HttpRequest, form: Choices) -> HttpResponse:
    """The same choices sent twice are one visit; other choices from the same page are another."""
    answers = Answers(form.answers())
    asked = answers.asked(signed_name="", signed_from="", language=request.LANGUAGE_CODE)
    key = ":".join(["choices", form.cleaned_data["key"], *(one.digest() for one in asked)])
    return send(request, asked, key=key, to=answers.reached_by)


@require_safe
def signal_honoured(_request: HttpRequest) -> JsonResponse:
    """The site's word that it honours Global Privacy Control (W3C, section 4)."""
    return JsonResponse({"gpc": True, "lastUpdate": SIGNAL_HONOURED_SINCE})
