"""A ZIP that is the same for the same content: fixed times and order, plain names, each member with its SHA-256."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Final

_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time a ZIP can name
_UNIX: Final = 3
_FILE_MODE: Final = 0o100644
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Member:
    """What the manifest says of one file."""

    name: str
    size: int
    sha256: str


class Archive:
    """Members are written one after the other, each as a stream; what was written is listed in `members`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.members: list[Member] = []

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        info = zipfile.ZipInfo(name, _BEGINNING)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = _UNIX
        info.external_attr = _FILE_MODE << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w") as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                size += len(part)
        self.members.append(Member(name, size, digest.hexdigest()))

    def close(self) -> None:
        self._zip.close()


class Names:
    """File names made by us: letters, digits, dash and underscore, and no two alike."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def make(self, *words: str) -> str:
        plain = "/".join(_UNSAFE.sub("-", word).strip("-")[:60] or "unnamed" for word in words)
        name, number = plain, 2
        while name.casefold() in self._given:
            name, number = f"{plain}-{number}", number + 1
        self._given.add(name.casefold())
        return name
