"""JSON, within bounds: what is too large, too deep or too much is refused in words, before it costs anything (T22)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_VALUES = 10_000


class BoundedJSON(JSONParser):
    """Too large is 413 and not 400: whoever sends it is told how much may be sent (RFC 9110, 15.5.14)."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        request = (parser_context or {})["request"]
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            message = "The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."
            raise RequestDataTooBig(message)
        content = stream.read()
        if content.count(b",") > MOST_VALUES:  # whatever they stand between: a text of ours has not as many
            message = "This body holds too many values. Send one request at a time."
            raise ParseError(message)
        try:
            parsed: dict[str, Any] = super().parse(io.BytesIO(content), media_type, parser_context)
        except RecursionError:
            message = "This body is nested too deeply."
            raise ParseError(message) from None
        return parsed
