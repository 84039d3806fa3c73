"""Why a date is what it is, in the reader's language: the kept steps of a derivation, told from code and values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from requests_app import tomlfile
from requests_app.derivation import NOT_MOVED_RULE, SENTENCES, ZONE_RULE

_STAMP: Final = re.compile(r"(?:[A-Z][a-z]{2} )?(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2} \S+))?")
_ZONE: Final = re.compile(re.escape(ZONE_RULE).replace(re.escape("{zone}"), "(.+)"))
_OBSERVED: Final = " (observed)"


def told(step: Mapping[str, Any]) -> str:
    """The sentence as it was kept, in English; in any other language told anew, its dates in that language's form."""
    if get_language() in {None, "en"} or step["code"] not in SENTENCES:
        return str(step["text"])
    values = {name: _value(name, value) for name, value in step["values"].items()}
    return gettext(SENTENCES[step["code"]]).format(**values)


def cited(step: Mapping[str, Any]) -> str:
    """Where the step comes from: a law's citation stays as it is, a rule of the company is translated."""
    citation = str(step["citation"])
    if zone := _ZONE.fullmatch(citation):
        return gettext(ZONE_RULE).format(zone=zone[1])
    if citation == NOT_MOVED_RULE:
        return gettext(NOT_MOVED_RULE)
    return tomlfile.in_language(citation, (get_language() or "en").partition("-")[0])


def _value(name: str, value: str | int) -> str:
    text = str(value)
    if found := _STAMP.fullmatch(text):
        return ", ".join(filter(None, (date_format(date.fromisoformat(found[1])), found[2])))
    if name == "name":
        holiday = gettext(text.removesuffix(_OBSERVED))
        return f"{holiday} ({gettext('observed')})" if text.endswith(_OBSERVED) else holiday
    return text
