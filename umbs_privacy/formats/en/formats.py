"""Dates in English as letters write them: November 24, 2026."""

from __future__ import annotations

DATE_FORMAT = "F j, Y"
DATE_INPUT_FORMATS = ["%Y-%m-%d"]  # as in Spanish
