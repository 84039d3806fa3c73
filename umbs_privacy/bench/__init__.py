"""Benchmarks: the real code paths on servers of their own, a JSON line for each condition (contract.md section 7)."""

from __future__ import annotations
