"""Proof that somebody may act for the person, handed in on paper or at the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import selectors, uploads
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.forms import FileForm
from requests_app.permissions import Verb, staff
from requests_app.services import representation
from requests_app.staff import case as pages


@require_POST
@staff_page(Verb.SHOW_AUTHORITY)
def show(request: HttpRequest, reference: str) -> HttpResponse:
    user = user_of(request)
    case = selectors.case_for(user, reference)
    form = FileForm(request.POST, request.FILES, prefix="proof", too_large=uploads.is_too_large(request))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            representation.show(case_id=case.id, by=staff(user), name=file.name, parts=file.chunks())
        except NotValid as error:
            form.add_error("file", str(error))
        except WrongState as error:
            messages.error(request, str(error))
            return redirect("staff:case", reference=case.reference)
        else:
            messages.success(request, _("The file is kept with the case until it is decided."))
            return redirect("staff:case", reference=case.reference)
    return pages.overview_page(request, case, user, sent=form)
