"""AES-256-GCM with the place of the value as associated data, so that a sealed value cannot be moved to another row."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = b"\x01"
NONCE = 12


class CannotOpen(Exception):
    """The sealed bytes were changed, moved, or sealed under another key."""


def derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)


def seal(key: bytes, plain: bytes, *, place: str) -> bytes:
    """Version byte, nonce (12), ciphertext with tag (16). `place` must be given again to open it."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes | memoryview, *, place: str) -> bytes:
    data = bytes(sealed)
    if len(data) < 1 + NONCE + 16 or data[:1] != VERSION:
        raise CannotOpen(place)
    try:
        return AESGCM(key).decrypt(data[1 : 1 + NONCE], data[1 + NONCE :], place.encode())
    except InvalidTag:
        raise CannotOpen(place) from None


def master_key() -> bytes:
    """The key-encryption key: 64 hexadecimal digits from UMBS_KEK or the file that UMBS_KEK_FILE names."""
    try:
        key = bytes.fromhex(settings.UMBS_KEK)
    except ValueError:
        key = b""
    if len(key) != 32:  # noqa: PLR2004  (AES-256)
        message = "UMBS_KEK must be 64 hexadecimal digits (32 bytes)."
        raise ImproperlyConfigured(message)
    return key
