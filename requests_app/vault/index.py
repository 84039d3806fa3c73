"""Keyed hashes: a truncated index for look-up, a full token where nothing is left to compare with."""

from __future__ import annotations

import hashlib
import hmac

from requests_app.vault.cipher import derive, master_key
from requests_app.vault.normal import normal


def keyed_hash(purpose: str, value: bytes | str) -> str:
    """HMAC-SHA256 in hex under a key of its own for each purpose."""
    data = value.encode() if isinstance(value, str) else value
    return hmac.new(derive(master_key(), f"index:{purpose}"), data, hashlib.sha256).hexdigest()


def blind_index(kind: str, value: str) -> str:
    """32 bits: enough to find by, too few to prove by; the caller opens and compares what it finds."""
    return keyed_hash(kind, normal(kind, value))[:8]


def suppression_token(kind: str, value: str, *, version: int = 1) -> str:
    """Full length, since the value itself is gone when the token is compared."""
    return keyed_hash(f"suppression:{version}:{kind}", normal(kind, value))
