"""Somebody else's system: a file that takes a line each time it is told to, and never minds being told twice."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from pathlib import Path


class Ledger:
    """Not unique by design: an effect that happens twice is two lines."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS lines (key TEXT NOT NULL)")

    @contextlib.contextmanager
    def _open(self):
        with contextlib.closing(sqlite3.connect(self.file, timeout=20)) as connection, connection:
            yield connection

    def write(self, key: str) -> None:
        with self._open() as connection:
            connection.execute("INSERT INTO lines VALUES (?)", (key,))

    def has(self, key: str) -> bool:
        with self._open() as connection:
            return connection.execute("SELECT 1 FROM lines WHERE key = ?", (key,)).fetchone() is not None

    def lines(self) -> Counter[str]:
        with self._open() as connection:
            return Counter(key for (key,) in connection.execute("SELECT key FROM lines"))
