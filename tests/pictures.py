"""Pictures as people send them, small: something can be seen on them."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def picture(kind: str = "PNG", *, size: tuple[int, int] = (80, 60), blank: bool = False) -> bytes:
    """A light card with a dark line on it, or without the line."""
    image = Image.new("RGB", size, "white")
    if not blank:
        ImageDraw.Draw(image).line((5, 5, size[0] - 5, size[1] - 5), fill="black", width=3)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()
