"""Documents on any file system that fsspec knows: finds those that speak of the person by reading them."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from fsspec.core import url_to_fs

from fulfillment.connectors.base import (
    Column,
    Connector,
    ConnectorError,
    Json,
    Kind,
    Lookup,
    Record,
    Settings,
    Shape,
    Unread,
)
from fulfillment.connectors.document_reader import DocumentReader
from fulfillment.connectors.documents import Part, UnreadableDocument
from fulfillment.connectors.egress import pin
from fulfillment.connectors.mentions import Mentions
from fulfillment.connectors.portable import clean

# What a document record can hold, and its type: the columns that the map of a `files` source may name.
COLUMNS = {
    "path": "string",
    "name": "string",
    "size": "integer",
    "modified": "date",
    "sha256": "string",
    "row": "integer",
    "cells": "object",
    "text": "string",
    "mentions": "array",
}
LOCAL = frozenset({"file", ""})
# Named one by one: fsspec also has wrappers (`simplecache::`, `reference:`) and http, which lead past the egress check.
REMOTE = frozenset({"s3", "gs", "gcs", "az", "abfs", "adl", "sftp", "smb"})
WITH_HOST = frozenset({"sftp", "smb"})


class Files(Connector):
    """One folder; a collection is the part of it that its `glob` names (all of it when there is none)."""

    def __init__(self, settings: Settings, shapes: Sequence[Shape]) -> None:
        super().__init__(settings, shapes)
        self._opened: tuple[Any, str] | None = None
        self._reader = DocumentReader(timeout=settings.timeout)

    def find(self, lookup: Lookup) -> Iterator[Record | Unread]:
        shape = self.shapes[lookup.collection]
        mentions = Mentions(lookup.mentions)
        with self._explaining():
            system, root = self._folder()
            for path, facts in self._paths(system, root, shape):
                yield from self._read(system, root, path, facts, shape, mentions)

    def describe(self) -> list[Column]:
        with self._explaining():
            self._folder()
        return [
            Column(shape.collection, name, kind) for shape in self.shapes.values() for name, kind in COLUMNS.items()
        ]

    def close(self) -> None:
        self._reader.close()

    def _folder(self) -> tuple[Any, str]:
        if self._opened is None:
            _permit(self.settings)
            system, root = url_to_fs(self.settings.url)
            if not system.isdir(root):
                message = "The folder of documents is not there; check that it is mounted."
                raise ConnectorError(message, permanent=False, kind=Kind.UNREACHABLE)
            self._opened = (system, root.rstrip("/"))
        return self._opened

    def _paths(self, system: Any, root: str, shape: Shape) -> Iterator[tuple[str, dict[str, Any]]]:
        """In a fixed order: a search that starts again meets the documents as before. Links are not followed."""
        pattern = f"{_literal(root)}/{shape.glob or '**/*'}"
        for path, facts in sorted(system.glob(pattern, detail=True).items()):
            inside = path.startswith(f"{root}/") and ".." not in PurePosixPath(path).parts
            if facts.get("type") == "file" and inside and not facts.get("islink"):
                yield path, facts

    def _read(
        self, system: Any, root: str, path: str, facts: dict[str, Any], shape: Shape, mentions: Mentions
    ) -> Iterator[Record | Unread]:
        key = clean(path.removeprefix(f"{root}/"))
        if (facts.get("size") or 0) > self.settings.max_bytes:
            yield Unread(shape.collection, key, "the document is too large to be read; an analyst must look at it")
            return
        try:
            content = system.cat_file(path, end=self.settings.max_bytes + 1)
        except FileNotFoundError:
            return  # taken away while we were reading: no longer held
        except PermissionError:
            yield Unread(shape.collection, key, "the document may not be opened; grant the right or look at it by hand")
            return
        about: dict[str, Json] = {
            "path": key,
            "name": PurePosixPath(key).name,
            "size": len(content),
            "modified": _modified(facts),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        try:
            for part in self._reader.parts(key, content):
                if kinds := mentions.in_text(part.text):
                    yield _record(shape, about, part, kinds)
        except UnreadableDocument as error:
            yield Unread(shape.collection, key, str(error))

    @contextlib.contextmanager
    def _explaining(self) -> Iterator[None]:
        """Errors of fsspec as ours: the text of an OSError names paths and goes no further."""
        try:
            yield
        except PermissionError:
            message = "The file system refused us; give a new connection with sources_apply, then retry."
            raise ConnectorError(message, permanent=True, kind=Kind.REFUSED) from None
        except TimeoutError:
            message = "The file system did not answer in time; check its load."
            raise ConnectorError(message, permanent=False, kind=Kind.TIMEOUT) from None
        except OSError:
            message = "The file system cannot be reached; check that it runs and that the network lets us in."
            raise ConnectorError(message, permanent=False, kind=Kind.UNREACHABLE) from None
        except (ImportError, ValueError):
            message = "The folder's URL cannot be used here; correct the connection with sources_apply."
            raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED) from None


def _permit(settings: Settings) -> None:
    url = urlsplit(settings.url)
    local = url.scheme in LOCAL and url.path.startswith("/")
    if "::" in settings.url or not (local or url.scheme in REMOTE):
        raise ValueError
    if url.scheme in WITH_HOST:
        pin(url.hostname or "", url.port or 0, settings.allow)


def _literal(root: str) -> str:
    """A folder's own name is not a pattern, whatever characters it has."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in root)


def _modified(facts: dict[str, Any]) -> str | None:
    value = facts.get("mtime") or facts.get("LastModified") or facts.get("created")
    if isinstance(value, (int, float)):
        value = dt.datetime.fromtimestamp(value, tz=dt.UTC)
    return value.isoformat() if isinstance(value, dt.datetime) else None


def _record(shape: Shape, about: dict[str, Json], part: Part, kinds: tuple[str, ...]) -> Record:
    values = about | {"row": part.number, "cells": dict(part.cells) or None, "text": part.text, "mentions": list(kinds)}
    row = f"#{part.number}" if part.number else ""
    return Record(shape.collection, f"{about['path']}{row}", {name: values[name] for name in shape.columns})
