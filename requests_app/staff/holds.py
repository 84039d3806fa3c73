"""Legal holds on one page: those in force, on cases and on sources; place one, lift one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors
from requests_app.access import staff_page, stepped_up, user_of
from requests_app.exceptions import NotFound, NotValid, WrongState
from requests_app.models import Hold, User
from requests_app.permissions import Verb, staff
from requests_app.services import holds
from requests_app.staff.forms import LONG


class PlaceForm(forms.Form):
    """What both kinds of hold have."""

    ground = forms.CharField(label=gettext_lazy("Ground"), max_length=2000, widget=forms.Textarea(LONG))
    review_on = forms.DateField(
        label=gettext_lazy("Look at it again on"),
        help_text=gettext_lazy("No date lifts a hold; from this day on the list asks whether it is still needed."),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class CaseHoldForm(PlaceForm):
    reference = forms.CharField(label=gettext_lazy("Reference of the case"), max_length=20)
    field_order = ("reference", "ground", "review_on")


class SourceHoldForm(PlaceForm):
    source_key = forms.CharField(
        label=gettext_lazy("Key of the source"),
        max_length=64,
        widget=forms.TextInput({"list": "known-sources", "autocomplete": "off"}),
    )
    collection = forms.CharField(
        label=gettext_lazy("Only this collection (empty = all of it)"), required=False, max_length=160
    )
    sure = forms.BooleanField(label=gettext_lazy("The key is right, although no case has met it yet"), required=False)
    field_order = ("source_key", "collection", "ground", "review_on", "sure")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"] = forms.CharField(
            label=gettext_lazy("Matter, without anybody's name"), max_length=200, widget=forms.Textarea(LONG)
        )
        self.order_fields(self.field_order)


@require_GET
@staff_page(Verb.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """`?source=` comes from the page of the sources and begins a hold on that one."""
    source = request.GET.get("source", "")
    form = SourceHoldForm(prefix="source", initial={"source_key": source}) if source else None
    return _page(request, user_of(request), source_form=form)


def _page(
    request: HttpRequest,
    user: User,
    *,
    case_form: CaseHoldForm | None = None,
    source_form: SourceHoldForm | None = None,
    status: int = 200,
) -> HttpResponse:
    text, lifted = request.GET.get("text", "")[:100], request.GET.get("show") == "lifted"
    by = staff(user)
    context = {
        "holds": holds.listed(by=by, in_force=not lifted, text=text),
        "text": text,
        "lifted": lifted,
        "case_form": case_form or CaseHoldForm(prefix="case"),
        "source_form": source_form or SourceHoldForm(prefix="source"),
        "open_form": "case" if case_form else "source" if source_form else "",
        "sources": holds.known_sources(),
        "may_place": by.may(Verb.HOLD),
        "may_lift": by.may(Verb.LIFT_HOLD),
    }
    return render(request, "staff/holds.html", context, status=status)


@require_POST
@staff_page(Verb.HOLD)
@stepped_up
def place_on_case(request: HttpRequest) -> HttpResponse:
    user, form = user_of(request), CaseHoldForm(request.POST, prefix="case")
    if form.is_valid():
        data = form.cleaned_data
        try:
            case = selectors.case_for(user, data["reference"])
            holds.place(case_id=case.id, by=staff(user), ground=data["ground"], review_on=data["review_on"])
        except NotFound as error:
            form.add_error("reference", str(error))
        except NotValid as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The hold is in force: nothing leaves until it is lifted."))
            return redirect("staff:holds")
    return _page(request, user, case_form=form, status=400)


@require_POST
@staff_page(Verb.HOLD)
@stepped_up
def place_on_source(request: HttpRequest) -> HttpResponse:
    user, form = user_of(request), SourceHoldForm(request.POST, prefix="source")
    if form.is_valid():
        try:
            row = holds.place_on_source(by=staff(user), **form.cleaned_data)
        except NotValid as error:
            form.add_error(error.field, str(error))
        else:
            held = {"source": row.source_key}
            messages.success(request, _("The hold is in force: %(source)s is left as it is.") % held)
            return redirect("staff:holds")
    return _page(request, user, source_form=form, status=400)


@require_POST
@staff_page(Verb.LIFT_HOLD)
@stepped_up
def lift(request: HttpRequest, hold: UUID) -> HttpResponse:
    """Let go of what was held: only within five minutes of a fresh proof, since erasing may follow at once."""
    by = staff(user_of(request))
    case_hold = Hold.objects.filter(pk=hold).first()
    try:
        if case_hold is not None:
            holds.lift(case_id=case_hold.case_id, by=by, hold_id=hold)
        else:
            holds.lift_from_source(by=by, hold_id=hold)
        messages.success(request, _("The hold is lifted."))
    except WrongState as error:
        messages.error(request, str(error))
    return redirect("staff:holds")
