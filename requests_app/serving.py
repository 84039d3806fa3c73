"""Bytes of a case as an answer: always an attachment, never cached, with nothing that a browser could run."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from requests_app.services.collect import Served

POLICY = "sandbox; default-src 'none'; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'"


def attachment(served: Served) -> StreamingHttpResponse:
    response = StreamingHttpResponse(served.parts, content_type=served.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=served.name) or "attachment"
    )
    response["Content-Length"] = str(served.size)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store, private"
    response["Accept-Ranges"] = "none"
    return response
