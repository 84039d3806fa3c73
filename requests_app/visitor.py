"""The network address that a request came from, believing as many proxies as the setting counts and not one more."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """With n trusted proxies, the n-th address from the right of X-Forwarded-For: anybody can write the others."""
    proxies: int = settings.UMBS_TRUSTED_PROXIES
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not proxies:
        return direct
    passed_on = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    return passed_on[-proxies] if len(passed_on) >= proxies else direct
