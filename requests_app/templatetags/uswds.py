"""What templates need to give Django's widgets the classes of USWDS."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.utils.safestring import SafeString

register = template.Library()

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "usa-textarea"),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.Select, "usa-select"),
    (forms.FileInput, "umbs-file"),
    (Input, "usa-input"),
)


@register.filter
def widget(field: BoundField) -> SafeString:
    """The field's control with the class of its kind, and the error look when it is wrong."""
    kind = next((name for base, name in CLASSES if isinstance(field.field.widget, base)), "")
    names = [kind, f"{kind}--error" if kind and field.errors else "", field.field.widget.attrs.get("class", "")]
    return field.as_widget(attrs={"class": " ".join(filter(None, names))} if any(names) else None)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def anchor(field: BoundField) -> str:
    """The id of the field's first control, where a link of the error summary leads."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
