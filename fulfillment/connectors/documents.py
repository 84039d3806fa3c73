"""The words of a document: PDF, DOCX, EML, HTML, CSV, JSON and plain text. Bytes in, text out, no I/O."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import MIMEPart
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

import docx
import docx.document
import docx.opc.exceptions
import docx.table
import pypdfium2

MAX_TEXT = 2 * 1024 * 1024
MAX_CELL = 131_072
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PAGES = 2_000
MAX_DEPTH = 3


class UnreadableDocument(Exception):
    """The document cannot be read; the reason is a sentence for people and quotes nothing of the document."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document, or one row of a table in it: `number` counts rows from 1, `cells` are the row by its headings."""

    text: str
    number: int | None = None
    cells: Mapping[str, Any] = field(default_factory=dict)


def parts(name: str, content: bytes, *, depth: int = 0) -> Iterator[Part]:
    """The parts of a document that can be handed out on their own; raises `UnreadableDocument`.

    A table of many people (CSV, a JSON list) comes row by row: a person's row is theirs, the file is not.
    """
    reader = READERS.get(PurePosixPath(name).suffix.lower())
    if reader is None:
        raise UnreadableDocument("this kind of document is not read; an analyst must look at it")
    yield from reader(content, depth)


def _pdf(content: bytes, _depth: int) -> Iterator[Part]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise UnreadableDocument("the PDF is damaged or asks for a password") from None
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableDocument("the PDF has more than two thousand pages")
        pages = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError:
        raise UnreadableDocument("a page of the PDF is damaged") from None
    finally:
        document.close()
    text = "\n\n".join(page.replace("\r\n", "\n").strip() for page in pages)
    if not text.strip():
        raise UnreadableDocument("the PDF holds pictures of text only; an analyst must look at it")
    yield _part(text)


def _docx(content: bytes, _depth: int) -> Iterator[Part]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableDocument("the document unpacks to more than 200 MB")
        document = docx.Document(io.BytesIO(content))
        yield _part("\n".join(_docx_lines(document)))
    except (zipfile.BadZipFile, docx.opc.exceptions.PackageNotFoundError, KeyError, ValueError, SyntaxError):
        raise UnreadableDocument("the document is damaged or asks for a password") from None


def _docx_lines(document: docx.document.Document) -> Iterator[str]:
    for section in document.sections:
        for margin in (section.header, section.footer):
            if not margin.is_linked_to_previous:
                yield from (paragraph.text for paragraph in margin.paragraphs)
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            yield from _table_lines(block)
        else:
            yield block.text


def _table_lines(table: docx.table.Table) -> Iterator[str]:
    for row in table.rows:
        yield "\t".join(dict.fromkeys(cell.text for cell in row.cells))


def _eml(content: bytes, depth: int) -> Iterator[Part]:
    message = email.message_from_bytes(content, policy=email.policy.default)
    if not message.keys():
        raise UnreadableDocument("the e-mail has no headers")
    lines = [f"{name}: {message[name]}" for name in ("From", "To", "Cc", "Date", "Subject") if message[name]]
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        words = _decoded(body)
        lines += ["", _visible(words) if body.get_content_subtype() == "html" else words]
    for attachment in message.iter_attachments():
        lines += _attachment(attachment, depth)
    yield _part("\n".join(lines))


def _attachment(attachment: MIMEPart, depth: int) -> Iterator[str]:
    name = attachment.get_filename() or f"unnamed.{attachment.get_content_subtype()}"
    content = attachment.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    yield f"\nAttachment: {name} ({attachment.get_content_type()}, {len(content)} bytes)"
    if depth >= MAX_DEPTH:
        return
    try:
        yield from (part.text for part in parts(name, content, depth=depth + 1))
    except UnreadableDocument as error:
        yield f"[not read: {error}]"


def _decoded(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        raw = part.get_payload(decode=True)
        return raw.decode("latin-1") if isinstance(raw, bytes) else ""


class _Visible(HTMLParser):
    """What a reader of the page would see."""

    HIDDEN = frozenset({"script", "style", "head", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        self.hidden += tag in self.HIDDEN
        if tag in {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table"}:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in self.HIDDEN))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def _visible(markup: str) -> str:
    parser = _Visible()
    parser.feed(markup)
    parser.close()
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(parser.words)).strip()


def _html(content: bytes, _depth: int) -> Iterator[Part]:
    yield _part(_visible(_text(content)))


def _plain(content: bytes, _depth: int) -> Iterator[Part]:
    yield _part(_text(content))


def _csv(content: bytes, _depth: int) -> Iterator[Part]:
    text = _text(content)
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count))
    try:
        headings = next(rows, [])
        for number, row in enumerate(rows, start=1):
            # An open quotation mark swallows the rest of the table. The csv module's own limit is one for the whole
            # process, so it says nothing that another module could not change.
            if any(len(cell) > MAX_CELL for cell in row):
                raise UnreadableDocument("the table is damaged")
            cells = {_heading(headings, place): cell for place, cell in enumerate(row)}
            yield Part("\n".join(f"{name}: {cell}" for name, cell in cells.items())[:MAX_TEXT], number, cells)
    except csv.Error:
        raise UnreadableDocument("the table is damaged") from None


def _heading(headings: list[str], place: int) -> str:
    return headings[place] if place < len(headings) and headings[place] else f"column {place + 1}"


def _json(content: bytes, _depth: int) -> Iterator[Part]:
    try:
        value = json.loads(_text(content), parse_constant=str)
    except (ValueError, RecursionError):
        raise UnreadableDocument("the JSON is damaged") from None
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        for number, item in enumerate(value, start=1):
            yield Part(json.dumps(item, ensure_ascii=False, indent=1)[:MAX_TEXT], number, item)
    else:
        yield _part(json.dumps(value, ensure_ascii=False, indent=1))


def _text(content: bytes) -> str:
    """UTF-8 (or UTF-16 when it says so), else Windows-1252, which is what old exports are."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnreadableDocument("the file holds no text, whatever its name says")
    return text


def _part(text: str) -> Part:
    if len(text) > MAX_TEXT:
        raise UnreadableDocument("the document holds more than two million characters")
    return Part(text)


READERS: Mapping[str, Callable[[bytes, int], Iterator[Part]]] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".eml": _eml,
    ".html": _html,
    ".htm": _html,
    ".csv": _csv,
    ".json": _json,
    ".txt": _plain,
    ".md": _plain,
    ".log": _plain,
}
