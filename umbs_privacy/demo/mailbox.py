"""What Django's file mailbox holds: the demo's mail never leaves the machine."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

DIVIDER = b"-" * 79 + b"\n"  # written after each message by django.core.mail.backends.filebased


def messages() -> list[EmailMessage]:
    """Every message of this installation, the newest first."""
    return messages_in(Path(settings.EMAIL_FILE_PATH))[::-1]


def messages_in(folder: Path) -> list[EmailMessage]:
    """In the order in which they were sent."""
    found = [message for file in sorted(folder.glob("*.log")) for message in _messages_in(file)]
    return sorted(found, key=sent_at)


def _messages_in(file: Path) -> list[EmailMessage]:
    """Each ends with the divider, so a message that is being written now is not one yet."""
    *complete, _being_written = file.read_bytes().split(DIVIDER)
    return [message_from_bytes(one, policy=policy.default) for one in complete]


def sent_at(message: EmailMessage) -> datetime:
    """With its zone: a date that ends in -0000 is UTC and says of no place that it was written there."""
    told = parsedate_to_datetime(message["Date"])
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain",))
    return str(body.get_content()) if body is not None else ""
