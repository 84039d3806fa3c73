"""System checks of the case file; each fault has an id that an operator can look up."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from requests_app import regimes


def regimes_load(**_: Any) -> list[CheckMessage]:
    """umbs.E001: a law file cannot be read, so no deadline could be trusted."""
    try:
        regimes.all()
    except regimes.LawFileError as error:
        return [
            Error(fault, hint="Correct the file in requests_app/regimes/data/.", id="umbs.E001")
            for fault in error.faults
        ]
    return []
