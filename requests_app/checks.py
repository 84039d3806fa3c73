"""System checks of the case file; each fault has an id that an operator can look up."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from requests_app import reasons, regimes


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


def reasons_load(**_: Any) -> list[CheckMessage]:
    """umbs.E002: the file of reasons cannot be read, so nobody could be told why something was not done."""
    try:
        reasons.all()
    except reasons.ReasonFileError as error:
        return [Error(fault, hint="Correct requests_app/reasons/codes.toml.", id="umbs.E002") for fault in error.faults]
    return []
