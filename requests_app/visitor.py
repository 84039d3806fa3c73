"""What a request says about its visitor: the network address it came from, and the browser's own opt-out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """Believes as many proxies as the setting counts and not one more.

    With n of them, the n-th address from the right of X-Forwarded-For: anybody can write the others.
    """
    proxies: int = settings.UMBS_TRUSTED_PROXIES
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not proxies:
        return direct
    passed_on = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    return passed_on[-proxies] if len(passed_on) >= proxies else direct


def signals_opt_out(request: HttpRequest) -> bool:
    """Global Privacy Control: the header's one meaningful value is exactly `1` (11 CCR 7025(b))."""
    return request.headers.get("Sec-GPC") == "1"
