"""What comes in on a correction by phone, by mail or at the counter: proof for an item, and the person's statement."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors, uploads
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.forms import FileForm, StatementForm, item_forms
from requests_app.models import Case
from requests_app.permissions import Verb, staff
from requests_app.services import corrected, correction, statements
from requests_app.staff.case import common

CONFLICT = 409


@require_GET
@staff_page(Verb.UPLOAD)
def listed(request: HttpRequest, reference: str) -> HttpResponse:
    """Each item as the person said it; what stands in the sources is not shown, so call-takers may use the page."""
    return _page(request, selectors.case_for(user_of(request), reference))


@require_POST
@staff_page(Verb.UPLOAD)
def file(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A file that speaks for one item (11 CCR 7023(d))."""
    user = user_of(request)
    form = FileForm(
        request.POST, request.FILES, too_large=uploads.is_too_large(request), auto_id=f"evidence_{number}_%s"
    )

    def keep(case: Case) -> None:
        sent = form.cleaned_data["file"]
        correction.hand_in(case_id=case.id, by=staff(user), number=number, name=sent.name, parts=sent.chunks())

    return _kept(request, reference, number, form, keep, _("The file is kept with correction %(number)s."))


@require_POST
@staff_page(Verb.MESSAGE)
def statement(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What the person says about health information that stays as it is (11 CCR 7023(f))."""
    user = user_of(request)
    form = StatementForm(request.POST, auto_id=f"statement_{number}_%s")

    def keep(case: Case) -> None:
        statements.add(case_id=case.id, by=staff(user), number=number, text=form.cleaned_data["text"])

    return _kept(request, reference, number, form, keep, _("The statement is kept with correction %(number)s."))


def _kept(
    request: HttpRequest, reference: str, number: int, form: forms.Form, keep: Callable[[Case], None], word: str
) -> HttpResponse:
    """Refused or too late, the page comes back with what was typed."""
    case = selectors.case_for(user_of(request), reference)
    if not case.corrections.filter(number=number).exists():
        raise Http404
    status = 400
    if form.is_valid():
        try:
            keep(case)
        except NotValid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except WrongState as error:
            form.add_error(None, str(error))
            status = CONFLICT
        else:
            messages.success(request, word % {"number": number})
            return redirect("staff:handed-in", reference=case.reference)
    return _page(request, case, number=number, sent=form, status=status)


def _page(
    request: HttpRequest, case: Case, *, number: int = 0, sent: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    bound = {f"{'evidence' if isinstance(sent, FileForm) else 'statement'}_{number}": sent} if sent is not None else {}
    items = [(one, *item_forms(one.number, bound)) for one in corrected.told(case, get_language() or case.language)]
    return render(
        request,
        "staff/handed_in.html",
        common(request, case, "handed-in") | {"items": items, "form": sent},
        status=status,
    )
