"""What the letter templates need beyond Django's own tags: long dates, and sentences for codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import ngettext, pgettext

from fulfillment.pdf.documents import Period
from fulfillment.pdf.words import LISTS

register = template.Library()


@register.filter
def longdate(day: date | datetime | None) -> str:
    """November 24, 2026. A moment is shown as the day it was at the company's place (UMBS_TIME_ZONE)."""
    if day is None:
        return "—"
    if isinstance(day, datetime):
        day = timezone.localtime(day, ZoneInfo(settings.UMBS_TIME_ZONE)).date()
    return formats.date_format(day, pgettext("date", "F j, Y"))


@register.filter
def words(code: str, kind: str) -> str:
    return str(LISTS[kind].get(code, code))


@register.filter
def all_words(codes: Iterable[str], kind: str) -> str:
    return ", ".join(words(code, kind) for code in codes)


@register.filter
def period(span: Period) -> str:
    """(60, "calendar_days") as "60 days"."""
    length, unit = span
    match unit:
        case "business_days":
            text = ngettext("%(length)d business day", "%(length)d business days", length)
        case "calendar_months":
            text = ngettext("%(length)d month", "%(length)d months", length)
        case _:
            text = ngettext("%(length)d day", "%(length)d days", length)
    return text % {"length": length}
