"""The machinery: it fetches, proposes redactions, packages and prints, and reports facts back to the case file."""

from __future__ import annotations
