"""A request that is still being written: kept on the server, sealed, for one session, and two hours at most."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from requests_app.vault.cipher import CannotOpen, derive, master_key, seal, unseal

SESSION = "draft"
LIFETIME = 2 * 3600


@dataclass
class Draft:
    """`key` makes the request once, however often it is sent; `answers` holds the cleaned form values by field name."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    begun: float = field(default_factory=lambda: timezone.now().timestamp())
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def is_stale(self) -> bool:
        return timezone.now().timestamp() - self.begun > LIFETIME


def load(request: HttpRequest) -> Draft:
    """The session's draft, or a new one; a session store that leaks shows noise only."""
    kept = request.session.get(SESSION)
    if kept is None:
        return Draft()
    try:
        plain = unseal(derive(master_key(), "draft"), base64.b64decode(kept["sealed"]), place=f"draft|{kept['place']}")
    except CannotOpen:
        return Draft()
    draft = Draft(**json.loads(plain))
    return Draft() if draft.is_stale else draft


def save(request: HttpRequest, draft: Draft) -> None:
    place = secrets.token_hex(8)
    sealed = seal(derive(master_key(), "draft"), json.dumps(asdict(draft)).encode(), place=f"draft|{place}")
    request.session[SESSION] = {"place": place, "sealed": base64.b64encode(sealed).decode()}


def discard(request: HttpRequest) -> None:
    request.session.pop(SESSION, None)
