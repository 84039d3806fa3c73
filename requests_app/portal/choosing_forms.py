"""The form of an opt-out: which, and how to find the person. No proof of identity (11 CCR 7026(d), 7027(e))."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms import Tiles
from requests_app.models import Relationship
from requests_app.portal import wording
from requests_app.portal.answers import Answers
from requests_app.portal.forms import About
from requests_app.regimes import places

ALL = "all"
OFFERED = {right: wording.OFFERED[right] for right in wording.STOPS}


class Choices(About):
    choices = forms.MultipleChoiceField(
        label=_("What should we stop?"),
        choices=[(ALL, _("All of these")), *((right, label) for right, (label, _meaning) in OFFERED.items())],
        widget=Tiles(explained={right: meaning for right, (_label, meaning) in OFFERED.items()}),
        error_messages={"required": _("Choose at least one thing that we should stop.")},
    )
    residence = forms.ChoiceField(
        label=_("Which state do you live in?"),
        required=False,
        help_text=_("It decides which law gives you rights. We treat everybody by at least our own strict rules."),
        choices=places.CHOICES,
        widget=forms.Select({"autocomplete": "address-level1"}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    field_order = ("choices", "email", "phone", "given_name", "family_name", "postal_address", "residence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, identity=False, relationship=Relationship.OTHER, **kwargs)
        self.fields["email"].help_text = _("The address that our systems know you by. We confirm your choice there.")

    def answers(self) -> dict[str, Any]:
        """In the shape of a draft's answers."""
        chosen = self.cleaned_data["choices"]
        residence = self.cleaned_data["residence"] or places.ELSEWHERE
        rights = list(OFFERED) if ALL in chosen else chosen
        return Answers.storable(self.cleaned_data) | {"rights": rights, "residence": residence}
