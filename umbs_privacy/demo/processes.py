"""Starts the real processes, watches over them, and leaves none behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from django.conf import settings

PATIENCE_TO_START = 60
PATIENCE_TO_END = 10


class Trouble(Exception):
    """One line for whoever started the demo: what happened and what to do next."""


class Crew:
    """Child processes, each in a group of its own, so that what they start ends with them."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: list[str], env: Mapping[str, str] | None = None) -> None:
        with self.log(name).open("wb") as output:
            self._children[name] = subprocess.Popen(  # noqa: S603 - a fixed command line, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=settings.BASE_DIR,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
                start_new_session=True,
            )

    def pid(self, name: str) -> int:
        return self._children[name].pid

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def has_begun(self, name: str) -> bool:
        """Worker and scheduler say so themselves, once they listen."""
        return f"the {name} has begun" in self.log(name).read_text(encoding="utf-8", errors="replace")

    def check(self) -> None:
        """Raise Trouble when a process has ended by itself."""
        for name, child in self._children.items():
            if (code := child.poll()) is not None:
                message = f"The {name} ended with exit code {code}; its last words are in {self.log(name)}."
                raise Trouble(message)

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float = PATIENCE_TO_START) -> None:
        """Come back when `ready()` is true; Trouble when a process dies or the time is over."""
        until = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > until:
                message = f"{what} took longer than {seconds:.0f} seconds; see the logs in {self.logs}."
                raise Trouble(message)
            time.sleep(0.1)

    def watch(self) -> None:
        """Stay until a process ends by itself."""
        while True:
            self.check()
            time.sleep(0.5)

    def end(self) -> None:
        """Ask every group to end, then make it."""
        for name in self._children:
            self._signal(name, signal.SIGTERM)
        until = time.monotonic() + PATIENCE_TO_END
        for name, child in self._children.items():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, until - time.monotonic()))
            self._signal(name, signal.SIGKILL)
            child.wait()

    def _signal(self, name: str, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._children[name].pid, number)


@contextlib.contextmanager
def crew(logs: Path) -> Iterator[Crew]:
    """A crew that is gone at the end of the block, however it ends; SIGTERM ends the block as Ctrl-C does."""
    started = Crew(logs)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield started
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        started.end()
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def manage(*words: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]


def web(port: int) -> list[str]:
    options = f"--bind 127.0.0.1:{port} --threads 4 --no-control-socket".split()
    return [sys.executable, "-m", "gunicorn", *options, "umbs_privacy.wsgi"]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
