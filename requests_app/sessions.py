"""Sessions in the database, sealed: they hold what was searched for, and forms that wait for a fresh proof."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Database

from requests_app.vault.cipher import CannotOpen, derive, master_key, seal, unseal


class SessionStore(Database):
    """The project's SESSION_ENGINE. A session that cannot be opened is an empty one: its owner signs in again."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = json.dumps(session_dict, separators=(",", ":")).encode()
        return base64.b64encode(seal(derive(master_key(), "session"), plain, place=self._place())).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            opened = unseal(derive(master_key(), "session"), base64.b64decode(session_data), place=self._place())
        except (CannotOpen, ValueError):
            return {}
        decoded: dict[str, Any] = json.loads(opened)
        return decoded

    def _place(self) -> str:
        return f"session|{self.session_key}"
