"""What a file handed in must be: of four kinds by content and ending, one thing only, and not blank (T3, T19).

Nothing is unpacked or rendered here. Of a picture the size is read first; what would take more memory than `ROOM` to
look at is refused unseen. A PDF is kept without what acts in it.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import magic
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageFile

from requests_app.exceptions import NotValid
from requests_app.services.sanitize import CannotSanitize, sanitized

HEAD = 8192
ENDINGS = {
    "application/pdf": {"pdf"},
    "image/png": {"png"},
    "image/jpeg": {"jpg", "jpeg"},
    "text/plain": {"txt"},
}
BEGINS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
ARCHIVE_END, ARCHIVE_TAIL = b"PK\x05\x06", 22 + 65535
ROOM = 100_000_000
BYTES = {"1": 1, "L": 1, "P": 1}
SMALLEST, THUMB = 40, 256
_PILLOW = threading.Lock()


class Received(NamedTuple):
    kind: str
    content: bytes


def _refuse(message: str) -> NotValid:
    return NotValid(message, field="file")


def received(name: str, parts: Iterable[bytes]) -> Received:
    """What is to be kept of the file, and its kind; or NotValid with what to do instead."""
    content = _bounded(parts)
    if not content.strip(b"\0 \t\r\n"):
        message = _("This file is empty. Choose the file again.")
        raise _refuse(message)
    kind = magic.from_buffer(content[:HEAD], mime=True)
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending not in ENDINGS.get(kind, set()) or not content.startswith(BEGINS.get(kind, b"")):
        message = _("Send a PDF, PNG, JPEG or plain text file, with the ending that belongs to it.")
        raise _refuse(message)
    if ARCHIVE_END in content[-ARCHIVE_TAIL:]:
        message = _("This file is two things at once: there is an archive inside. Save it anew, or send a photo of it.")
        raise _refuse(message)
    if kind.startswith("image/"):
        _look(content)
    if kind == "application/pdf":
        content = _inert(content)
    return Received(kind, content)


def _bounded(parts: Iterable[bytes]) -> bytes:
    limit: int = settings.UMBS_UPLOAD_MAX_BYTES
    held = bytearray()
    for part in parts:
        held += part
        if len(held) > limit:
            megabytes = limit // 1024 // 1024
            message = _("This file is larger than %(limit)s MB. Send a smaller copy.") % {"limit": megabytes}
            raise _refuse(message)
    return bytes(held)


def _inert(content: bytes) -> bytes:
    try:
        return sanitized(content)
    except CannotSanitize:
        message = _("This PDF cannot be opened. Save it again without a password, or send a photo of it.")
        raise _refuse(message) from None


@contextmanager
def _strictly() -> Iterator[None]:
    """WeasyPrint, where it is loaded, tells Pillow for the whole process to pass over what is cut off or too long."""
    with _PILLOW:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _look(content: bytes) -> None:
    """Whether it opens, and has more than one colour on it: a blank picture proves nothing."""
    try:
        with _strictly(), warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # ours is stricter
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
                width, height = picture.size
                if _room(picture) > ROOM:
                    message = _("This picture has too many dots. Make it smaller, or send it as a PDF.")
                    raise _refuse(message)
                picture.draft("L", (THUMB, THUMB))
                lowest, highest = picture.convert("L").getextrema()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        message = _("This picture cannot be opened. Save it again, or send another one.")
        raise _refuse(message) from None
    if min(width, height) < SMALLEST or lowest == highest:
        message = _("Nothing can be seen on this picture. Look at it, and send one that shows the paper.")
        raise _refuse(message)


def _room(picture: Image.Image) -> int:
    """What it takes to look at it: a plain JPEG is read at an eighth of its width, one that loads in steps is not."""
    dots = picture.width * picture.height
    if picture.format == "JPEG":
        return dots * 6 if "progressive" in picture.info else dots
    return dots * BYTES.get(picture.mode, 4)
