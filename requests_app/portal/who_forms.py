"""Who asks for the person: the questions beside the request itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms import MemorableDateField
from requests_app.models import Representation

Kind = Representation.Kind
SELF = "self"
ASKING_FOR = [
    (SELF, _("Myself")),
    (Kind.AGENT, _("Somebody who gave me permission")),
    (Kind.PARENT, _("My child under 18")),
    (Kind.GUARDIAN, _("Somebody whose guardian I am by order of a court")),
    (Kind.EXECUTOR, _("Somebody who died, for the estate")),
]
# Which field of this form a refusal of the service is about.
FIELDS = {
    "on_behalf_of": "power_of_attorney",
    "on_behalf_of.name": "agent_name",
    "on_behalf_of.organisation": "agent_organisation",
    "on_behalf_of.email": "agent_email",
    "on_behalf_of.phone": "agent_phone",
    "on_behalf_of.postal_address": "agent_postal_address",
    "on_behalf_of.power_of_attorney": "power_of_attorney",
    "on_behalf_of.signed_on": "signed_on",
}
OLDEST_PERMISSION = dt.date(1990, 1, 1)


class Who(forms.Form):
    """The one who asks; what is known about the person comes on the next page. Only an agent shows a permission."""

    agent_name = forms.CharField(
        label=_("Your own name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Enter your own name.")},
    )
    agent_organisation = forms.CharField(
        label=_("Your company or organization"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    agent_email = forms.EmailField(
        label=_("Your own e-mail address"),
        required=False,
        help_text=_(
            "We send you a code there, and what comes of the proof that you may ask. Not the person's address."
        ),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("Enter an e-mail address such as name@example.com.")},
    )
    agent_phone = forms.CharField(
        label=_("Your own phone number"),
        required=False,
        max_length=40,
        help_text=_("With area code, such as 214-555-0100."),
        widget=forms.TextInput({"autocomplete": "tel", "type": "tel"}),
    )
    agent_postal_address = forms.CharField(
        label=_("Your own postal address"),
        required=False,
        max_length=600,
        help_text=_("If you have no e-mail address, we write to you there."),
        widget=forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
    )
    power_of_attorney = forms.BooleanField(
        label=_("I hold a power of attorney from this person"),
        required=False,
        help_text=_("Leave this empty if the person signed a simple permission."),
    )
    signed_on = MemorableDateField(earliest=OLDEST_PERMISSION, label=_("When did the person sign it?"), required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != Kind.AGENT:
            del self.fields["power_of_attorney"], self.fields["signed_on"]

    def clean(self) -> dict[str, Any]:
        """On the web nobody is called back about a permission: there has to be somewhere to write to."""
        answers: dict[str, Any] = super().clean() or {}
        written_to = ("agent_email", "agent_postal_address")
        if not any(answers.get(name) for name in written_to) and not any(name in self.errors for name in written_to):
            self.add_error("agent_email", _("Enter your own e-mail address or, if you have none, your postal address."))
        return answers
