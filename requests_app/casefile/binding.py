"""Binding printed papers into one, as the pile of letters is bound."""

from __future__ import annotations

from requests_app.binding import bind

__all__ = ["bind"]
