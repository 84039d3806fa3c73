"""A date as people write it: ISO, the American order, or the month in words."""

from __future__ import annotations

import contextlib
import datetime as dt

FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%B %d, %Y", "%b %d, %Y")


def date_form(value: object) -> dt.date | None:
    """None when it is no date in one of these forms."""
    text = str(value).strip()
    for form in FORMS:
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
    return None
