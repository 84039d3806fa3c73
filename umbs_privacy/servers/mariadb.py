"""A private MariaDB, for the sources that a company really has."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pymysql

from umbs_privacy.servers.server import free_port, private_folder, program, running, unprivileged


@dataclass(frozen=True)
class MariaDB:
    port: int
    password: str
    socket: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str, *, scheme: str = "mysql+pymysql") -> str:
        return f"{scheme}://umbs:{self.password}@127.0.0.1:{self.port}/{database}?charset=utf8mb4"

    def execute(self, statement: str) -> None:
        with pymysql.connect(
            host="127.0.0.1", port=self.port, user="umbs", password=self.password, autocommit=True
        ) as connection:
            connection.cursor().execute(statement)

    def create(self) -> str:
        """A new, empty database; its name."""
        name = f"umbs_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return name

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name}")


@contextlib.contextmanager
def mariadb() -> Iterator[MariaDB]:
    with private_folder("mariadb") as place:
        server = MariaDB(port=free_port(), password=secrets.token_hex(16), socket=place / "socket")
        cluster, first = place / "cluster", place / "first.sql"
        first.write_text(
            f"CREATE USER umbs@'127.0.0.1' IDENTIFIED BY '{server.password}';"
            "\nGRANT ALL ON *.* TO umbs@'127.0.0.1' WITH GRANT OPTION;\n",
            encoding="ascii",
        )
        first.chmod(0o644)
        subprocess.run(  # noqa: S603 - a fixed command line, no shell
            unprivileged(
                program("mariadb-install-db"),
                "--no-defaults",
                "--skip-test-db",
                "--skip-log-bin",
                f"--datadir={cluster}",
                f"--tmpdir={place}",
            ),
            check=True,
            capture_output=True,
            cwd="/",
        )
        command = [
            program("mariadbd"),
            "--no-defaults",
            f"--datadir={cluster}",
            f"--tmpdir={place}",
            f"--init-file={first}",
            f"--port={server.port}",
            f"--socket={server.socket}",
            f"--pid-file={place / 'pid'}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=64M",
        ]

        def ready() -> bool:
            with contextlib.suppress(pymysql.err.OperationalError):
                server.execute("SELECT 1")
                return True
            return False

        with running(unprivileged(*command), log=place / "log", ready=ready):
            yield server
