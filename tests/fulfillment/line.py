"""A TCP line between a connector and its server that can fall silent, be cut, or drip."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator


class Line:
    """Carries bytes both ways until told otherwise; `mode` is open, silent (half-open), cut or drip."""

    def __init__(self, port: int) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.target = port
        self.mode = "open"
        self.ends: list[socket.socket] = []
        self.lines = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                here, _ = self.server.accept()
                self.lines += 1
                there = socket.create_connection(("127.0.0.1", self.target))
                self.ends += [here, there]
                threading.Thread(target=self._carry, args=(here, there, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(there, here, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.mode == "silent":
                    continue
                if self.mode == "drip" and answers:
                    for byte in data:
                        target.sendall(bytes([byte]))
                        time.sleep(0.02)
                else:
                    target.sendall(data)

    def cut(self) -> None:
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        for end in (*self.ends, self.server):
            end.close()


@contextlib.contextmanager
def line(port: int) -> Iterator[Line]:
    made = Line(port)
    try:
        yield made
    finally:
        made.close()
