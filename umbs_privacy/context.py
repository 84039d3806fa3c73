"""What every page shows: the company, and whether this is the demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def company(_request: HttpRequest) -> dict[str, Any]:
    return {"company": settings.UMBS_COMPANY, "demo": settings.DEMO}
