"""One private server process: started in a folder of its own, waited for, ended by its process group."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

UNPRIVILEGED = "nobody"


class NotStarted(Exception):
    """A server ended, or did not answer in time; the message carries the end of its output."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def program(name: str, *more_places: str) -> str:
    """The path of a server's program; Debian keeps PostgreSQL's and MariaDB's outside the user's PATH."""
    if found := shutil.which(name):
        return found
    for pattern in (*more_places, "/usr/sbin", "/usr/local/sbin"):
        for place in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (place / name).exists():
                return str(place / name)
    message = f"{name} is not installed: run script/bootstrap --dev."
    raise NotStarted(message)


def unprivileged(*command: str) -> list[str]:
    """Database servers refuse to run as root: give them the user who owns nothing."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups", "--", *command]


@contextlib.contextmanager
def private_folder(name: str) -> Iterator[Path]:
    """Not pytest's own folders: those are closed to the unprivileged user."""
    place = Path(tempfile.mkdtemp(prefix=f"umbs-{name}-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(UNPRIVILEGED)
        os.chown(place, owner.pw_uid, owner.pw_gid)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def end(process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """End the whole process group, first politely."""
    for attempt in (how, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, attempt)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)
            break


@contextlib.contextmanager
def begun(
    command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, how: signal.Signals = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` in its own process group until the block ends it by `how`."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, cwd="/", env=env)  # noqa: S603 - no shell
    try:
        yield process
    finally:
        end(process, how=how)


def wait_for(process: subprocess.Popen[bytes], *, ready: Callable[[], bool], log: Path, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            message = f"{process.args!r} did not start:\n{tail}"
            raise NotStarted(message)
        time.sleep(0.05)


@contextlib.contextmanager
def running(
    command: Sequence[str], *, log: Path, ready: Callable[[], bool], patience: float = 60
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` until the block ends; enter it once `ready()` says so."""
    with begun(command, log=log) as process:
        wait_for(process, ready=ready, log=log, patience=patience)
        yield process
