"""Why something was not done, across the seam: the reasons by code, with the words for the person in each language."""

from __future__ import annotations

from requests_app.reasons import Reason, all, get  # noqa: A004  (read as `reasons.all()`)

__all__ = ["Reason", "all", "get"]
