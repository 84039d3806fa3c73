"""The forms of the staff pages; each error says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from requests_app import regimes, selectors
from requests_app.exceptions import NotFound
from requests_app.forms import FileForm, Radios
from requests_app.lifecycle import Right, State
from requests_app.models import Case, User
from requests_app.permissions import MAY, Verb
from requests_app.services import reuse

LONG = {"rows": 3}


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any")), *State.choices])
    right = forms.ChoiceField(label=_("Right"), required=False, choices=[("", _("Any")), *Right.choices])
    due_before = forms.DateField(
        label=_("Due before"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class SearchForm(forms.Form):
    text = forms.CharField(
        label=_("Reference, name, e-mail or phone"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        label=_("Assign to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        to_field_name="username",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = User.objects.filter(is_active=True, role__in=[role.value for role in MAY[Verb.RULE]])
        field = self.fields["to"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = workers.order_by("username")


class TextForm(forms.Form):
    text = forms.CharField(label=_("Text"), max_length=5000, widget=forms.Textarea(LONG))

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label


class ReasonForm(forms.Form):
    """Why, in a sentence, since somebody will read it."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(LONG))

    def __init__(self, *args: Any, label: Any = None, shortest: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label or self.fields["reason"].label
        self.fields["reason"].widget.attrs["minlength"] = shortest


class AuthorityForm(forms.Form):
    """Whether the agent may act, and on what the officer looked."""

    accept = forms.ChoiceField(
        label=_("May this agent act for the person?"),
        choices=[("yes", _("Yes, the permission is shown")), ("no", _("No: refuse the request"))],
        widget=Radios,
        error_messages={"required": _("Choose yes or no.")},
    )
    reason = forms.CharField(
        label=_("What was seen, and why it is enough or not"),
        help_text=_("If you refuse, the letter tells it word for word."),
        max_length=2000,
        widget=forms.Textarea(LONG),
    )


class ClearForm(ReasonForm):
    """Why a file may stand that another request has too."""

    file = forms.ChoiceField(label=_("File"))
    field_order = ("file", "reason")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, label=_("Why it may stand"), shortest=reuse.SHORTEST_REASON, **kwargs)
        waiting = [] if case.key.destroyed_at else [one for one in reuse.of_case(case) if one.is_open]
        field = self.fields["file"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(one.row.id), one.name) for one in waiting]


class DenyForm(forms.Form):
    ground = forms.ChoiceField(label=_("Ground"))
    explanation = forms.CharField(
        label=_("Explanation to the consumer"),
        help_text=_("It goes into the letter word for word: what cannot be done, and on what facts."),
        max_length=5000,
        min_length=20,
        widget=forms.Textarea(LONG),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = regimes.get(case.regime).rights[case.right].grounds
        field = self.fields["ground"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.code, f"{one.title} ({one.citation})") for one in grounds]


class ApproveForm(forms.Form):
    """The digest of the content that was on the screen: nothing else is approved by it."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class OtherCaseForm(forms.Form):
    """Another case by its spoken reference, seen through the same eyes as the queue."""

    other = forms.CharField(label=_("Reference of the other case"), max_length=20)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_other(self) -> Case:
        try:
            return selectors.case_for(self.user, self.cleaned_data["other"])
        except NotFound as error:
            raise forms.ValidationError(str(error)) from None


class MarkForm(forms.Form):
    """Words to withhold in one field of one record; no words = the whole field."""

    batch = forms.UUIDField(widget=forms.HiddenInput)
    row = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    path = forms.CharField(label=_("Field"), max_length=240)
    words = forms.CharField(
        label=_("Words to withhold (empty = the whole field)"), required=False, max_length=2000, strip=False
    )


Make = Callable[[Case, User, QueryDict | None], forms.Form]
EXTEND_FROM, ACCEPT_FROM = 20, 10  # the services ask for as many characters
OF_CASE: dict[str, Make] = {
    "assign": lambda case, _user, data: AssignForm(
        data, prefix="assign", initial={"to": case.assignee.username if case.assignee else ""}
    ),
    "note": lambda _case, _user, data: TextForm(data, prefix="note", label=_("Note")),
    "message": lambda _case, _user, data: TextForm(data, prefix="message", label=_("Message")),
    "send_back": lambda _case, _user, data: TextForm(data, prefix="send_back", label=_("What is missing")),
    "reconsider": lambda _case, _user, data: TextForm(data, prefix="reconsider", label=_("What has to change")),
    "extend": lambda _case, _user, data: ReasonForm(
        data, prefix="extend", label=_("Reason, for the consumer"), shortest=EXTEND_FROM
    ),
    "hold": lambda _case, _user, data: ReasonForm(data, prefix="hold", label=_("Ground of the hold")),
    "accept": lambda _case, _user, data: ReasonForm(
        data, prefix="accept", label=_("What was seen, and why it is enough"), shortest=ACCEPT_FROM
    ),
    "approve": lambda case, _user, data: ApproveForm(data, prefix="approve", initial={"digest": case.content_digest}),
    "deny": lambda case, _user, data: DenyForm(data, prefix="deny", case=case),
    "proof": lambda _case, _user, data: FileForm(data, prefix="proof"),
    "authority": lambda _case, _user, data: AuthorityForm(data, prefix="authority"),
    "clear": lambda case, _user, data: ClearForm(data, prefix="clear", case=case),
    "appeal": lambda _case, _user, data: TextForm(data, prefix="appeal", label=_("What the consumer says")),
    "other": lambda _case, user, data: OtherCaseForm(data, prefix="other", user=user),
}


def of_case(case: Case, user: User, *, sent: forms.Form | None = None) -> dict[str, forms.Form]:
    """Every form of a case's pages by its name; the one that was sent keeps what was typed and its errors."""
    empty = {name: make(case, user, None) for name, make in OF_CASE.items()}
    return empty | ({str(sent.prefix): sent} if sent else {})
