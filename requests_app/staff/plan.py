"""The plan of a deletion: read, printed, taken away as a table, and approved or sent back from the same page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.permissions import Verb
from requests_app.services import planned
from requests_app.staff import case as pages
from requests_app.staff import sheet

COLUMNS = (
    "source collection action without reason ground rows keep_until held result rows_done rows_left error "
    "restricted_at owner next_try tries"
).split()


@require_GET
@staff_page(Verb.VIEW)
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Counts and grounds, never a record: whoever sees the case may see what is planned for it."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    shared = pages.common(request, case, "plan")
    context = shared | pages.deciding(case, user, gone=shared["gone"]) | {"plan": planned.read(case, language=_now())}
    return render(request, "staff/plan.html", context)


@require_GET
@staff_page(Verb.VIEW)
def export(request: HttpRequest, reference: str) -> HttpResponse:
    case = selectors.case_for(user_of(request), reference)
    lines = planned.read(case, language=_now()).lines
    return sheet.download(f"{case.reference}-plan.csv", COLUMNS, (_cells(line) for line in lines))


def _cells(line: planned.Line) -> list[object]:
    step, owed = line.step, line.owed
    return [
        step.source_name,
        step.collection,
        step.action,
        " ".join(step.without),
        step.reason,
        line.ground,
        step.rows,
        step.keep_until,
        line.held.ground if line.held else "",
        step.result,
        step.rows_done,
        step.rows_left,
        step.error,
        step.restricted_at.isoformat() if step.restricted_at else "",
        line.owner,
        owed.due_on if owed else "",
        step.attempts,
    ]


def _now() -> str:
    """The language that the page is read in."""
    return (get_language() or "en").partition("-")[0]
