"""A private Redis with a password, as in production."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis as Client
from redis.exceptions import ConnectionError as NotConnected

from umbs_privacy.servers.server import free_port, private_folder, program, running, unprivileged


@dataclass(frozen=True)
class Redis:
    port: int
    password: str
    folder: Path

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @contextlib.contextmanager
    def client(self) -> Iterator[Client]:
        with Client(port=self.port, password=self.password) as client:
            yield client

    def alive(self) -> bool:
        with contextlib.suppress(NotConnected), self.client() as client:
            return bool(client.ping())
        return False


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    with private_folder("redis") as place:
        server = Redis(port=free_port(), password=secrets.token_hex(16), folder=place)
        options = place / "redis.conf"  # not on the command line: other users see that
        options.write_text(
            f"bind 127.0.0.1\nport {server.port}\nrequirepass {server.password}\ndir {place}\nappendonly yes\n",
            encoding="ascii",
        )
        options.chmod(0o644)
        with running(
            unprivileged(program("redis-server"), str(options)), log=place / "log", ready=server.alive, patience=20
        ):
            yield server
