"""Somebody at the phone desk without JavaScript: picks up, types, reads back what the page says, takes the request."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from requests_app.models import CallDraft, Case
from requests_app.permissions import Role, staff
from requests_app.services import calls
from tests.characters import user

DESK = "/staff/phone/"
ADA = {
    "words": "The clinic in Garland.\r\nNear the lake.",
    "rights": ["access"],
    "residence": "US-CA",
    "relationship": "patient",
    "language": "en",
    "manner": "plain",
    "asker": "self",
    "given_name": "Ada",
    "family_name": "Example",
    "email": "ada@example.org",
    "phone": "214-555-0107",
    "postal_address": "12 Elm St\r\nDallas, TX 75001",
    "date_of_birth": "4/28/1986",
    "account_numbers": "AC-1001, AC-1002",
}
TICK = re.compile(r'name="said" id="said-(\w+)" value="([^"]+)"')


class Operator(Client):
    """Iris of intake, or whoever else sits there."""

    def __init__(self, role: Role = Role.INTAKE, name: str = "") -> None:
        super().__init__()
        self.user = user(role, name)
        self.actor = staff(self.user)
        self.sign_in()

    def sign_in(self) -> None:
        self.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")

    def begin(self, channel: str = "phone") -> str:
        """The address of the new call."""
        return str(self.post(DESK, {"channel": channel})["Location"])

    def type(self, call: str, act: str = "save", **changes: Any) -> Any:
        return self.post(call, ADA | changes | {"act": act})

    def ticks(self, call: str) -> dict[str, str]:
        """Item -> value of its tick, as the page offers them now."""
        return dict(TICK.findall(self.get(call).content.decode()))

    def take(self, call: str, **changes: Any) -> Any:
        """Type, read back, tick each line, and send."""
        self.type(call, **{name: value for name, value in changes.items() if name != "scan"})
        return self.type(call, "take", said=list(self.ticks(call).values()), **changes)

    def taken(self, channel: str = "phone", **changes: Any) -> list[Case]:
        """All the way: the cases that were opened."""
        call = self.begin(channel)
        answer = self.take(call, **changes)
        assert answer.status_code == 302, answer.content.decode()
        return calls.visit(self.draft(call).id, by=self.actor)

    def draft(self, call: str) -> CallDraft:
        return CallDraft.objects.get(pk=call.rstrip("/").rsplit("/", 1)[-1])
