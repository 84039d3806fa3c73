"""Read a mail server's answer about a mail of ours (RFC 3464): which mail, and whether it is lost for good.

It comes from outside and may say anything: read within bounds, and believed only as far as it names a mail of ours.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Mail
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

LARGEST = 1024 * 1024
PARTS = 40
OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([A-Za-z0-9.-]{1,253})>")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
UNKNOWN = "5.0.0"


class NotABounce(ValueError):
    """Why this is no word that a mail of ours is lost."""


@dataclass(frozen=True)
class Bounce:
    notice_id: UUID
    status: str


def read(raw: bytes) -> Bounce:
    """NotABounce when it is something else: a delay, a receipt, an automatic answer, somebody else's mail, rubbish."""
    if len(raw) > LARGEST:
        message = "it is larger than a mail server's answer"
        raise NotABounce(message)
    try:
        mail = email.message_from_bytes(raw)
        parts = [part for _number, part in zip(range(PARTS), mail.walk(), strict=False)]
    except (RecursionError, ValueError, LookupError):
        message = "it cannot be read as a mail"
        raise NotABounce(message) from None
    status = _lost(parts)
    return Bounce(_ours(parts), status)


def _lost(parts: list[Mail]) -> str:
    """The status with which some recipient was given up."""
    groups = list(_groups(parts))
    if not groups:
        message = "it tells of no delivery"
        raise NotABounce(message)
    for group in groups:
        if _field(group, "Action").strip().lower() == "failed":
            found = STATUS.search(_field(group, "Status"))
            return found[0] if found else UNKNOWN
    message = "no recipient was given up"
    raise NotABounce(message)


def _groups(parts: list[Mail]) -> Iterator[Mail]:
    """The fields about each recipient (RFC 3464 2.3); the first group is about the mail as a whole."""
    for part in parts:
        fields = part.get_payload() if part.get_content_type() == "message/delivery-status" else []
        if isinstance(fields, list):
            yield from (group for group in fields[:PARTS] if isinstance(group, Mail) and group.get("Action"))


def _ours(parts: list[Mail]) -> UUID:
    """The notice whose mail came back in a part of this one, in whole or as its header lines."""
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname
    for part in parts[1:]:
        named = _field(part, "Message-ID")
        if part.get_content_type() == "text/rfc822-headers":
            named += str(part.get_payload())
        for number, where in OURS.findall(named):
            if where.lower() == host:
                return UUID(number)
    message = "it names no mail of ours"
    raise NotABounce(message)


def _field(part: Mail, name: str) -> str:
    return str(part.get(name, ""))
