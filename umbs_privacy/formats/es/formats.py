"""Dates in Spanish; numbers as the United States write them in either language."""

from __future__ import annotations

DATE_FORMAT = r"j \d\e F \d\e Y"
DATE_INPUT_FORMATS = ["%Y-%m-%d"]  # what browsers send; 03/02 is another day in each language, so neither takes it
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
