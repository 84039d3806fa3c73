"""The forms of an owner's task: the key from the mail, and the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from fulfillment.models import ManualTask
from fulfillment.owners import Answer
from requests_app.casefile import read

Outcome = ManualTask.Outcome
FIRST, MORE, MOST = 2, 3, 60
LONGEST = 5000
CHOICES: Mapping[str, tuple[tuple[str, Any], ...]] = {
    ManualTask.Kind.FIND: (
        ("", _("- Select -")),
        (Outcome.FOUND, _("I found papers of this person")),
        (Outcome.NOTHING, _("I looked, and there is nothing of this person")),
        (Outcome.CANNOT, _("It cannot be searched")),
    ),
    ManualTask.Kind.ERASE: (
        ("", _("- Select -")),
        (Outcome.DONE, _("I destroyed them, or took the person off the list")),
        (Outcome.NOTHING, _("I looked, and there is nothing of this person")),
        (Outcome.CANNOT, _("It cannot be done")),
    ),
    ManualTask.Kind.CORRECT: (
        ("", _("- Select -")),
        (Outcome.DONE, _("I corrected all of it")),
        (Outcome.NOTHING, _("I looked, and it stands on no paper of this person")),
        (Outcome.CANNOT, _("It cannot be done, or not all of it")),
    ),
}


class Files(forms.FileField):
    """Several files at once."""

    widget = type("ManyFiles", (forms.FileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(Files, self).clean(one, initial) for one in given if one]


class Key(forms.Form):
    key = forms.CharField(
        label=_("Key from the e-mail"),
        max_length=60,
        help_text=_("It looks like ABCD-EFGH-... and stands below the address of this page. Only the newest works."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the key from the e-mail.")},
    )


class Said(forms.Form):
    """What the owner found. `papers` says how many papers the page has room for; empty ones are left out."""

    parts: ClassVar = ("paper", "place", "dated", "text")

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    papers = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST, initial=FIRST)
    outcome = forms.ChoiceField(label=_("Your answer"), error_messages={"required": _("Choose your answer.")})
    on = forms.DateField(
        label=_("On which day it was done"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        error_messages={"invalid": _("Enter the day as 2026-01-31.")},
    )
    rows = forms.IntegerField(label=_("How many papers"), min_value=0, max_value=100_000, required=False)
    copies = Files(
        label=_("Copies of the papers"),
        required=False,
        help_text=_("PDF, PNG, JPEG or plain text files of at most 20 MB together. Or type below what the papers say."),
    )
    remark = forms.CharField(
        label=_("Anything else that we should know"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("If you cannot do it, say why."),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        asked_at: dt.datetime,
        room: int = FIRST,
        too_large: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.asked_at, self.too_large = kind, asked_at, too_large
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)  # noqa: S101 - for the type checker: declared above
        outcome.choices = CHOICES[kind]
        if kind != ManualTask.Kind.FIND:
            del self.fields["copies"]
            room = 0
        else:
            del self.fields["rows"], self.fields["on"]
            self.fields["copies"].widget.attrs |= {"accept": ".pdf,.png,.jpg,.jpeg,.txt"}
        self.room = max(0, min(room, MOST))
        for number in range(1, self.room + 1):
            for name, field in _paper():
                self.fields[f"{name}_{number}"] = field

    def head(self) -> list[BoundField]:
        return [self[name] for name in ("outcome", "on", "rows", "copies", "remark") if name in self.fields]

    def sheets(self) -> list[tuple[int, list[BoundField]]]:
        """The fields of each paper, numbered."""
        return [(n, [self[f"{part}_{n}"] for part in self.parts]) for n in range(1, self.room + 1)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        outcome, found = given.get("outcome"), [*self._papers(given), *(given.get("copies") or ())]
        if self.too_large:
            limit = settings.UMBS_UPLOAD_MAX_BYTES // 1024 // 1024
            message = _("These files have more than %(limit)s MB together. Send smaller copies, or type what they say.")
            self.add_error("copies", message % {"limit": limit})
        elif outcome == Outcome.FOUND and not found and "copies" not in self.errors:
            self.add_error("copies", _("Hand in a copy of what you found, or type below what it says."))
        elif outcome in {Outcome.NOTHING, Outcome.CANNOT} and found:
            self.add_error("outcome", _("You typed or chose papers: answer that you found some, or take them out."))
        if outcome == Outcome.DONE and "on" not in self.errors and not self._can_be(given.get("on")):
            self.add_error("on", _("Enter the day on which it was done: not before we asked, and not in the future."))
        if outcome == Outcome.CANNOT and not given.get("remark"):
            self.add_error("remark", _("Say why it cannot be done."))
        return given

    def answer(self) -> Answer:
        given = self.cleaned_data
        files = [(str(one.name), one.chunks()) for one in given.get("copies") or ()]
        rows = given.get("rows") or 0
        on = given.get("on") if given["outcome"] == Outcome.DONE else None
        return Answer(given["outcome"], [*self._papers(given)], files, given["remark"], rows, on)

    def _can_be(self, day: dt.date | None) -> bool:
        return day is not None and read.day_of(self.asked_at) <= day <= read.today()

    def _papers(self, given: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        for number in range(1, self.room + 1):
            paper = {part: str(given.get(f"{part}_{number}") or "") for part in self.parts}
            if any(paper.values()):
                yield paper


def _paper() -> Iterator[tuple[str, forms.Field]]:
    yield "paper", forms.CharField(label=_("What it is"), max_length=200, required=False)
    yield "place", forms.CharField(label=_("Where it lies"), max_length=200, required=False)
    yield "dated", forms.CharField(label=_("Its date"), max_length=40, required=False)
    area = forms.Textarea({"rows": 3})
    yield "text", forms.CharField(label=_("What it says"), max_length=LONGEST, required=False, widget=area)
