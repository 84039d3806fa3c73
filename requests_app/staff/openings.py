"""What somebody else's case holds, opened with a reason; and the list of who did so, for those who look after it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import KeyDestroyed, NotValid
from requests_app.models import Case
from requests_app.permissions import Verb, staff
from requests_app.services import assignment
from requests_app.staff.case import common
from requests_app.staff.forms import ReasonForm

ON_A_PAGE = 25


@require_http_methods(["GET", "POST"])
@staff_page(Verb.BREAK_GLASS)
def open_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks why, where the case is not open to them; then on to what was to be read: `next`, an address of this site."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    wanted = (request.POST if request.method == "POST" else request.GET).get("next", "")
    if assignment.is_open_to(case, staff(user)):
        return _onward(case, wanted)
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, label=_("Why you have to read it"), shortest=assignment.SHORTEST_REASON)
    if form.is_valid():
        try:
            assignment.break_glass(case_id=case.id, by=staff(user), reason=form.cleaned_data["reason"])
        except (KeyDestroyed, NotValid) as error:
            form.add_error("reason", str(error))
        else:
            return _onward(case, wanted)
    context = common(request, case, "") | {"form": form, "next": wanted}
    return render(request, "staff/open_case.html", context, status=400 if form.is_bound else 200)


def _onward(case: Case, wanted: str) -> HttpResponse:
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return redirect(wanted) if inside else redirect("staff:case", reference=case.reference)


@require_GET
@staff_page(Verb.VIEW_OPENINGS)
def listed(request: HttpRequest) -> HttpResponse:
    """Who, when, which case and how much was read. The reasons only for whoever may view cases."""
    user = user_of(request)
    may_view = staff(user).may(Verb.VIEW)
    page = Paginator(selectors.openings(user), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(row, assignment.reason(row) if may_view else "") for row in page.object_list]
    return render(request, "staff/openings.html", {"rows": rows, "page": page, "may_view": may_view})
