"""Faults of the machine, injected for real."""

from __future__ import annotations
