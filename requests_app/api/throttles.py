"""How often one address may open requests by API; counted in the database for all processes together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from requests_app.services import limits
from requests_app.visitor import address

PER_HOUR = 60


class OpenRequests(BaseThrottle):
    def allow_request(self, request: Request, _view: Any) -> bool:
        return limits.allowed(f"api:{address(request)}", limit=PER_HOUR, window=timedelta(hours=1))

    def wait(self) -> float:
        return 3600.0
