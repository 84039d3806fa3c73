"""A provider's word, by phone or mail, that it has the request and answers the person itself."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotFound, NotValid, WrongState
from requests_app.permissions import Verb, staff
from requests_app.services import referral


class Confirmed(forms.Form):
    on = forms.DateField(error_messages={"required": _("Enter the day."), "invalid": _("Enter the day as 2026-01-31.")})


@require_POST
@staff_page(Verb.CONFIRM_REFERRAL)
def confirm(request: HttpRequest, reference: str, referral_id: UUID) -> HttpResponse:
    user = user_of(request)
    case = selectors.case_for(user, reference)
    form = Confirmed(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["on"][0]))
        return redirect("staff:case", reference=case.reference)
    try:
        referral.confirm(case_id=case.id, by=staff(user), referral_id=referral_id, on=form.cleaned_data["on"])
    except (NotFound, NotValid, WrongState) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The provider's word is kept with the case."))
    return redirect("staff:case", reference=case.reference)
