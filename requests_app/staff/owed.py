"""What is still owed, by its date: try it now, hand it over, settle it by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors
from requests_app.access import staff_page, stepped_up, user_of
from requests_app.exceptions import KeyDestroyed, NotValid, WrongState
from requests_app.forms import Radios
from requests_app.models import Obligation, User
from requests_app.permissions import Verb, staff
from requests_app.services import owed, planned
from requests_app.staff.forms import LONG

PAGE = 25


class HandOverForm(forms.Form):
    owner = forms.CharField(
        label=gettext_lazy("Who answers for it now"),
        help_text=gettext_lazy("An e-mail address, which is written to at once, or the name of a team."),
        max_length=200,
    )


class SettleForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("How does it end?"),
        choices=[("done", gettext_lazy("It was done by hand")), ("stopped", gettext_lazy("It is no longer owed"))],
        widget=Radios,
    )
    note = forms.CharField(
        label=gettext_lazy("What was done, and how you know it"),
        help_text=gettext_lazy("It stays with the case as a note."),
        max_length=5000,
        widget=forms.Textarea(LONG),
    )


@require_GET
@staff_page(Verb.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    return _page(request, user_of(request))


def _page(
    request: HttpRequest, user: User, *, sent: forms.Form | None = None, about: UUID | None = None
) -> HttpResponse:
    """`sent`: the form about one obligation that could not be taken as it was."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in Obligation.Kind.values else ""
    text, show = request.GET.get("text", "")[:100], request.GET.get("show", "")
    show = show if show in {"all", "escalated"} else "all" if kind or text else "near"
    rows = owed.listed(by=staff(user), kind=kind, text=text, show=show)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    language = (get_language() or "en").partition("-")[0]
    context = {
        "page": page,
        "rows": [_row(row, language, sent if row.id == about else None) for row in page],
        "text": text,
        "kind": kind,
        "kinds": Obligation.Kind.choices,
        "show": show,
        "today": selectors.today(),
        "may": {verb.value: staff(user).may(verb) for verb in (Verb.RETRY, Verb.SETTLE)},
    }
    return render(request, "staff/owed.html", context, status=400 if sent else 200)


def _row(row: Obligation, language: str, sent: forms.Form | None) -> dict[str, Any]:
    prefix = str(row.id)
    return {
        "owed": row,
        "reason": planned.in_words(row.reason, language),
        "outcome": owed.OUTCOMES.get(row.outcome, row.outcome),
        "can_be_tried": row.kind != Obligation.Kind.REFERRAL,
        "hand_over": sent if isinstance(sent, HandOverForm) else HandOverForm(prefix=prefix),
        "settle": sent if isinstance(sent, SettleForm) else SettleForm(prefix=prefix),
        "open": type(sent).__name__ if sent else "",
    }


@require_POST
@staff_page(Verb.RETRY)
def try_now(request: HttpRequest, obligation: UUID) -> HttpResponse:
    try:
        row = owed.try_now(obligation_id=obligation, by=staff(user_of(request)))
        messages.success(
            request, _("%(source)s is tried now; reload this page in a moment.") % {"source": row.source_name}
        )
    except (WrongState, KeyDestroyed) as error:
        messages.error(request, str(error))
    return redirect("staff:owed")


@require_POST
@staff_page(Verb.RETRY)
def hand_over(request: HttpRequest, obligation: UUID) -> HttpResponse:
    form = HandOverForm(request.POST, prefix=str(obligation))
    by = staff(user_of(request))

    def do(data: dict[str, Any]) -> str:
        owed.hand_over(obligation_id=obligation, by=by, owner=data["owner"])
        return _("Handed over.")

    return _do(request, form, obligation, do)


@require_POST
@staff_page(Verb.SETTLE)
@stepped_up
def settle(request: HttpRequest, obligation: UUID) -> HttpResponse:
    """Somebody vouches for it: only within five minutes of a fresh proof."""
    form = SettleForm(request.POST, prefix=str(obligation))
    by = staff(user_of(request))

    def do(data: dict[str, Any]) -> str:
        owed.settle(obligation_id=obligation, by=by, note=data["note"], done=data["how"] == "done")
        return _("Settled; the note is kept with the case.")

    return _do(request, form, obligation, do)


def _do(request: HttpRequest, form: forms.Form, obligation: UUID, do: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Nothing typed is lost: a form that cannot be taken comes back in its place."""
    get_object_or_404(Obligation, pk=obligation)
    if form.is_valid():
        try:
            messages.success(request, do(form.cleaned_data))
            return redirect("staff:owed")
        except NotValid as error:
            form.add_error(error.field, str(error))
        except WrongState as error:
            messages.error(request, str(error))
            return redirect("staff:owed")
    return _page(request, user_of(request), sent=form, about=obligation)
