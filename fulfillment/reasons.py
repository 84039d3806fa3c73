"""Which reason code a technical failure has: one table for every change that a source is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fulfillment.connectors.base import Kind

NO_EFFECT: Final = "TEC-09"  # the source said that it was done, and it was not
BY_HAND, NEVER, SHARED, EMPTIED_ONLY, UNADDRESSED = "OPS-04", "TEC-11", "TEC-08", "TEC-02", "TEC-07"
CAME_LATER: Final = "OPS-05"
HELD, SUPPRESSED, FOR_A_PROVIDER = "LEG-08", "LEG-11", "SCP-01"
_REASONS: Final[Mapping[Kind, str]] = {
    Kind.UNREACHABLE: "TEC-05",
    Kind.TIMEOUT: "TEC-05",
    Kind.FAILED: "TEC-05",
    Kind.REFUSED: "TEC-06",
    Kind.NOT_ALLOWED: "TEC-06",
    Kind.MISSING_TABLE: "TEC-07",
    Kind.MISSING_COLUMN: "TEC-07",
    Kind.MISCONFIGURED: "TEC-07",
    Kind.UNREADABLE: "TEC-07",
    Kind.DOES_NOT_FIT: "TEC-07",
    Kind.CONSTRAINT: SHARED,
}


def reason_for(kind: Kind) -> str:
    """The code of the reason why the source did not do it."""
    return _REASONS[kind]
