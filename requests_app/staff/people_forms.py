"""The forms of the staff accounts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms import Radios
from requests_app.permissions import STAFF, Role

WORK = {
    Role.INTAKE: _("Intake: takes requests by phone and mail, posts letters"),
    Role.ANALYST: _("Analyst: works on cases, rules on redactions, approves"),
    Role.OFFICER: _("Officer: decides, refuses, extends, places holds"),
    Role.AUDITOR: _("Auditor: reads cases and the ledger, changes nothing"),
    Role.ADMIN: _("Administrator: staff accounts, no cases"),
}
ROLES = [(role.value, label) for role, label in WORK.items() if role in STAFF]


class SearchPeopleForm(forms.Form):
    q = forms.CharField(
        label=_("Name or e-mail"), required=False, max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Role"), choices=ROLES, widget=Radios, error_messages={"required": _("Choose a role.")}
    )


class NewAccountForm(RoleForm):
    username = forms.CharField(
        label=_("Username"),
        max_length=60,
        help_text=_("Letters, digits and @ . + - _"),
        error_messages={"required": _("Give a username.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    first_name = forms.CharField(
        label=_("First name"), max_length=150, error_messages={"required": _("Give the first name.")}
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, error_messages={"required": _("Give the last name.")}
    )
    email = forms.EmailField(
        label=_("E-mail at work"),
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={
            "required": _("Give the e-mail address at work."),
            "invalid": _("Enter an e-mail address such as name@example.com."),
        },
    )
    field_order = ("username", "first_name", "last_name", "email", "role")
