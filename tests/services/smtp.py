"""A mail server that keeps what it gets, and fails in the ways that mail servers fail (security F15)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from umbs_privacy.servers.server import free_port


class Fault(StrEnum):
    NONE = "none"
    BUSY = "451 try again later"
    REFUSED = "550 no such mailbox"
    SLOW = "answers after three seconds"
    ACCEPTS_THEN_DIES = "keeps the message and hangs up before saying so"


class Sink:
    """The handler of the server: `messages` are what a mailbox would hold; `fault` is what happens to the next ones."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.fault = Fault.NONE
        self.messages: list[EmailMessage] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in str(message["To"])]

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.fault in {Fault.BUSY, Fault.REFUSED}:
            return self.fault.value
        if self.fault is Fault.SLOW:
            await asyncio.sleep(3)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.messages.append(message_from_bytes(content, policy=policy.default))
        if self.fault is Fault.ACCEPTS_THEN_DIES:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 kept"


@contextlib.contextmanager
def smtp() -> Iterator[Sink]:
    sink = Sink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
