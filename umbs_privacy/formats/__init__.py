"""How dates and numbers are written, by language."""

from __future__ import annotations
