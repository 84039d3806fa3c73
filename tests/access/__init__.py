"""Who reaches which address: the table, the people and the check."""

from __future__ import annotations
