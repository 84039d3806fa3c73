"""The form of a call: one dense page for trained staff, in the order in which a call goes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from requests_app.forms import Checkboxes, FileForm
from requests_app.lifecycle import Right
from requests_app.models import Channel, Format, Relationship, Representation
from requests_app.regimes import places
from requests_app.services import calls, intake

PARTS: dict[str, tuple[str, ...]] = {
    "begin": ("received_on", "opened_on", "scan", "ring_back", "language", "manner"),
    "what": ("words", "rights"),
    "state": ("residence", "relationship"),
    "who": ("given_name", "family_name", "asker"),
    "agent": (
        *("agent_name", "agent_organisation", "agent_email", "agent_phone", "agent_postal_address"),
        *("power_of_attorney", "signed_on"),
    ),
    "contact": ("email", "phone", "postal_address", "prefers", "voicemail_ok", "reading_format"),
    "proof": ("date_of_birth", "account_numbers", "practice_id", "since", "signed_name"),
    "read": ("details", "override"),
    "known": ("known", "known_as", "known_reason"),
}
ITEMS = range(3)  # corrections that one call takes; more come in a letter
CORRECTION = tuple(f"{name}_{number}" for number in ITEMS for name in ("what", "is", "should_be"))
ONLY_SPOKEN, ONLY_PAPER = {"override"}, {"received_on", "opened_on", "scan", "signed_name"}
ONLY_PHONE = {"ring_back", "manner", "voicemail_ok"}
MANNERS = [
    ("plain", _("As usual")),
    ("interpreter", _("With an interpreter")),
    ("relay", _("Relay service (711)")),
    ("hostile", _("Caller is angry")),
]
WAYS = [("", "—"), ("email", _("E-mail")), ("post", _("Mail")), ("phone", _("Phone"))]
KNOWN_AS = [("", "—"), ("anyway", _("New request anyway")), ("household", _("Same household"))]
YES_NO = [("", _("Not asked")), ("yes", _("Yes")), ("no", _("No"))]
DATE = re.compile(r"(?P<m>\d{1,2})[/.\- ](?P<d>\d{1,2})[/.\- ](?P<y>\d{4})|(?P<m2>\d{2})(?P<d2>\d{2})(?P<y2>\d{4})")


class TypedDate(forms.CharField):
    """A date as it is typed fastest: 4/28/1986, 04281986 or 1986-04-28; cleaned to a date."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "numeric", "placeholder": "MM/DD/YYYY"}))
        super().__init__(required=False, max_length=10, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        day = read_date(text)
        if text and day is None:
            raise forms.ValidationError(_("Enter a real date, such as 4/28/1986."))
        return day


def read_date(text: str) -> dt.date | None:
    """The date that was typed, or None while it is none yet."""
    try:
        if not (found := DATE.fullmatch(text.strip())):
            return dt.date.fromisoformat(text.strip())
        month, day, year = (int(found[name] or found[f"{name}2"]) for name in "mdy")
        return dt.date(year, month, day)
    except ValueError:
        return None


def line(label: Any, size: int = 200, **attrs: str) -> forms.CharField:
    """One line of text that need not be filled in; browsers keep none of it."""
    return forms.CharField(
        label=label, max_length=size, required=False, widget=forms.TextInput({"autocomplete": "off", **attrs})
    )


def postal(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=600, widget=forms.Textarea({"rows": 2}))


def choice(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, **kwargs)


class CallForm(forms.Form):
    use_required_attribute = False

    received_on = TypedDate(label=_("Received (stamp)"))
    opened_on = TypedDate(label=_("Opened"))
    scan = forms.FileField(
        label=_("Scan of the letter"),
        required=False,
        help_text=_("PDF, PNG, JPEG or text, at most 20 MB. Attach it last."),
        widget=FileForm.base_fields["file"].widget,
        error_messages={"empty": _("This file is empty. Choose the file again.")},
    )
    ring_back = line(_("Number to ring back"), 40, type="tel")
    language = choice(_("Language"), settings.LANGUAGES)
    manner = choice(_("The call"), MANNERS)
    words = forms.CharField(
        label=_("In their own words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
    )
    rights = forms.MultipleChoiceField(
        label=_("What it is (number keys tick)"),
        widget=Checkboxes,
        error_messages={"required": _("Tick what the words ask for; one thing at least.")},
    )
    residence = forms.ChoiceField(
        label=_("State"), choices=places.CHOICES, error_messages={"required": _("Choose the state.")}
    )
    relationship = forms.ChoiceField(
        label=_("Knows us as"),
        choices=[("", _("Choose")), *Relationship.choices],
        error_messages={"required": _("Choose how they know us; “Something else” is fine.")},
    )
    asker = choice(_("Asks for"), [("self", _("Self")), *((k, label) for k, label in Representation.Kind.choices)])
    agent_name = line(_("Name of whoever asks"))
    agent_organisation = line(_("Their organisation"))
    agent_email = line(_("Their e-mail"), 254, type="email")
    agent_phone = line(_("Their phone"), 40, type="tel")
    agent_postal_address = postal(_("Their postal address"))
    power_of_attorney = forms.BooleanField(label=_("Power of attorney"), required=False)
    signed_on = TypedDate(label=_("Permission signed on"))
    given_name = line(_("First name"), 100)
    family_name = line(_("Last name"), 100)
    email = line(_("E-mail"), 254, type="email")
    phone = line(_("Phone"), 40, type="tel")
    postal_address = postal(_("Postal address"))
    prefers = choice(_("Wants to hear by"), WAYS)
    voicemail_ok = choice(_("Voicemail safe?"), YES_NO)
    reading_format = choice(_("Letters in"), Format.choices)
    date_of_birth = TypedDate(label=_("Date of birth"))
    account_numbers = line(_("Account or invoice numbers"))
    practice_id = line(_("Practice ID"), 60)
    since = TypedDate(label=_("Copy only since"))
    signed_name = line(_("Name signed under the declaration"))
    details = line(_("Anything else"), 900)
    override = line(_("Not read back, because"), 500)
    known = line(_("Request that exists"), 20)
    known_as = choice(_("What this is"), KNOWN_AS, widget=forms.Select({"form": "call"}))  # it stands beside the form
    known_reason = line(_("Reason"), 500, form="call")

    def __init__(self, *args: Any, channel: str, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel, self.too_large = channel, too_large
        for name in gone_for(channel):
            del self.fields[name]
        rights = self.fields["rights"]
        if isinstance(rights, forms.MultipleChoiceField):
            rights.choices = [(right.value, right.label) for right in Right if right in intake.OFFERED]
        for number in ITEMS:
            self.fields[f"what_{number}"] = line(_("What is wrong"), 120)
            self.fields[f"is_{number}"] = line(_("It is"), 500)
            self.fields[f"should_be_{number}"] = line(_("It should be"), 500)

    def clean(self) -> dict[str, Any]:
        """What is missing, all of it at once: a caller is asked one thing after the other."""
        found: dict[str, Any] = super().clean() or {}
        if not any(found.get(name) for name in ("email", "phone", "postal_address")):
            self.add_error("email", _("Ask for an e-mail address, a phone number or a postal address."))
        wanted, residence = found.get("rights", []), found.get("residence", "")
        proof = any(calls.needs_identity(right, residence) for right in wanted)
        if proof and not (found.get("given_name") or found.get("family_name")):
            self.add_error("family_name", _("Ask for the name: what was ticked needs one."))
        if self.channel == Channel.MAIL:
            self._clean_letter(found)
        elif not found.get("words"):
            self.add_error("words", _("Type what the caller said, in their own words."))
        if found.get("asker", "self") not in {"", "self"} and not found.get("agent_name"):
            self.add_error("agent_name", _("Ask for the name of whoever asks."))
        if found.get("known") and not found.get("known_as"):
            self.add_error("known_as", _("Say what this is: a new request anyway, or the same household."))
        return found

    def _clean_letter(self, found: dict[str, Any]) -> None:
        if self.too_large:
            limit = settings.UMBS_UPLOAD_MAX_BYTES // 1024 // 1024
            self.add_error("scan", _("This file is larger than %(limit)s MB. Scan it smaller.") % {"limit": limit})
        elif not found.get("words") and not found.get("scan") and "scan" not in self.errors:
            self.add_error("words", _("Attach the scan, or type what the letter asks."))

    @property
    def file(self) -> UploadedFile[bytes] | None:
        scan: UploadedFile[bytes] | None = self.cleaned_data.get("scan")
        return scan


def gone_for(channel: str) -> set[str]:
    """Fields that this way of asking has no use for."""
    if channel == Channel.PHONE:
        return ONLY_PAPER
    return ONLY_PHONE if channel == Channel.WALK_IN else ONLY_PHONE | ONLY_SPOKEN
