"""Sealed files on any fsspec file system: 1 MiB chunks, each bound to its place, the last one marked as the last."""

from __future__ import annotations

import hashlib
import os
import struct
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import fsspec
from django.conf import settings

from requests_app.vault.case_key import CaseVault
from requests_app.vault.cipher import CannotOpen, seal, unseal

CHUNK = 1024 * 1024
HEAD = struct.Struct(">IB")


class StorageFull(OSError):
    """The store took no more bytes; nothing half-written was left behind."""


@dataclass(frozen=True)
class Blob:
    name: str
    size: int
    sha256: str


def _place(vault: CaseVault, name: str, number: int, *, last: bool) -> str:
    return f"{vault.case_id}|blob|{name}|{number}|{'last' if last else 'more'}"


def _root() -> tuple[fsspec.AbstractFileSystem, str]:
    filesystem, path = fsspec.core.url_to_fs(settings.UMBS_MEDIA_URL)
    return filesystem, path.rstrip("/")


def _path(root: str, name: str) -> str:
    return f"{root}/{name[:2]}/{name}"


def _chunks(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Regroup into chunks of CHUNK bytes; the second item says whether it is the last (an empty file has one chunk)."""
    held = bytearray()
    for part in parts:
        held += part
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def write(vault: CaseVault, parts: Iterable[bytes]) -> Blob:
    """Seal and store a stream; memory is bounded by one chunk. On any failure the partial file is removed."""
    filesystem, root = _root()
    name = uuid.uuid4().hex
    path = _path(root, name)
    digest, size = hashlib.sha256(), 0
    filesystem.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    try:
        with filesystem.open(path, "wb") as file:
            for number, (chunk, last) in enumerate(_chunks(parts)):
                digest.update(chunk)
                size += len(chunk)
                sealed = seal(vault.file_key, chunk, place=_place(vault, name, number, last=last))
                file.write(HEAD.pack(len(sealed), last))
                file.write(sealed)
            file.flush()
            if hasattr(file, "fileno"):
                os.fsync(file.fileno())
    except OSError as error:
        remove(name)
        message = "The store for packages and evidence took no more bytes: free space on it, then try again."
        raise StorageFull(message) from error
    except BaseException:
        remove(name)
        raise
    return Blob(name, size, digest.hexdigest())


def read(vault: CaseVault, name: str) -> Iterator[bytes]:
    """The plain bytes, chunk by chunk; CannotOpen when a byte was changed, a chunk moved or the end cut off."""
    filesystem, root = _root()
    with filesystem.open(_path(root, name), "rb") as file:
        number, ended = 0, False
        while head := file.read(HEAD.size):
            if len(head) < HEAD.size or ended:
                raise CannotOpen(name)
            length, last = HEAD.unpack(head)
            yield unseal(vault.file_key, file.read(length), place=_place(vault, name, number, last=bool(last)))
            number, ended = number + 1, bool(last)
        if not ended:
            raise CannotOpen(name)


def remove(name: str) -> None:
    filesystem, root = _root()
    path = _path(root, name)
    if filesystem.exists(path):
        filesystem.rm(path)
