"""The corrections of a case: what is wrong, where it stands, and the ruling on each item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from requests_app import reasons, selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.forms import Radios
from requests_app.lifecycle import State
from requests_app.models import Case, SourceHold, User
from requests_app.permissions import Verb, staff
from requests_app.services import correction, correction_items, holds, origins, records, repeated
from requests_app.services.correction_items import Item
from requests_app.services.disputed import Answer
from requests_app.staff.case import common

CONFLICT = 409


class Ground(forms.ChoiceField):
    """Needed for a refusal and for nothing else, so it is called neither required nor optional."""

    required_together = True


class Told(forms.CharField):
    """The same of what the consumer is told."""

    required_together = True


class RulingForm(forms.Form):
    """One item's ruling. What it needs depends on the ruling, so the service says what is missing."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=24)
    ruling = forms.ChoiceField(
        label=gettext_lazy("Ruling"),
        choices=[
            ("accept", gettext_lazy("Correct it in the places that are ticked")),
            ("refuse", gettext_lazy("Leave it as it is")),
        ],
        widget=Radios,
        error_messages={"required": gettext_lazy("Choose whether it is corrected or stays as it is.")},
    )
    places = forms.MultipleChoiceField(label=gettext_lazy("Places"), required=False)
    ground = Ground(label=gettext_lazy("Ground, when it stays as it is"), required=False)
    explanation = Told(
        label=gettext_lazy("What the consumer is told about it"),
        help_text=gettext_lazy(
            "It goes into the letter word for word. When it stays as it is, say on what facts; else it may be empty."
        ),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
    )
    health = forms.BooleanField(
        label=gettext_lazy("This is health information"),
        help_text=gettext_lazy("When it stays as it is, the consumer may add a statement of up to 250 words."),
        required=False,
    )

    note = forms.CharField(
        label=gettext_lazy("Internal note"),
        help_text=gettext_lazy("For colleagues alone: it becomes a note of the case. The consumer never sees it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, posted: QueryDict | None, *, case: Case, item: Item) -> None:
        super().__init__(posted, prefix=f"item-{item.number}", initial=_ruled(item))
        places, ground = self.fields["places"], self.fields["ground"]
        if isinstance(places, forms.MultipleChoiceField) and isinstance(ground, forms.ChoiceField):
            places.choices = [(str(place.row.id), str(place.row)) for place in item.places]
            found = [(one.code, f"{one.title} ({one.citation})") for one in correction.grounds(case)]
            ground.choices = [("", _("Choose a ground")), *found]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ruling") == "refuse" and data.get("ground") == "":
            self.add_error("ground", _("Choose the ground on which it stays as it is."))
        return data


@dataclass(frozen=True)
class Shown:
    """An item with its form; `places` are (place, ticked, how the source got it, why it was not done, the hold).

    `before`: where the same was refused not long ago.
    """

    item: Item
    places: list[tuple[correction_items.Place, bool, list[str], str, SourceHold | None]]
    form: RulingForm
    before: repeated.Refused | None

    @classmethod
    def of(cls, case: Case, item: Item, sent: RulingForm | None, before: repeated.Refused | None) -> Shown:
        form = (
            sent
            if sent is not None and sent.prefix == f"item-{item.number}"
            else RulingForm(None, case=case, item=item)
        )
        ticked = set(form["places"].value() or ())
        held = holds.covered(place.row for place in item.places)
        places = [
            (place, str(place.row.id) in ticked, origins.told(place.origin), _why(place), held.get(place.row.id))
            for place in item.places
        ]
        return cls(item, places, form, before)


def _why(place: correction_items.Place) -> str:
    return reasons.get(place.row.reason).title.en if place.row.reason else ""


def _ruled(item: Item) -> dict[str, Any]:
    """The ruling that stands; places that are proposed are ticked from the start."""
    rulings = {"accepted": "accept", "refused": "refuse"}
    return {
        "seen": correction.version(item.row),
        "ruling": rulings.get(str(item.row.ruling)),
        "places": [str(place.row.id) for place in item.places if place.row.chosen],
        "ground": item.row.ground,
        "explanation": item.answer.explanation,
        "health": item.answer.health,
    }


@require_GET
@staff_page(Verb.VIEW_RECORDS)
def corrections(request: HttpRequest, reference: str) -> HttpResponse:
    user = user_of(request)
    return _page(request, selectors.case_for(user, reference), user)


def _page(
    request: HttpRequest, case: Case, user: User, *, sent: RulingForm | None = None, status: int = 200
) -> HttpResponse:
    """What stands in the sources is shown, so that somebody looked is an event, written first."""
    shared = common(request, case, "corrections")
    items = [] if shared["gone"] else correction_items.read(case)
    if count := sum(place.row.rows for item in items for place in item.places):
        records.viewed(case_id=case.id, by=staff(user), count=count, page=1)
    in_review = case.state == State.IN_REVIEW
    before = repeated.refused_before(case) if items else {}
    context = shared | {
        "items": [Shown.of(case, item, sent, before.get(item.number)) for item in items],
        "open": sum(item.row.ruling == item.row.Ruling.OPEN for item in items),
        "form": sent,
        "in_review": in_review,
        "ruling": in_review and staff(user).may(Verb.RULE),
    }
    return render(request, "staff/corrections.html", context, status=status)


@require_POST
@staff_page(Verb.RULE)
def rule(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Refused or too late, the page comes back with everything that was typed."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    form = _form(case, number, request.POST)
    if not form.is_valid():
        return _page(request, case, user, sent=form, status=400)
    data = form.cleaned_data
    try:
        correction.rule(
            case_id=case.id,
            by=staff(user),
            number=number,
            seen=data["seen"],
            accept=data["ruling"] == "accept",
            places={UUID(one) for one in data["places"]},
            ground=data["ground"],
            answer=Answer(data["explanation"], health=data["health"], note=data["note"]),
        )
    except NotValid as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, case, user, sent=form, status=400)
    except WrongState as error:
        again = _again(case, number, request.POST)
        again.add_error(None, str(error))
        return _page(request, selectors.case_for(user, reference), user, sent=again, status=CONFLICT)
    messages.success(request, _("The ruling on correction %(number)s is kept.") % {"number": number})
    return redirect("staff:corrections", reference=case.reference)


def _form(case: Case, number: int, posted: QueryDict) -> RulingForm:
    item = next((one for one in correction_items.read(case) if one.number == number), None)
    if item is None:
        raise Http404
    return RulingForm(posted, case=case, item=item)


def _again(case: Case, number: int, posted: QueryDict) -> RulingForm:
    """What was typed, now on top of what somebody else ruled: sent once more, it counts."""
    form = _form(case, number, posted)
    data = posted.copy()
    data[form.add_prefix("seen")] = str(form.initial["seen"])
    fresh = _form(case, number, data)
    fresh.is_valid()
    return fresh
