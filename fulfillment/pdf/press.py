"""The parent's side of the press: one child process (`fulfillment.pdf.render`), started at need, ended when stuck."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import signal
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

ROOT: Final = Path(__file__).resolve().parents[2]
FONTS: Final = Path(__file__).resolve().parent / "fonts" / "fonts.conf"
START_SECONDS: Final = 60
LIBRARY_PATHS: Final = ("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")


class RenderFailed(Exception):
    """The document was not printed; the text says why and holds no word of the document."""


@dataclass(frozen=True)
class Rendered:
    pdf: bytes
    sha256: str
    pages: int


class Press:
    """Prints one document at a time; may be called from any thread, and after a fork.

    The child gets no secret: its environment holds the library paths and our fonts, nothing else.
    """

    def __init__(self, *, seconds: int = 60, megabytes: int = 1024) -> None:
        self.seconds = seconds
        self.megabytes = megabytes
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._lock = threading.Lock()

    def print(self, html: str) -> Rendered:
        content = html.encode()
        if os.getpid() != self._owner:  # a forked copy: the child belongs to the process that started it
            self._child, self._owner, self._lock = None, os.getpid(), threading.Lock()
        with self._lock:
            child = self._child or self._start()
            pages, pdf = self._exchange(child, struct.pack(">Q", len(content)) + content, self.seconds)
        if pages == 0:
            raise RenderFailed(pdf.decode())
        return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), pages)

    def close(self) -> None:
        """End the child; the next print starts another."""
        if self._child is not None and os.getpid() == self._owner:
            self._end(self._child)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in LIBRARY_PATHS if name in os.environ}
        child = subprocess.Popen(  # noqa: S603  # our own module, two numbers
            [sys.executable, "-m", "fulfillment.pdf.render", str(self.seconds), str(self.megabytes)],
            cwd=ROOT,
            env={**environment, "FONTCONFIG_FILE": str(FONTS), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._child = child
        _, trouble = self._exchange(child, b"", START_SECONDS)
        if trouble:
            self._end(child)
            raise RenderFailed(trouble.decode())
        return child

    def _exchange(self, child: subprocess.Popen[bytes], frame: bytes, seconds: int) -> tuple[int, bytes]:
        """Send a frame and read the answer, or end the child when that takes too long."""
        assert child.stdin is not None  # noqa: S101  # both are pipes
        assert child.stdout is not None  # noqa: S101
        watch = threading.Timer(seconds, os.killpg, (child.pid, signal.SIGKILL))
        watch.start()
        try:
            child.stdin.write(frame)
            child.stdin.flush()
            pages, length = struct.unpack(">IQ", _read(child.stdout, 12))
            return pages, _read(child.stdout, length)
        except (EOFError, BrokenPipeError):
            self._end(child)
            message = f"The press stopped: the page took too much time (limit {seconds} s) or memory."
            raise RenderFailed(message) from None
        finally:
            watch.cancel()

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        self._child = None
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # what was still to be sent has no reader any more
                    pipe.close()


def _read(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


PRESS: Final = Press()
atexit.register(PRESS.close)
