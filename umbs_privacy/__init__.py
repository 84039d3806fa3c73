"""The composition root: wiring only. No rule lives here and nothing imports it."""

from __future__ import annotations
