"""From a document's values to its pages: Django's templates with autoescape, then the press."""

from __future__ import annotations

from datetime import UTC

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from fulfillment.pdf.documents import Document
from fulfillment.pdf.press import PRESS, Rendered


def html(document: Document) -> str:
    """The document as HTML. What people wrote is only ever a value: markup and tags in it come out literally (T20)."""
    with translation.override(document.language):
        return render_to_string(
            f"pdf/{document.template}.html",
            {
                "doc": document,
                "company": settings.UMBS_COMPANY,
                "created": document.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )


def print_document(document: Document) -> Rendered:
    """Raises `RenderFailed` when the press refuses the page or runs out of its limits."""
    return PRESS.print(html(document))
