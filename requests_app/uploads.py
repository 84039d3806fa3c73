"""Files come in through memory, within one bound; a larger one is read and dropped, so that the page can say why."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

ROOM_FOR_FORM = 64 * 1024


def is_too_large(request: HttpRequest) -> bool:
    limit: int = settings.UMBS_UPLOAD_MAX_BYTES + ROOM_FOR_FORM
    return int(request.META.get("CONTENT_LENGTH") or 0) > limit


class Bounded(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: a file in a request that is too large reaches neither memory nor disk (T19)."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.request is None or is_too_large(self.request):
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        del start
        return raw_data

    def file_complete(self, file_size: int) -> None:
        del file_size
