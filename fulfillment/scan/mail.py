"""Reader of e-mail files: headers, every body, and attachments for the caller to open."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from fulfillment.scan.report import Part


def mail(data: bytes, place: str) -> Iterator[Part | tuple[str, bytes]]:
    """Headers as text, and each part as (file name, bytes)."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    yield Part(f"{place} headers", "\n".join(f"{name}: {value}" for name, value in message.items()))
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
