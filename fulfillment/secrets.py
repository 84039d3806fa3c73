"""How to reach the sources, sealed: written once, opened only to connect, never shown (security T15)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
NONCE = 12


class CannotOpen(Exception):
    """The sealed connection was changed, moved to another source, or sealed under another UMBS_KEK."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection block of a data map. It prints as stars; `values` is for the connector alone."""

    values: Mapping[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        return "***"


def seal(connection: Mapping[str, Any], *, source: str) -> bytes:
    """Version byte, nonce, ciphertext; bound to the source's key, so that it opens for no other source."""
    nonce = os.urandom(NONCE)
    plain = json.dumps(connection, sort_keys=True).encode()
    return VERSION + nonce + _cipher().encrypt(nonce, plain, source.encode())


def unseal(sealed: bytes | memoryview, *, source: str) -> Connection:
    data = bytes(sealed)
    if data[:1] != VERSION:
        raise CannotOpen(source)
    try:
        plain = _cipher().decrypt(data[1 : 1 + NONCE], data[1 + NONCE :], source.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen(source) from None
    return Connection(json.loads(plain))


def _cipher() -> AESGCM:
    key = bytes.fromhex(settings.UMBS_KEK)
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"source-credentials").derive(key))
