"""The press room, run as `python -m fulfillment.pdf.render`: HTML in, tagged and reproducible PDF out.

The only importer of WeasyPrint. It imports neither Django nor another part of the project, holds no secret, has no
network, and gives every document its own forked process with limits on memory, time and files (security T18, F20).

Frames: in, `>Q` length and the HTML; out, `>IQ` pages and length, then the PDF. Zero pages means a message instead:
empty for "ready" (the first frame), else why it failed, never with a word of the document.
"""

from __future__ import annotations

import ctypes
import gc
import hashlib
import logging
import os
import resource
import struct
import sys
import unicodedata
from pathlib import Path
from typing import IO, Any, Final

from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from fulfillment.pdf.finish import finish

FONTS: Final = Path(__file__).resolve().parent / "fonts"
SHELF: Final = Path(__file__).resolve().parents[2] / "templates" / "pdf"
ASSETS: Final = {"asset:letter.css": "text/css", "asset:mark.svg": "image/svg+xml"}
# No k and no h: a name that begins with "pk" or "gho" would read like somebody's access key.
LETTERS: Final = bytes.maketrans(b"0123456789", b"gijlmnoqtu")
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
NET_EVENTS: Final = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")


class Refused(FatalURLFetchingError):
    """Something on the page asked for what is not on the shelf: the document is not printed at all."""


class Shelf(URLFetcher):
    """Serves our own stylesheet and mark from memory and refuses every other address."""

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)
        self.files = {url: (SHELF / url.removeprefix("asset:")).read_bytes() for url in ASSETS}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        if url in self.files:
            return URLFetcherResponse(url, self.files[url], {"Content-Type": ASSETS[url]})
        raise Refused


class Complaints(logging.Handler):
    """WeasyPrint logs what makes a page unfit (no language, no alternative text) and goes on; we stop."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(str(record.msg))  # the template, never its arguments


class Cases:
    """The characters that our fonts have. Any other prints as a white square, so that no letter fails for a name."""

    def __init__(self) -> None:
        self.characters: set[int] = set()
        for path in FONTS.glob("*.ttf"):
            with TTFont(path, lazy=True) as font:
                self.characters.update(font.getBestCmap())

    def set(self, text: str) -> str:
        return "".join(character if self.has(character) else "\u25a1" for character in text)

    def has(self, character: str) -> bool:
        """White space, joiners and direction marks are not drawn, so they need no glyph."""
        return ord(character) in self.characters or unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Zs"}


class PressRoom:
    """What every document shares, read once: fonts, stylesheet, shelf."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.complaints = Complaints()
        logging.getLogger("weasyprint").addHandler(self.complaints)
        self.cases = Cases()
        self.fonts = FontConfiguration()
        self.css = CSS("asset:letter.css", url_fetcher=self.shelf, font_config=self.fonts)
        self.edition = hashlib.sha256(b"".join(self.shelf.files[url] for url in sorted(ASSETS)))

    def print(self, html: bytes) -> tuple[int, bytes]:
        self.complaints.heard.clear()
        page = HTML(string=self.cases.set(html.decode()), base_url="asset:", url_fetcher=self.shelf)
        document = page.render(stylesheets=[self.css], font_config=self.fonts)
        identifier = self.edition.copy()
        identifier.update(html)
        name = identifier.hexdigest()[:32].encode().translate(LETTERS)
        pdf = name_in_letters(document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=name, finisher=finish))
        if self.complaints.heard:
            return 0, f"The page is not fit to print: {self.complaints.heard[0]}".encode()
        return len(document.pages), pdf


def name_in_letters(pdf: bytes) -> bytes:
    """The PDF with the second half of its /ID, a digest by WeasyPrint, in letters too.

    One digest in some hundreds has the shape and the check digits of a bank account, or begins like an access key, and
    would stop a release.
    """
    head, mark, tail = pdf.rpartition(b"/ID [")
    end = tail.index(b"]")
    return head + mark + tail[:end].translate(LETTERS) + tail[end:]


def leave_the_network() -> None:
    """An empty network namespace where the kernel permits one; everywhere, Python itself refuses to use a socket."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)

    def refuse(event: str, _arguments: tuple[Any, ...]) -> None:
        if event in NET_EVENTS:
            raise Refused

    sys.addaudithook(refuse)


def set_limits(seconds: int, megabytes: int) -> None:
    lower(resource.RLIMIT_CPU, seconds)
    lower(resource.RLIMIT_FSIZE, 0)
    lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        lower(resource.RLIMIT_AS, megabytes << 20)


def lower(limit: int, value: int) -> None:
    """To the value, or to the limit that the machine's operator has set below it."""
    hard = resource.getrlimit(limit)[1]
    ours = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (ours, ours))


def answer(outlet: IO[bytes], pages: int, content: bytes) -> None:
    outlet.write(struct.pack(">IQ", pages, len(content)) + content)
    outlet.flush()


def print_one(room: PressRoom, html: bytes, outlet: IO[bytes]) -> None:
    """In a process of its own: whatever goes wrong ends here, as a message that says no word of the document."""
    try:
        pages, content = room.print(html)
    except Refused:
        pages, content = 0, b"The page asked for something outside the shelf: refused."
    except MemoryError:
        pages, content = 0, b"The page needs more memory than it may use."
    except Exception as failure:  # noqa: BLE001  # the boundary of the process
        pages, content = 0, f"The page could not be printed ({type(failure).__name__}).".encode()
    answer(outlet, pages, content)


def main(seconds: int, megabytes: int) -> None:
    inlet = sys.stdin.buffer
    outlet = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not fall among the frames
    if harfbuzz_subset is None:
        answer(outlet, 0, b"libharfbuzz-subset is missing (Debian: apt-get install libharfbuzz-subset0).")
        raise SystemExit(1)
    leave_the_network()
    room = PressRoom()
    room.print(b"<html lang=en><title>-</title><p>Warm <b>up</b> <i>the</i> press")
    gc.freeze()
    answer(outlet, 0, b"")
    while header := inlet.read(8):
        html = inlet.read(struct.unpack(">Q", header)[0])
        child = os.fork()
        if child == 0:
            gc.disable()  # the process ends with the document; collecting costs a third of its time (measured)
            set_limits(seconds, megabytes)
            print_one(room, html, outlet)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:  # killed by a limit, perhaps in the middle of a frame: end, and let the parent start afresh
            raise SystemExit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
