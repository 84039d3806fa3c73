"""How every form of ours looks: USWDS markup, each error beside its field and again in a summary that leads to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _


class Uswds(TemplatesSetting):
    """The project's FORM_RENDERER: `{{ form }}` is an error summary and one USWDS form group per field."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class Radios(forms.RadioSelect):
    template_name = "forms/choices.html"
    look = "radio"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "look": self.look}


class Checkboxes(forms.CheckboxSelectMultiple):
    template_name = "forms/choices.html"
    look = "checkbox"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "look": self.look}


class Tiles(Checkboxes):
    """Checkboxes as tiles, each with a sentence that explains it."""

    template_name = "forms/tiles.html"

    def __init__(self, *, explained: dict[str, Any]) -> None:
        super().__init__()
        self.explained = explained

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(name, value, *args, **kwargs), "explained": self.explained.get(str(value), "")}


class MemorableDate(forms.MultiWidget):
    """A date that one knows by heart: month, day, year, typed (USWDS "memorable date"); never a calendar."""

    template_name = "forms/memorable_date.html"
    use_fieldset = True
    parts: ClassVar = (("month", _("Month"), 2), ("day", _("Day"), 2), ("year", _("Year"), 4))

    def __init__(self) -> None:
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(
                {"inputmode": "numeric", "maxlength": size, "pattern": "[0-9]*", "autocomplete": "off"}
            )
            for name, _label, size in self.parts
        }
        super().__init__(widgets)

    def decompress(self, value: dt.date | None) -> list[str]:
        return [f"{value.month:02}", f"{value.day:02}", f"{value.year:04}"] if value else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for (part, label, _size), widget in zip(self.parts, context["widget"]["subwidgets"], strict=True):
            widget["part"], widget["label"] = part, label
        return context


class MemorableDateField(forms.MultiValueField):
    widget = MemorableDate

    def __init__(self, *, earliest: dt.date, **kwargs: Any) -> None:
        self.earliest = earliest
        super().__init__(
            fields=[forms.CharField(required=False, max_length=4) for _part in MemorableDate.parts],
            require_all_fields=False,
            **kwargs,
        )

    def compress(self, data_list: list[str]) -> dt.date | None:
        if not any(data_list):
            return None
        try:
            month, day, year = (int(part) for part in data_list)
            date = dt.date(year, month, day)
        except ValueError:
            raise forms.ValidationError(_("Enter a real date: month, day and a four-digit year.")) from None
        if not self.earliest <= date <= dt.datetime.now(tz=dt.UTC).date():
            raise forms.ValidationError(_("Enter a date in the past, with a four-digit year."))
        return date


class FileForm(forms.Form):
    """One file; a request that was too large to read says so at the field."""

    file = forms.FileField(
        label=_("Send a file"),
        help_text=_("One PDF, PNG, JPEG or plain text file of at most 20 MB."),
        widget=forms.FileInput({"accept": ".pdf,.png,.jpg,.jpeg,.txt"}),
        error_messages={
            "required": _("Choose a file before you send it."),
            "empty": _("This file is empty. Choose the file again."),
        },
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_large:
            limit = settings.UMBS_UPLOAD_MAX_BYTES // 1024 // 1024
            refusal = _("This file is larger than %(limit)s MB. Send a smaller copy, or send it by mail.") % {
                "limit": limit
            }
            self.fields["file"].error_messages["required"] = refusal


class StatementForm(forms.Form):
    """On health information that stays as it is: up to 250 words for the record (11 CCR 7023(f))."""

    text = forms.CharField(
        label=_("Your statement, up to 250 words"),
        help_text=_("We keep it with the record and give it to whoever we give the record to, you included."),
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Write your statement before you send it.")},
    )


def item_forms(number: int, bound: Mapping[str, object]) -> tuple[object, object]:
    """The file and the statement of one item of a correction: as they were sent, or fresh."""
    return (
        bound.get(f"evidence_{number}", FileForm(auto_id=f"evidence_{number}_%s")),
        bound.get(f"statement_{number}", StatementForm(auto_id=f"statement_{number}_%s")),
    )
