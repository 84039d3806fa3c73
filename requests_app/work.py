"""Work that does not move the case."""

from __future__ import annotations

from enum import StrEnum


class WorkKind(StrEnum):
    MATCH = "match"
    LETTER = "letter"
    MAIL = "mail"
    CODE = "code"
    RECHECK = "recheck"
    RETRY = "retry"
