"""One data key per case, wrapped by the key-encryption key."""

from __future__ import annotations

import json
import os
import zlib
from typing import Any, Self
from uuid import UUID

from django.utils import timezone

from requests_app.exceptions import KeyDestroyed
from requests_app.models import CaseKey
from requests_app.vault.cipher import derive, master_key, seal, unseal


def create_key(case_id: UUID) -> CaseVault:
    plain = os.urandom(32)
    wrapped = seal(derive(master_key(), "wrap"), plain, place=f"case_key|{case_id}")
    CaseKey.objects.create(case_id=case_id, wrapped=wrapped)
    return CaseVault(case_id, plain)


def destroy_key(case_id: UUID) -> None:
    """Irreversible: everything sealed for this case, in any copy or backup, is noise from now on."""
    CaseKey.objects.filter(case_id=case_id).update(wrapped=b"", destroyed_at=timezone.now())


class CaseVault:
    """Seals and opens what belongs to one case. `place` is `table.column` plus the row's id."""

    def __init__(self, case_id: UUID, key: bytes) -> None:
        self.case_id = case_id
        self._fields = derive(key, "field")
        self.file_key = derive(key, "file")

    def __repr__(self) -> str:
        return "CaseVault(***)"

    @classmethod
    def of(cls, case_id: UUID) -> Self:
        return cls.unwrapped(CaseKey.objects.get(case_id=case_id))

    @classmethod
    def unwrapped(cls, row: CaseKey) -> Self:
        """From a key that was read already, as a list of many cases does."""
        if row.destroyed_at is not None:
            message = "The key of this case was destroyed; its contents are gone for good."
            raise KeyDestroyed(message)
        case_id = row.case_id
        return cls(case_id, unseal(derive(master_key(), "wrap"), row.wrapped, place=f"case_key|{case_id}"))

    def seal(self, plain: bytes, *, place: str) -> bytes:
        return seal(self._fields, plain, place=f"{self.case_id}|{place}")

    def open(self, sealed: bytes | memoryview, *, place: str) -> bytes:
        return unseal(self._fields, sealed, place=f"{self.case_id}|{place}")

    def seal_json(self, value: Any, *, place: str) -> bytes:
        return self.seal(json.dumps(value, ensure_ascii=False, sort_keys=True).encode(), place=place)

    def open_json(self, sealed: bytes | memoryview, *, place: str) -> Any:
        return json.loads(self.open(sealed, place=place))

    def seal_text(self, text: str, *, place: str) -> bytes:
        return self.seal(text.encode(), place=place)

    def open_text(self, sealed: bytes | memoryview, *, place: str) -> str:
        """An empty column is an empty text: nothing was ever written there."""
        return self.open(sealed, place=place).decode() if sealed else ""

    def seal_lines(self, lines: bytes, *, place: str) -> bytes:
        """Compressed first: sealed bytes no longer compress."""
        return self.seal(zlib.compress(lines, 6), place=place)

    def open_lines(self, sealed: bytes | memoryview, *, place: str) -> bytes:
        return zlib.decompress(self.open(sealed, place=place))
