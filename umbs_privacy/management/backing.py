"""Backup and restore: database, sealed files and case keys, each apart, and the proof that a restore is whole.

The keys lie in a folder of their own, kept for a short time only: a key that was destroyed then dies in every copy,
and with it whatever else was kept of that case. The key-encryption key is in no backup at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from requests_app.ledger import chain
from requests_app.models import Case, Deliverable, Evidence
from requests_app.vault import CaseVault, blobs
from requests_app.vault.cipher import CannotOpen
from umbs_privacy.management import backing_postgresql, backing_sqlite

MANIFEST, MEDIA = "manifest.json", "media"
ENGINES: dict[str, Any] = {"sqlite": backing_sqlite, "postgresql": backing_postgresql}


def take(folder: Path) -> dict[str, Any]:
    """One moment of the database first, then the files: whatever the database names is then among them."""
    if folder.exists() and any(folder.iterdir()):
        message = f"{folder} is not empty: give a new folder for each backup."
        raise CommandError(message)
    for place in ("database", "keys", MEDIA):
        (folder / place).mkdir(parents=True, mode=0o700)
    rows = ENGINES[connection.vendor].take(folder, tables())
    files = _copy_media_to(folder / MEDIA)
    manifest = {
        "made_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "rows": rows,
        "files": files,
        "sha256": {str(path.relative_to(folder)): _sha256(path) for path in _files(folder)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def restore(folder: Path) -> dict[str, Any]:
    """Into the configured database and store, which must be empty. Nothing is written when a file was changed."""
    manifest = read(folder)
    filesystem, root = _store()
    if manifest["database"] != connection.vendor:
        message = f"This backup is of {manifest['database']}; the configured database is {connection.vendor}."
        raise CommandError(message)
    if filesystem.exists(root) and filesystem.find(root):
        message = "UMBS_MEDIA_URL names a store that is not empty: a backup is restored beside what there is."
        raise CommandError(message)
    ENGINES[connection.vendor].restore(folder)
    for path in sorted((folder / MEDIA).rglob("*")):
        if path.is_file():
            place = f"{root}/{path.relative_to(folder / MEDIA).as_posix()}"
            filesystem.makedirs(place.rsplit("/", 1)[0], exist_ok=True)
            filesystem.put_file(str(path), place)
    return manifest


def read(folder: Path) -> dict[str, Any]:
    """The manifest, once every file is found to be as it was written."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        message = f"{folder} holds no backup that can be read."
        raise CommandError(message) from None
    for name, digest in manifest["sha256"].items():
        path = folder / name
        if not path.is_file() or _sha256(path) != digest:
            message = f"{name} is missing or was changed after the backup was made."
            raise CommandError(message)
    return manifest


def check(folder: Path) -> dict[str, Any]:
    """Hold what is configured against a backup: rows of every table, every chain, every file opened and compared."""
    manifest = read(folder)
    now = _rows()
    different = sorted(table for table, rows in manifest["rows"].items() if now.get(table) != rows)
    faults = [fault for case in Case.objects.iterator() for fault in chain.verify(case)]
    opened, unreadable = _open_everything()
    return {
        "tables": len(manifest["rows"]),
        "rows": sum(manifest["rows"].values()),
        "different": different,
        "ledger_faults": len(faults),
        "files_opened": opened,
        "files_unreadable": unreadable,
    }


def tables() -> list[str]:
    """Every table of the project, with those between many and many."""
    return sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))  # noqa: SLF001


def _rows() -> dict[str, int]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model._base_manager.count() for model in models}  # noqa: SLF001


def _open_everything() -> tuple[int, list[str]]:
    """Every document and file whose bytes should be there; a document must have the digest that it was made with."""
    opened, unreadable = 0, []
    for document in Deliverable.objects.filter(revoked_at=None, case__key__destroyed_at=None).iterator():
        if _digest(document.case_id, document.blob) == document.sha256:
            opened += 1
        else:
            unreadable.append(str(document.id))
    for row in Evidence.objects.filter(destroyed_at=None, case__key__destroyed_at=None).iterator():
        if _digest(row.case_id, row.blob):
            opened += 1
        else:
            unreadable.append(str(row.id))
    return opened, unreadable


def _digest(case_id: Any, blob: str) -> str:
    total = hashlib.sha256()
    try:
        for part in blobs.read(CaseVault.of(case_id), blob):
            total.update(part)
    except (OSError, CannotOpen):
        return ""
    return total.hexdigest()


def _store() -> tuple[fsspec.AbstractFileSystem, str]:
    filesystem, path = fsspec.core.url_to_fs(settings.UMBS_MEDIA_URL)
    return filesystem, path.rstrip("/")


def _copy_media_to(folder: Path) -> int:
    filesystem, root = _store()
    found = filesystem.find(root) if filesystem.exists(root) else []
    for name in found:
        target = folder / name.removeprefix(root).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        filesystem.get_file(name, str(target))
    return len(found)


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
