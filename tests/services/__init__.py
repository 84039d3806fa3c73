"""Real servers for the tests: private, on free ports, from the system's packages, gone when the tests are."""

from __future__ import annotations
