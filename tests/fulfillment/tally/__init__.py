"""A test-only kind of job: it writes one line into a ledger outside our database."""

from __future__ import annotations
