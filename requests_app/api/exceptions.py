"""Every error is problem+json (RFC 9457): type, title, status, detail, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import exception_handler

from requests_app import exceptions
from requests_app.services.intake import DifferentRequest

STATUS: tuple[tuple[type[exceptions.Refused], int, str], ...] = (
    (DifferentRequest, 409, "The idempotency key was used before"),
    (exceptions.NotFound, 404, "Not found"),
    (exceptions.NotAllowed, 403, "Not allowed"),
    (exceptions.WrongState, 409, "Wrong state"),
    (exceptions.NotValid, 400, "Not valid"),
    (exceptions.KeyDestroyed, 410, "Gone"),
)
CONTENT_TYPE = "application/problem+json"
MOST_ERRORS = 20


def _answer(status: int, code: str, title: str, detail: str, **more: Any) -> Response:
    body = {"type": f"urn:umbs-privacy:{code}", "title": title, "status": status, "detail": detail, "code": code} | more
    return Response(body, status=status, content_type=CONTENT_TYPE)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook; None lets an unexpected error go up."""
    if isinstance(error, exceptions.Refused):
        status, title = next((status, title) for kind, status, title in STATUS if isinstance(error, kind))
        more: dict[str, Any] = {}
        if isinstance(error, exceptions.NotValid) and error.field:
            more["errors"] = [{"field": error.field, "message": str(error)}]
        if isinstance(error, exceptions.GateClosed):
            more["reasons"] = error.reasons
        return _answer(status, error.code, title, str(error), **more)
    if isinstance(error, RequestDataTooBig):
        return _answer(413, "too_large", "Too large", "Send one request at a time, in less than 2 MB.")
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, drf.ValidationError):
        errors = [
            {"field": field, "message": message} for field, message in islice(_flat(error.detail, ""), MOST_ERRORS)
        ]
        named = "; ".join(f"{one['field']}: {one['message']}" if one["field"] else one["message"] for one in errors)
        answer = _answer(400, "not_valid", "Not valid", named, errors=errors)
    else:
        detail = getattr(error, "detail", "The request could not be answered.")
        code = getattr(detail, "code", "error")
        answer = _answer(response.status_code, str(code), str(code).replace("_", " ").capitalize(), str(detail))
    for name, value in response.headers.items():
        if name != "Content-Type":
            answer[name] = value
    return answer


def _flat(detail: Any, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            field = "" if key == "non_field_errors" else str(key)
            yield from _flat(value, f"{prefix}.{field}".strip("."))
    elif isinstance(detail, list):
        for number, value in enumerate(detail):
            yield from _flat(value, f"{prefix}.{number}" if isinstance(value, dict) and value else prefix)
    else:
        yield prefix, str(detail)
