"""Reader of e-mail files: headers, every body, and attachments for the caller to open."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Final

from fulfillment.scan.report import Part

# Frame, not content: the boundary is nineteen random digits, and one in ten reads as a card number.
_FRAME: Final = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version"})


def mail(data: bytes, place: str) -> Iterator[Part | tuple[str, bytes]]:
    """Headers as text, and each part as (file name, bytes)."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    headers = [f"{name}: {value}" for name, value in message.items() if name.lower() not in _FRAME]
    names = [part.get_filename() or "" for part in message.walk()]
    yield Part(f"{place} headers", "\n".join([*headers, *names]))
    for number, part in enumerate(message.walk(), 1):
        if part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        kind = part.get_content_type()
        name = (
            part.get_filename() or f"part{number}.{ {'text/plain': 'txt', 'text/html': 'html'}.get(kind, 'unknown') }"
        )
        payload = part.get_payload(decode=True)
        yield name, _utf8(part) if kind.startswith("text/") else payload if isinstance(payload, bytes) else b""


def _utf8(part: EmailMessage) -> bytes:
    try:
        return str(part.get_content()).encode()
    except (LookupError, UnicodeError):
        return b"\xff"  # an unknown charset cannot be read: the text reader reports it
