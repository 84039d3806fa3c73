"""Readers of plain text, JSON, CSV, HTML and style sheets."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

from fulfillment.scan.report import Hit, Kind, Part, Reader

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ACTIVE_TAGS: Final = frozenset(
    (
        "script iframe frame frameset object embed applet base form input button portal template "
        "noscript svg math audio video source track"
    ).split()
)
# Where this parser and a browser may disagree about what is a comment, the raw text decides.
_RAW: Final = re.compile(rf"<[\s/]*(?:{'|'.join(sorted(_ACTIVE_TAGS))})\b|<!--(?:-?>|[^>]*--!>)", re.IGNORECASE)
_URL_ATTRIBUTES: Final = frozenset(
    (
        "href src action formaction data poster background cite longdesc manifest srcset ping xlink:href "
        "profile codebase"
    ).split()
)
_LOCAL: Final = re.compile(r"(?:#[\w\-.:]*|mailto:[^\s?]+|(?:\.\./){0,4}(?!/)(?!.*\.\.)[\w\-./ ]+(?:#[\w\-.:]*)?)")
_STYLE: Final = re.compile(
    r"url\s*\(|@import|expression\s*\(|javascript:|behavior\s*:|-moz-binding|\\[0-9a-f]", re.IGNORECASE
)
_DEEPEST: Final = 64
csv.field_size_limit(2**24)


def decoded(data: bytes) -> str | None:
    """UTF-8 (or UTF-16 with its mark) as text; None for what is not text."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def text(data: bytes, place: str) -> Reader:
    """A text file as it is."""
    read = decoded(data)
    yield Hit(place, Kind.UNREADABLE, "not UTF-8 text") if read is None else Part(place, read)


def json_file(data: bytes, place: str) -> Reader:
    """Every key beside its value, so that a key can name a bare number."""
    read = decoded(data)
    try:
        value = json.loads(read or "")
    except (ValueError, RecursionError):
        yield Hit(place, Kind.UNREADABLE, "not JSON")
        return
    yield from _values(value, place, "", 0)


def _values(value: Any, place: str, path: str, depth: int) -> Reader:
    if depth > _DEEPEST:
        yield Hit(place, Kind.BOMB, "nested too deep")
        return
    name = (
        re.sub(r"[_\-]", " ", path.rsplit("/", 1)[-1])
        if not path.rsplit("/", 1)[-1].isdigit()
        else re.sub(r"[_\-]", " ", path.rsplit("/", 2)[-2])
    )
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, place, f"{path}/{key}", depth + 1)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _values(inner, place, f"{path}/{i}", depth + 1)
    elif value is not None and not isinstance(value, bool):
        yield Part(place, f"{name}: {value}")


def csv_file(data: bytes, place: str) -> Reader:
    """Rows as "heading: cell" lines; a cell that a spreadsheet would calculate is a hit."""
    read = decoded(data)
    if read is None:
        yield Hit(place, Kind.UNREADABLE, "not UTF-8 text")
        return
    try:
        yield from _rows(csv.reader(io.StringIO(read, newline=""), strict=True), place)
    except csv.Error:
        yield Hit(place, Kind.UNREADABLE, "not CSV")


def _rows(rows: Iterator[list[str]], place: str) -> Reader:
    heads: list[str] = []
    for number, row in enumerate(rows, 1):
        if any(cell.startswith(FORMULA_SIGNS) for cell in row):
            yield Hit(f"{place} row {number}", Kind.FORMULA, "cell starts a formula")
        if number == 1:
            heads = [re.sub(r"[_\-]", " ", cell) for cell in row]
            yield Part(place, "\n".join(row))
            continue
        named = (f"{heads[i]}: {cell}" if i < len(heads) else cell for i, cell in enumerate(row) if cell)
        yield Part(f"{place} row {number}", "\n".join(named))


def html_file(data: bytes, place: str) -> Reader:
    """The text of a page, hidden or not; scripts, handlers and addresses outside the package are hits."""
    read = decoded(data)
    if read is None:
        yield Hit(place, Kind.UNREADABLE, "not UTF-8 text")
        return
    page = _Page(place)
    page.feed(read)
    page.close()
    if _RAW.search(read):
        yield Hit(place, Kind.ACTIVE, "active element")
    yield from page.hits
    yield Part(place, "".join(page.words))


def style(data: bytes, place: str) -> Reader:
    """A style sheet fetches nothing."""
    read = decoded(data)
    if read is None:
        yield Hit(place, Kind.UNREADABLE, "not UTF-8 text")
        return
    if _STYLE.search(read):
        yield Hit(place, Kind.ACTIVE, "style sheet fetches or acts")
    yield Part(place, read)


_BLOCKS: Final = frozenset(
    ("p div li tr td th dt dd h1 h2 h3 h4 h5 h6 br pre table section article header footer title caption").split()
)


class _Page(HTMLParser):
    def __init__(self, place: str) -> None:
        super().__init__(convert_charrefs=True)
        self.place = place
        self.words: list[str] = []
        self.hits: list[Hit] = []
        self._styled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what acts or fetches; attribute values are text too."""
        self._styled = tag == "style"
        if tag in _ACTIVE_TAGS:
            self._hit(f"<{tag}>")
        for name, value in attrs:
            given = (value or "").strip()
            if name.startswith("on") or name in ("srcdoc", "autofocus"):
                self._hit("event handler")
            elif name in _URL_ATTRIBUTES and given and not _LOCAL.fullmatch(given):
                self._hit("address outside the package")
            elif name == "style" and _STYLE.search(given):
                self._hit("style acts or fetches")
            elif tag == "meta" and name == "http-equiv" and given.lower() != "content-security-policy":
                self._hit("meta refresh or header")
            self.words.append(f"\n{given}\n" if name not in ("class", "id") else "\n")
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Cells and paragraphs end words."""
        self._styled = False
        if tag in _BLOCKS:
            self.words.append("\n" if tag not in ("th", "dt", "td") else ": ")

    def handle_data(self, data: str) -> None:
        """Text, also what is not shown."""
        if self._styled and _STYLE.search(data):
            self._hit("style acts or fetches")
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        """Comments are read as text."""
        self.words.append(f"\n{data}\n")

    def handle_decl(self, decl: str) -> None:
        """Only the HTML doctype belongs."""
        if decl.lower() != "doctype html":
            self._hit("declaration")

    def unknown_decl(self, data: str) -> None:
        """CDATA and the like do not belong."""
        self._hit("declaration")
        self.words.append(data)

    def handle_pi(self, data: str) -> None:
        """Processing instructions do not belong."""
        self._hit("processing instruction")
        self.words.append(data)

    def _hit(self, label: str) -> None:
        self.hits.append(Hit(self.place, Kind.ACTIVE, label))
