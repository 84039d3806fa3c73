"""The answer to a question about categories or recipients as the person will read it, before anybody approves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fulfillment.fulfil import answer as written
from fulfillment.fulfil import categories, third_parties
from requests_app.access import Verb, staff_page, user_of
from requests_app.casefile import read
from requests_app.casefile.types import CaseSnapshot

TELLS: Mapping[str, Callable[[CaseSnapshot], Sequence[Any]]] = {
    "know_categories": categories.told,
    "third_party_list": third_parties.told,
}


@require_GET
@staff_page(Verb.VIEW_RECORDS)
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """In the person's language; built by what builds the package, of the very facts that an approval approves."""
    case = read.snapshot(read.case_of(user_of(request), reference))
    tells = TELLS.get(case.right)
    page = written.body(case, case.right, tells(case)) if tells and case.searches else ""
    return render(request, "console/answer.html", {"case": case, "page": page, "tells": tells is not None})
