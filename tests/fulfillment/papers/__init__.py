"""One example of every document, about Ada Quill, whom we made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fulfillment.pdf.documents import Document
from tests.fulfillment.papers.copies import COPY
from tests.fulfillment.papers.corrections import (
    CORRECTION,
)
from tests.fulfillment.papers.deletions import (
    DELETED,
    DELETION,
    ERASED,
    FAILED_DELETION,
    FOLLOW_UP,
    KEPT,
    NOTHING_FOUND,
    REFERRED,
    STILL_OPEN,
    UNREACHED,
)
from tests.fulfillment.papers.letters import (
    ACKNOWLEDGEMENT,
    AUTHORITY,
    CATEGORIES_COVER,
    CODE,
    COVER,
    DENIAL,
    EXTENSION,
    LIMITED,
    MESSAGE,
    OPT_IN,
    OPT_OUT,
    OPT_OUT_ACKNOWLEDGEMENT,
    POSTED_ACKNOWLEDGEMENT,
    REFERRAL,
    WITHDRAWAL,
)
from tests.fulfillment.papers.others import PERMISSION, RULING
from tests.fulfillment.papers.parts import (
    PACKAGE,
    UNPROVEN,
)
from tests.fulfillment.papers.records import (
    CATEGORIES_RECORD,
    CORRECTION_RECORD,
    DELETION_RECORD,
    LIMIT_RECORD,
    OPT_IN_RECORD,
    OPT_OUT_RECORD,
    PORTABLE_RECORD,
    RECORD,
    REFUSED_RECORD,
    THIRD_PARTIES_RECORD,
)

__all__ = [
    "ACKNOWLEDGEMENT",
    "ALL",
    "AUTHORITY",
    "CATEGORIES_COVER",
    "CATEGORIES_RECORD",
    "CODE",
    "CORRECTION",
    "CORRECTION_RECORD",
    "COVER",
    "DELETED",
    "DELETION",
    "DELETION_RECORD",
    "DENIAL",
    "ERASED",
    "EXTENSION",
    "FAILED_DELETION",
    "FOLLOW_UP",
    "KEPT",
    "LARGE",
    "LIMITED",
    "LIMIT_RECORD",
    "MESSAGE",
    "NOTHING_FOUND",
    "OPT_IN",
    "OPT_IN_RECORD",
    "OPT_OUT",
    "OPT_OUT_ACKNOWLEDGEMENT",
    "OPT_OUT_RECORD",
    "PACKAGE",
    "PERMISSION",
    "PORTABLE_RECORD",
    "POSTED_ACKNOWLEDGEMENT",
    "RECORD",
    "REFERRAL",
    "REFERRED",
    "REFUSED_RECORD",
    "RULING",
    "STILL_OPEN",
    "THIRD_PARTIES_RECORD",
    "UNPROVEN",
    "UNREACHED",
    "WITHDRAWAL",
]

STANDARD: Final[dict[str, Document]] = {
    "acknowledgement": ACKNOWLEDGEMENT,
    "acknowledgement-posted": POSTED_ACKNOWLEDGEMENT,
    "acknowledgement-opt-out": OPT_OUT_ACKNOWLEDGEMENT,
    "extension": EXTENSION,
    "denial": DENIAL,
    "cover": COVER,
    "cover-categories": CATEGORIES_COVER,
    "copy": COPY,
    "opt-out": OPT_OUT,
    "limit": LIMITED,
    "withdrawal": WITHDRAWAL,
    "message": MESSAGE,
    "code": CODE,
    "deletion": DELETION,
    "deletion-complete": DELETED,
    "deletion-nothing-found": NOTHING_FOUND,
    "deletion-failed": FAILED_DELETION,
    "follow-up": FOLLOW_UP,
    "follow-up-still-open": STILL_OPEN,
    "correction": CORRECTION,
    "referral": REFERRAL,
    "opt-in": OPT_IN,
    "authority": AUTHORITY,
    "permission": PERMISSION,
    "ruling": RULING,
    "record-deletion": DELETION_RECORD,
    "record-correction": CORRECTION_RECORD,
    "record": RECORD,
    "record-opt-out": OPT_OUT_RECORD,
    "record-refused": REFUSED_RECORD,
    "record-portability": PORTABLE_RECORD,
    "record-categories": CATEGORIES_RECORD,
    "record-third-parties": THIRD_PARTIES_RECORD,
    "record-limit": LIMIT_RECORD,
    "record-opt-in": OPT_IN_RECORD,
}
LARGE: Final = {
    f"large-{name}": replace(STANDARD[name], large=True)
    for name in (
        "acknowledgement",
        "deletion",
        "record",
        "record-deletion",
        "opt-out",
        "copy",
        "correction",
        "referral",
    )
}
ALL: Final = STANDARD | LARGE
