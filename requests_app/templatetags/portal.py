"""The portal's plain words, for templates."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import date_format

from requests_app import telling
from requests_app.lifecycle import Right
from requests_app.portal import wording

register = template.Library()


@register.filter
def asked_for(right: str) -> str:
    """What the person asked, in the words of the form."""
    return str(wording.OFFERED[Right(right)][0])


register.filter("told", telling.told)
register.filter("cited", telling.cited)


@register.filter
def clock_name(kind: str) -> str:
    return str(wording.CLOCKS[kind])


@register.filter
def clock_ended(how: str) -> str:
    return str(wording.CLOCK_ENDED[how])


@register.filter
def day(iso: str) -> str:
    """A date that was kept as a text, such as a notice's parameter, in the reader's way of writing it."""
    return date_format(date.fromisoformat(iso), "DATE_FORMAT")
