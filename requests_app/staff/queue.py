"""The queue: what comes first, and why it does."""

from __future__ import annotations

import csv
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotValid
from requests_app.permissions import Verb
from requests_app.services import obligations, owed
from requests_app.staff.forms import FilterForm, SearchForm

SEARCH = "staff_search"
ROWS_IN_EXPORT = 5000
COLUMNS = "reference right state residence channel received_on due_kind due_on assignee attention".split()


@require_GET
@staff_page(Verb.VIEW, others="staff:people")
def queue(request: HttpRequest) -> HttpResponse:
    """The list, a page at a time. Its whole state is in the address, but for what was searched for."""
    user = user_of(request)
    text = request.session.get(SEARCH, "") if request.GET.get("found") else ""
    try:
        filters = selectors.Filters.of(request.GET, text=text)
        page = selectors.queue_for(user, filters, cursor=request.GET.get("cursor", ""))
    except NotValid as error:
        messages.error(request, str(error))
        return redirect("staff:queue")
    kept = {name: value for name, value in request.GET.items() if name != "cursor" and value}
    counts = selectors.counts(user)
    context = {
        "page": page,
        "views": [(view, label, counts[view]) for view, label in selectors.VIEWS.items()],
        "filters": filters,
        "title": selectors.VIEWS[filters.view] if not text else "",
        "form": FilterForm(initial={"state": filters.state, "right": filters.right, "due_before": filters.due_before}),
        "search": SearchForm(initial={"text": text}),
        "text": text,
        "next_url": f"?{urlencode(kept | {'cursor': page.next_cursor})}" if page.next_cursor else "",
        "first_url": f"?{urlencode(kept)}" if request.GET.get("cursor") else "",
        "export_url": urlencode(kept),
        "letters": selectors.tray(user).count(),
        "owed": owed.near(obligations.standing()).count(),
        "returned": selectors.returned(user).count(),
    }
    return render(request, "staff/queue.html", context)


@require_POST
@staff_page(Verb.VIEW)
def search(request: HttpRequest) -> HttpResponse:
    """What is searched for may name a person: it is kept in the session and never put into an address."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        request.session.pop(SEARCH, None)
        return redirect("staff:queue")
    request.session[SEARCH] = form.cleaned_data["text"]
    page = selectors.queue_for(user_of(request), selectors.Filters(text=form.cleaned_data["text"]))
    if len(page.rows) == 1:
        return redirect("staff:case", reference=page.rows[0].reference)
    return redirect(f"{reverse('staff:queue')}?found=1")


@require_GET
@staff_page(Verb.VIEW)
def export(request: HttpRequest) -> HttpResponse:
    """The list as CSV, persons masked as on the screen. References and codes only, so no cell can be a formula."""
    user = user_of(request)
    try:
        filters = selectors.Filters.of(request.GET)
    except NotValid as error:
        messages.error(request, str(error))
        return redirect("staff:queue")
    page = selectors.queue_for(user, filters, size=ROWS_IN_EXPORT)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="queue.csv"'
    writer = csv.writer(response, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows([getattr(row, name) or "" for name in COLUMNS] for row in page.rows)
    return response
