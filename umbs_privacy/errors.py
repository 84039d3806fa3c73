"""The page for an unexpected failure, which may ask nothing of the database: that may be what failed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def server_error(_request: HttpRequest) -> HttpResponse:
    page = render_to_string("500.html", {"company": settings.UMBS_COMPANY, "demo": settings.DEMO})
    return HttpResponse(page, status=500)
