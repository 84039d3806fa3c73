"""The questions of a request: what is asked, about whom, and the signature. An opt-out asks for no proof."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms import MemorableDateField, Radios, Tiles
from requests_app.models import Relationship
from requests_app.portal import wording
from requests_app.portal.who_forms import ASKING_FOR, SELF
from requests_app.regimes import places
from requests_app.vault.normal import name as normal_name

OLDEST = dt.date(1890, 1, 1)
LOOK_BACK = dt.date(2022, 1, 1)  # 11 CCR 7024(h): everything collected on or after this day
LONGEST_DETAILS = 5000
RELATIONSHIPS = [
    (Relationship.PATIENT, _("A patient whose provider uses our billing")),
    (Relationship.PROVIDER, _("A health care provider, or I work at a practice")),
    (Relationship.PARTNER, _("A business partner or supplier")),
    (Relationship.EMPLOYEE, _("A present or former employee")),
    (Relationship.APPLICANT, _("Somebody who applied for a job")),
    (Relationship.VISITOR, _("Somebody who visited a website or wrote to you")),
    (Relationship.OTHER, _("Something else")),
]


class What(forms.Form):
    rights = forms.MultipleChoiceField(
        label=_("What would you like us to do?"),
        help_text=_("Choose everything you want; each gets its own reference."),
        choices=[(right, label) for right, (label, _meaning) in wording.OFFERED.items()],
        widget=Tiles(explained={right: meaning for right, (_label, meaning) in wording.OFFERED.items()}),
        error_messages={"required": _("Choose at least one thing that you want us to do.")},
    )
    asking_for = forms.ChoiceField(
        label=_("Who are you asking for?"),
        help_text=_("If it is for somebody else, answer the two questions below about that person."),
        choices=ASKING_FOR,
        initial=SELF,
        required=False,
        widget=Radios,
    )
    residence = forms.ChoiceField(
        label=_("Which state do you live in?"),
        help_text=_("It decides which law gives you rights. We treat everybody by at least our own strict rules."),
        choices=places.CHOICES,
        widget=forms.Select({"autocomplete": "address-level1"}),
        error_messages={"required": _("Choose the state you live in.")},
    )
    relationship = forms.ChoiceField(
        label=_("How do you know us?"),
        help_text=_("It tells us where to look first."),
        choices=RELATIONSHIPS,
        widget=Radios,
        error_messages={"required": _("Choose the answer that fits best; “Something else” is fine.")},
    )

    def clean_asking_for(self) -> str:
        return self.cleaned_data["asking_for"] or SELF

    def clean(self) -> dict[str, Any]:
        """`website` is a field that people do not see: what is written there was written by a machine."""
        if self.data.get("website"):
            raise forms.ValidationError(
                _("Something filled in a hidden field, as machines do. Please send the form again.")
            )
        return super().clean() or {}


class About(forms.Form):
    """Who it is about and how to answer. `identity` adds what proves who you are; the rest is for every request."""

    given_name = forms.CharField(
        label=_("First name"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "given-name"}),
        error_messages={"required": _("Enter your first name.")},
    )
    family_name = forms.CharField(
        label=_("Last name"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "family-name"}),
        error_messages={"required": _("Enter your last name.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("We confirm your request here. If you have none, leave it empty and we write by post."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("Enter an e-mail address such as name@example.com.")},
    )
    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=40,
        help_text=_("With area code, such as 214-555-0100."),
        widget=forms.TextInput({"autocomplete": "tel", "type": "tel"}),
    )
    postal_address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
    )
    date_of_birth = MemorableDateField(
        earliest=OLDEST,
        label=_("Date of birth"),
        required=False,
        help_text=_("For example 4 28 1986. It helps us to make sure that it is you."),
    )
    account_numbers = forms.CharField(
        label=_("Account, invoice or employee number"),
        required=False,
        max_length=200,
        help_text=_("From a bill or letter of ours, if you have one. Put a comma between two numbers."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    practice_id = forms.CharField(
        label=_("Practice ID"), required=False, max_length=60, widget=forms.TextInput({"autocomplete": "off"})
    )
    period = forms.ChoiceField(
        label=_("Which time should the copy cover?"),
        choices=[("all", _("Everything since January 1, 2022")), ("since", _("Only from a date that I choose"))],
        initial="all",
        widget=Radios,
    )
    since = MemorableDateField(
        earliest=LOOK_BACK,
        label=_("From which date?"),
        required=False,
        help_text=_("Only if you chose a date above."),
    )
    details = forms.CharField(
        label=_("Anything that helps us to find it"),
        required=False,
        max_length=LONGEST_DETAILS,
        help_text=_("For example the clinic you went to, or an old e-mail address. You need not give a reason."),
        widget=forms.Textarea({"rows": 4}),
    )

    OWN = ("given_name", "family_name", "email", "phone", "postal_address")
    FOR_IDENTITY = ("date_of_birth", "account_numbers", "practice_id", "details")
    FOR_COPY = ("period", "since")

    def __init__(
        self,
        *args: Any,
        identity: bool,
        relationship: str,
        copy: bool = False,
        other: bool = False,
        answered: bool = False,
        confirm: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.answered, self.confirm = answered, confirm
        if other:
            for name in self.OWN:
                self.fields[name].widget.attrs["autocomplete"] = "off"  # not from what the browser knows of its user
            self.fields["email"].help_text = _("The person's own address, if there is one: we ask the person there.")
        if not copy:
            for name in self.FOR_COPY:
                del self.fields[name]
        if not identity:
            for name in self.FOR_IDENTITY:
                del self.fields[name]
            self.fields["given_name"].required = self.fields["family_name"].required = False
        elif relationship not in {Relationship.PROVIDER, Relationship.PARTNER}:
            del self.fields["practice_id"]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        reachable = ("email", "phone", "postal_address")
        given = self.answered or any(answers.get(name) for name in reachable)
        if not given and not any(name in self.errors for name in reachable):
            self.add_error(
                "email", _("Give an e-mail address, a phone number or a postal address, so that we can answer.")
            )
        if self.confirm and not self.errors and _only_a_letter_reaches(answers) and not _is_named(answers):
            message = _("Give your name, too: to allow this again, you confirm it with a code that we post to you.")
            self.add_error("family_name", message)
        if answers.get("period") == "since" and not answers.get("since") and "since" not in self.errors:
            self.add_error("since", _("Enter the date from which the copy should start, or choose “Everything”."))
        if answers.get("period") == "all":
            answers["since"] = None
        return answers


def _only_a_letter_reaches(answers: dict[str, Any]) -> bool:
    return not (answers.get("email") or answers.get("phone"))


def _is_named(answers: dict[str, Any]) -> bool:
    return bool(answers.get("given_name") or answers.get("family_name"))


class Sign(forms.Form):
    """The last step: what was asked is sent once per key; a copy also needs the signed declaration."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    declared = forms.BooleanField(
        label=_("I have read this declaration, and it is true"),
        error_messages={"required": _("Tick the declaration, or go back and take the copy out of your request.")},
    )
    signed_name = forms.CharField(
        label=_("Type your full name to sign"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Type your full name to sign the declaration.")},
    )

    def __init__(self, *args: Any, identity: bool, full_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.full_name = full_name
        if not identity:
            del self.fields["declared"], self.fields["signed_name"]

    def clean_signed_name(self) -> str:
        typed: str = self.cleaned_data["signed_name"]
        if normal_name(typed) != normal_name(self.full_name):
            message = _("Sign with the name you gave before: %(name)s.")
            raise forms.ValidationError(message, params={"name": self.full_name})
        return typed
