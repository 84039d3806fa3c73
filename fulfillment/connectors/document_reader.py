"""Documents are read in a child process with little memory, no secrets and a time limit.

A PDF or DOCX comes from anybody; one that crashes its parser, or keeps it busy for ever, costs that document and not
the worker. The child is started on first use and again after it had to be killed.

To the child: a line of JSON {"name", "length"} and the bytes. From it: a line of JSON for each part, then one with
"end", or one with "unreadable" and the reason.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from fulfillment.connectors.documents import Part, UnreadableDocument, parts
from fulfillment.connectors.portable import clean, portable

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 1024 * 1024 * 1024
OPEN_FILES = 64


class DocumentReader:
    def __init__(self, *, timeout: float) -> None:
        self.timeout = timeout
        self._child: subprocess.Popen[bytes] | None = None

    def parts(self, name: str, content: bytes) -> Iterator[Part]:
        """As `documents.parts`; also raises `UnreadableDocument` when the reading took too long or too much."""
        child = self._started()
        timer = threading.Timer(self.timeout, child.kill)
        timer.daemon = True
        timer.start()
        finished = False
        try:
            for answer in _ask(child, name, content):
                if "unreadable" in answer:
                    finished = True
                    raise UnreadableDocument(answer["unreadable"])
                yield Part(clean(answer["text"]), answer["number"], _portable_row(answer["cells"]))
            finished = True
        except (BrokenPipeError, EOFError):
            raise UnreadableDocument(
                "reading it took too long or too much memory; an analyst must look at it"
            ) from None
        finally:
            timer.cancel()
            if not finished:
                self.close()

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            with contextlib.suppress(BrokenPipeError):
                child.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(  # noqa: S603 - our own module, no word of it from outside
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PATH": os.defpath, "PYTHONUTF8": "1"},
            )
        return self._child


def _portable_row(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {clean(name): portable(value) for name, value in cells.items()}


def _ask(child: subprocess.Popen[bytes], name: str, content: bytes) -> Iterator[dict[str, Any]]:
    assert child.stdin is not None  # noqa: S101 - both are pipes by construction
    assert child.stdout is not None  # noqa: S101
    child.stdin.write(json.dumps({"name": name, "length": len(content)}).encode() + b"\n" + content)
    child.stdin.flush()
    for line in child.stdout:
        answer: dict[str, Any] = json.loads(line)
        if "end" in answer:
            return
        yield answer
        if "unreadable" in answer:
            return
    raise EOFError


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """The child's whole life: read documents until the parent closes the pipe."""
    for line in requests:
        request = json.loads(line)
        content = requests.read(request["length"])
        try:
            for part in parts(request["name"], content):
                _say(answers, {"text": part.text, "number": part.number, "cells": dict(part.cells)})
            _say(answers, {"end": True})
        except UnreadableDocument as error:
            _say(answers, {"unreadable": str(error)})
        except MemoryError:
            _say(answers, {"unreadable": "reading it takes too much memory; an analyst must look at it"})


def _say(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer)
