"""The forms of the status page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app import reference
from requests_app.forms import MemorableDateField
from requests_app.services.messages import LONGEST
from requests_app.services.person import PersonFacts


class Reference(forms.Form):
    reference = forms.CharField(
        label=_("Your reference"),
        max_length=40,
        help_text=_(
            "It looks like 7K4M-29QF-X and is in the confirmation we sent you. Dashes and capitals do not matter."
        ),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the reference of your request.")},
    )

    def clean_reference(self) -> str:
        try:
            return reference.parse(self.cleaned_data["reference"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class Code(forms.Form):
    code = forms.CharField(
        label=_("Code of six digits"),
        max_length=20,
        help_text=_("It is good for 10 minutes and for 5 tries."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "class": "umbs-code"}),
        error_messages={"required": _("Enter the six digits from the e-mail.")},
    )

    def clean_code(self) -> str:
        digits = "".join(character for character in self.cleaned_data["code"] if character.isdecimal())
        if len(digits) != 6:  # noqa: PLR2004  (the codes have six digits)
            raise forms.ValidationError(_("The code has six digits; please check it."))
        return digits


class Message(forms.Form):
    text = forms.CharField(
        label=_("Write to the privacy office"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Write something before you send it.")},
    )


class Proof(forms.Form):
    """More facts to compare. Nothing given before needs to be given again."""

    phone = forms.CharField(
        label=_("Another phone number"), required=False, max_length=40, widget=forms.TextInput({"type": "tel"})
    )
    account_number = forms.CharField(
        label=_("Account, invoice or employee number"), required=False, max_length=100, widget=forms.TextInput()
    )
    date_of_birth = MemorableDateField(earliest=dt.date(1890, 1, 1), label=_("Date of birth"), required=False)
    postal_address = forms.CharField(
        label=_("Postal address"), required=False, max_length=600, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(answers.values()):
            raise forms.ValidationError(_("Fill in at least one of these facts before you send them."))
        return answers

    def facts(self) -> PersonFacts:
        """NotValid when a fact cannot be taken."""
        given = self.cleaned_data
        born = given["date_of_birth"]
        return PersonFacts.of(
            {
                "phones": [given["phone"]],
                "account_numbers": [given["account_number"]],
                "date_of_birth": born.isoformat() if born else "",
                "postal_address": given["postal_address"],
            }
        )


class Signature(forms.Form):
    signed_name = forms.CharField(
        label=_("Type your full name to sign"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Type your full name to sign the declaration.")},
    )


class Appeal(forms.Form):
    text = forms.CharField(
        label=_("What should we look at again?"),
        max_length=LONGEST,
        help_text=_("Say why you think that the decision is wrong. You need not quote a law."),
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Say what we should look at again.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "appeal_%s"  # the message on the same page is called text as well
