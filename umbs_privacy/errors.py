"""The page for an unexpected failure, which may ask nothing of the database: that may be what failed."""

from __future__ import annotations

import sys

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

OUR_OWN_FAULT = (IntegrityError, DataError, ProgrammingError)


def server_error(_request: HttpRequest) -> HttpResponse:
    """503 when the database did not do its part, such as taking the line without which nothing is read; else 500."""
    failure = sys.exception()
    passing = isinstance(failure, DatabaseError) and not isinstance(failure, OUR_OWN_FAULT)
    page = render_to_string("500.html", {"company": settings.UMBS_COMPANY, "demo": settings.DEMO})
    return HttpResponse(page, status=503 if passing else 500)
