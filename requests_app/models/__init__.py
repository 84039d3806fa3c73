"""The rows of the case file."""

from __future__ import annotations

from requests_app.models.user import User

__all__ = ["User"]
