"""The hash-chained ledger of each case."""

from __future__ import annotations
