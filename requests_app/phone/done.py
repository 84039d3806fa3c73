"""After the call: the reference to say, its dates, a letter to print, and the next call."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from requests_app.access import staff_page, user_of
from requests_app.models import Case, Notice
from requests_app.permissions import Verb, staff
from requests_app.reference import spell
from requests_app.services import addressee, calls, declaring


@require_safe
@staff_page(Verb.TAKE_REQUEST)
def done(request: HttpRequest, draft: UUID) -> HttpResponse:
    cases = calls.visit(draft, by=staff(user_of(request)))
    context = {"draft_id": draft, "cases": [(case, _spoken(case)) for case in cases], "first": cases[0]}
    return render(request, "phone/done.html", context)


@require_safe
@staff_page(Verb.TAKE_REQUEST)
def letter(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The confirmation on paper, in the language of the call; to hand over, or for whoever wants it at once."""
    cases = calls.visit(draft, by=staff(user_of(request)))
    unsigned = next(((case, signs) for case in cases if (signs := declaring.wanted(case))), None)
    reader = addressee.of(cases[0], Notice.Kind.ACKNOWLEDGEMENT)
    context = {"cases": cases, "case": cases[0], "reader": reader, "unsigned": unsigned}
    with translation.override(cases[0].language):
        return render(request, "phone/letter.html", context)


def _spoken(case: Case) -> list[tuple[str, str]]:
    """Each character with its word of the spelling alphabet."""
    return list(zip(case.reference.replace("-", ""), spell(case.reference), strict=True))
