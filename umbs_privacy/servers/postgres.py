"""A private PostgreSQL: no fsync, a password, loopback only. Databases are copied from a migrated template."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from umbs_privacy.servers.server import answers, free_port, private_folder, program, running, unprivileged

BINARIES = "/usr/lib/postgresql/*/bin"
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=128MB")


@dataclass(frozen=True)
class Postgres:
    port: int
    password: str
    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str = "postgres", *, scheme: str = "postgresql") -> str:
        return f"{scheme}://umbs:{self.password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def create(self, *, template: str = "template0") -> str:
        """A new database, empty or a copy of `template`; its name."""
        name = f"umbs_{next(self.numbers)}"
        self.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)),
        )
        return name

    def drop(self, name: str) -> None:
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    with private_folder("postgres") as place:
        server = Postgres(port=free_port(), password=secrets.token_hex(16), folder=place)
        password_file, cluster = place / "password", place / "cluster"
        password_file.write_text(server.password, encoding="ascii")
        password_file.chmod(0o644)
        subprocess.run(  # noqa: S603 - a fixed command line, no shell
            unprivileged(
                program("initdb", BINARIES),
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--username=umbs",
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
                f"--pgdata={cluster}",
            ),
            check=True,
            capture_output=True,
            cwd="/",
        )
        where = ("listen_addresses=127.0.0.1", f"unix_socket_directories={place}")
        options = [f"--{option}" for option in (*SPEED, *where)]
        command = [program("postgres", BINARIES), "-D", str(cluster), "-p", str(server.port), *options]

        def ready() -> bool:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(server.url()).close()
                return True
            return False

        with running(unprivileged(*command), log=place / "log", ready=lambda: answers(server.port) and ready()):
            yield server
