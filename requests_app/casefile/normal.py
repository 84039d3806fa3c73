"""The normal forms of the vault, for comparing a supplied fact with a held one."""

from __future__ import annotations

from requests_app.vault.normal import normal

__all__ = ["normal"]
