"""What is wrong and what it should be, row by row; a row that is left empty is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from requests_app.exceptions import NotValid
from requests_app.services.disputed import MOST, DisputedFact

NAMES = ("what", "is", "should_be")
Row = dict[str, str]


def typed(data: Mapping[str, Any]) -> list[Row]:
    """The rows as they were sent, right or wrong."""
    count = str(data.get("rows", ""))
    rows = range(1, 1 + min(MOST, int(count) if count.isdecimal() else 1))
    return [{name: str(data.get(f"{name}_{number}", "")) for name in NAMES} for number in rows]


class Part(forms.CharField):
    """Asked for in every row; that it is missing is told by `Wrong`, since a row may be left empty."""

    def validate(self, value: Any) -> None:
        del value


class Wrong(forms.Form):
    """Checked when `data` is given; otherwise it shows `rows`, and an empty one where there is none."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, rows: Sequence[Row] = ()) -> None:
        shown = (typed(data) if data is not None else list(rows)[:MOST]) or [dict.fromkeys(NAMES, "")]
        initial = {f"{name}_{number}": row[name] for number, row in enumerate(shown, start=1) for name in NAMES}
        super().__init__(data, initial={"rows": len(shown), **initial})
        self.count = len(shown)
        self.facts: list[Row] = []
        self.fields["rows"] = forms.CharField(widget=forms.HiddenInput, required=False)
        for number in range(1, self.count + 1):
            self.fields[f"what_{number}"] = _field(
                _("What is wrong"), _("For example: phone number, or the spelling of my name.")
            )
            self.fields[f"is_{number}"] = _field(
                _("What it is now"),
                _("As we have it. If you do not know, leave it empty; then we have to ask you."),
                required=False,
            )
            self.fields[f"should_be_{number}"] = _field(_("What it should be"), "")

    def clean(self) -> dict[str, Any]:
        for number in range(1, self.count + 1):
            row = {name: str(self.data.get(f"{name}_{number}", "")).strip() for name in NAMES}
            if not any(row.values()):
                continue
            try:
                DisputedFact.of(row)
            except NotValid as error:
                self.add_error(f"{error.field.rpartition('.')[2]}_{number}", str(error))
            else:
                self.facts.append(row)
        if not self.facts and not self.errors:
            self.add_error("what_1", _("Say what is wrong and what it should be."))
        return super().clean() or {}

    @property
    def may_grow(self) -> bool:
        return self.count < MOST

    @property
    def by_row(self) -> list[tuple[int, list[BoundField]]]:
        return [(number, [self[f"{name}_{number}"] for name in NAMES]) for number in range(1, self.count + 1)]


def _field(label: Any, hint: Any, *, required: bool = True) -> Part:
    return Part(label=label, help_text=hint, required=required, widget=forms.TextInput({"autocomplete": "off"}))
