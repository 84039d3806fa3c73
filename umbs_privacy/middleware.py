"""What every answer carries: a request id, and no permission to be stored anywhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

Handler = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: Handler) -> Handler:
    def handle(request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        identifier = uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=identifier)
        response = get_response(request)
        response["X-Request-Id"] = identifier
        return response

    return handle


def no_store(get_response: Handler) -> Handler:
    """Pages speak of one person's case: no browser, proxy or CDN keeps them (static files are served before this)."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response:
            patch_cache_control(response, no_store=True, private=True)
        return response

    return handle


def company_time(get_response: Handler) -> Handler:
    """Every date on a page is the company's: day 0 of a clock and the date shown beside it must be the same day."""

    def handle(request: HttpRequest) -> HttpResponse:
        with timezone.override(settings.UMBS_TIME_ZONE):
            return get_response(request)

    return handle
