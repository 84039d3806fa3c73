"""A PDF that was handed in, without what acts, hides or fetches: scripts, launches, attachments, media, XFA (T19).

Read in a child process with little memory, little time and no secrets, since it comes from anybody. What has none of it
is kept byte for byte: a signature on it stays valid, and the same file handed in twice is known by its digest.
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import pikepdf
from pikepdf.sanitize import Sanitizer

ROOT: Final = Path(__file__).resolve().parents[2]
MEMORY: Final = 240 * 2**20  # of addresses; what is resident stays below 200 MB
CPU_SECONDS: Final = 2
SECONDS: Final = 30  # by the clock, on a machine that is busy with something else
STREAM: Final = 32 * 2**20
AS_IT_WAS, CHANGED, REFUSED = 0, 10, 11
ACTIONS: Final = frozenset(
    "/JavaScript /Launch /GoToR /GoToE /SubmitForm /ImportData /Rendition /Movie /Sound /RichMediaExecute".split()
)
ENTRIES: Final = frozenset("/JS /JavaScript /XFA /EF /EmbeddedFiles /RichMediaContent /3DD /Collection".split())


class CannotSanitize(Exception):
    """It asks for a password, is broken, shows no page, takes too much to read, or acts where nobody can remove it."""


def sanitized(content: bytes) -> bytes:
    """The PDF to keep; raises CannotSanitize."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of it from outside
            [sys.executable, "-m", __name__],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"PATH": os.defpath, "PYTHONUTF8": "1"},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotSanitize from None
    if done.returncode not in {AS_IT_WAS, CHANGED}:
        raise CannotSanitize
    return done.stdout if done.returncode == CHANGED else content


def acts(document: pikepdf.Pdf) -> bool:
    """Whether any object of it, wherever it hangs, acts, hides or fetches."""
    return any(_acts(entries) for thing in document.objects for entries in _dictionaries(thing))


def _acts(entries: Any) -> bool:
    return not ENTRIES.isdisjoint(entries.keys()) or str(entries.get("/S", "")) in ACTIONS


def _dictionaries(thing: Any) -> Iterator[Any]:
    """It and what is written inside it; what it only refers to comes by itself."""
    waiting: list[Any] = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            inside: list[Any] = list(one.as_list())
        elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            yield one
            inside = list(one.values())
        else:
            continue
        waiting += [two for two in inside if isinstance(two, pikepdf.Object) and not two.is_indirect]


def serve(given: BinaryIO, kept: BinaryIO) -> int:
    """The child's whole life: one PDF in, the sanitized one out unless it may stay as it was; what came of it."""
    try:
        with pikepdf.open(given) as document:
            if not document.pages:
                return REFUSED
            if not acts(document):
                return AS_IT_WAS
            written = _without(document)
        with pikepdf.open(written) as document:
            if acts(document):
                return REFUSED
    except (pikepdf.PdfError, pikepdf.PasswordError, MemoryError, RuntimeError, ValueError, TypeError):
        return REFUSED
    kept.write(written.getbuffer())
    return CHANGED


def _without(document: pikepdf.Pdf) -> io.BytesIO:
    everything = Sanitizer().remove_javascript().remove_external_access().remove_attachments()
    everything.remove_multimedia().remove_collection().apply(document)
    form = document.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        del form["/XFA"]
    written = io.BytesIO()
    document.save(written, deterministic_id=True)
    return written


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pikepdf.settings.set_qpdf_limits(flate_max_memory=STREAM, run_length_max_memory=STREAM, png_max_memory=STREAM)
    sys.exit(serve(io.BytesIO(sys.stdin.buffer.read()), sys.stdout.buffer))
