"""The migrated databases that every test begins with: made once for each state of the migrations, then copied.

Migrating takes ten seconds, copying none. pytest's cache keeps them, so that the workers of one run share them, and the
next run has them already.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.services.stage import ROOT, stage
from umbs_privacy.servers.postgres import BINARIES, Postgres
from umbs_privacy.servers.server import program

MADE_BY = ("*/migrations/*.py", "requirements*.txt")  # ours, and which release of each library brings its own


def migrations() -> str:
    """Another text whenever a migration, a library or the set of apps is another."""
    digest = hashlib.sha256(os.environ["UMBS_SEAM_TEST"].encode())
    for file in sorted(file for pattern in MADE_BY for file in ROOT.glob(pattern)):
        digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def kept(folder: Path, suffix: str, make: Callable[[Path], None]) -> Path:
    """The file of the migrations as they are. Whoever asks first makes it, the others wait.

    Another run may still copy an older one: they stay, a megabyte each, until `pytest --cache-clear`.
    """
    file = folder / f"{migrations()}{suffix}"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            begun = folder / f"begun{suffix}"
            begun.unlink(missing_ok=True)
            make(begun)
            begun.rename(file)
    return file


def migrate(var: Path, database_url: str) -> None:
    stage(var, database_url).manage("migrate", "--verbosity", "0")


def sqlite(folder: Path, var: Path) -> Path:
    """A database in one file."""

    def make(file: Path) -> None:
        migrate(var, f"sqlite:///{file}")
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # nothing is left beside the file

    return kept(folder, ".sqlite3", make)


def postgres(folder: Path, var: Path, server: Postgres) -> str:
    """The name of a database on that server."""

    def make(file: Path) -> None:
        name = server.create()
        migrate(var, server.url(name))
        _run("pg_dump", f"--file={file}", server.url(name))
        server.drop(name)

    name = server.create()
    _run("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={kept(folder, '.sql', make)}", server.url(name))
    return name


def _run(client: str, *arguments: str) -> None:
    subprocess.run([program(client, BINARIES), *arguments], check=True, capture_output=True)
