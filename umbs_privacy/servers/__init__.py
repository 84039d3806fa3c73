"""Real servers for tests and benchmarks: private, on free ports, from the system's packages, gone with their user."""

from __future__ import annotations
