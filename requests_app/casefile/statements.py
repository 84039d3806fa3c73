"""What people stated about records that stay as they are, for whoever gives these records out."""

from __future__ import annotations

from requests_app.services.statements import Stated, on_records

__all__ = ["Stated", "on_records"]
