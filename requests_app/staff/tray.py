"""Letters that are printed and posted, one or many at a time, and documents read by staff."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors
from requests_app.access import staff_page, stepped_up, user_of
from requests_app.exceptions import GateClosed, NotFound, NotValid, WrongState
from requests_app.models import Notice, User
from requests_app.permissions import Verb, staff
from requests_app.services import collect, notices, post
from requests_app.serving import attachment

PRINT = "print"


class ChosenForm(forms.Form):
    """Which letters of those shown; the day is only needed to mark them as posted."""

    letters = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": gettext_lazy("One of these letters no longer waits here.")}
    )
    every = forms.BooleanField(label=gettext_lazy("All letters shown"), required=False)
    on = forms.DateField(
        label=gettext_lazy("Posted on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Give the day of posting.")},
    )

    def __init__(self, *args: object, waiting: Iterable[Notice], day_needed: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.all_letters = [str(letter.pk) for letter in waiting]
        self.fields["letters"].choices = [(key, key) for key in self.all_letters]  # type: ignore[attr-defined]
        self.fields["on"].required = day_needed
        self.fields["on"].error_messages["required"] = _("Give the day of posting.")

    def clean(self) -> None:
        if not self.errors and not self.chosen:
            self.add_error("every", _("Choose at least one letter."))

    @property
    def chosen(self) -> list[UUID]:
        keys = self.all_letters if self.cleaned_data.get("every") else self.cleaned_data.get("letters", [])
        return [UUID(key) for key in keys]


@require_GET
@staff_page(Verb.POST_LETTER)
def tray(request: HttpRequest) -> HttpResponse:
    user, reference = user_of(request), request.GET.get("reference", "")[:20]
    waiting = selectors.tray(user, reference=reference)
    form = ChosenForm(waiting=waiting, initial={"on": selectors.today()})
    return _page(request, form, reference=reference)


def _page(request: HttpRequest, form: ChosenForm, *, reference: str, status: int = 200) -> HttpResponse:
    user = user_of(request)
    context = {
        "letters": selectors.tray(user, reference=reference),
        "posted": selectors.posted_today(user),
        "may_download": staff(user).may(Verb.DOWNLOAD),
        "form": form,
        "reference": reference,
        "ticked": form.data.getlist("letters") if form.is_bound else [],  # type: ignore[attr-defined]
    }
    return render(request, "staff/tray.html", context, status=status)


@require_POST
@staff_page(Verb.POST_LETTER)
def chosen(request: HttpRequest) -> HttpResponseBase:
    """Print them as one file, or mark them as posted. What was chosen stays chosen where something is wrong.

    Where an answer is printed too, only within five minutes of a fresh proof.
    """
    user, reference = user_of(request), request.POST.get("reference", "")[:20]
    printing = request.POST.get("act") == PRINT
    waiting = selectors.tray(user, reference=reference)
    form = ChosenForm(request.POST, waiting=waiting, day_needed=not printing)
    if not form.is_valid():
        return _page(request, form, reference=reference, status=400)
    if not printing:
        return _mark(request, user, form, reference)
    proven = stepped_up(_print) if post.encloses(form.chosen) else _print
    return proven(request, form, reference)


def _print(request: HttpRequest, form: ChosenForm, reference: str) -> HttpResponseBase:
    try:
        return attachment(post.bundle(notice_ids=form.chosen, by=staff(user_of(request))))
    except (NotFound, NotValid) as error:
        form.add_error("every", str(error))
        return _page(request, form, reference=reference, status=400)


def _mark(request: HttpRequest, user: User, form: ChosenForm, reference: str) -> HttpResponse:
    """Each for itself: a day that is wrong for one letter is not wrong for the next."""
    wrong = 0
    for key in form.chosen:
        try:
            notices.posted(notice_id=key, by=staff(user), on=form.cleaned_data["on"])
        except (NotValid, WrongState) as error:
            wrong += 1
            form.add_error("on", str(error))
    if done := len(form.chosen) - wrong:
        messages.success(request, ngettext("%(n)d letter posted.", "%(n)d letters posted.", done) % {"n": done})
    return _page(request, form, reference=reference, status=400) if wrong else redirect("staff:tray")


@require_POST
@staff_page(Verb.POST_LETTER)
def not_posted(request: HttpRequest, notice: UUID) -> HttpResponse:
    user = user_of(request)
    letter = get_object_or_404(selectors.posted_today(user), pk=notice)
    try:
        post.not_posted(notice_id=letter.id, by=staff(user))
        messages.success(request, _("Back in the tray: %(reference)s.") % {"reference": letter.case.reference})
    except WrongState as error:
        messages.error(request, str(error))
    return redirect("staff:tray")


@require_GET
@staff_page(Verb.VIEW)
def document(request: HttpRequest, document: UUID) -> HttpResponseBase:
    """A letter, for whoever posts it; a record or an answer for officers, an answer only while the gate is open.

    An answer is all that was found about somebody: only within five minutes of a fresh proof, as its release was.
    """
    return (stepped_up(_served) if collect.is_answer(document) else _served)(request, document)


def _served(request: HttpRequest, document: UUID) -> HttpResponseBase:
    try:
        return attachment(collect.fetch(deliverable_id=document, by=staff(user_of(request))))
    except GateClosed as error:
        messages.error(request, str(error))
        return redirect("staff:queue")
