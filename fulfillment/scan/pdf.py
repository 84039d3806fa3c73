"""Reader of PDF files with two engines: PDFium for what the pages show, a walk over all objects for the rest."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
import pypdfium2

from fulfillment.scan.report import Hit, Kind, Part, Reader

# Catalogue, page and annotation entries with which a file acts, hides or fetches.
_ACTING: Final = {
    "/JS": "JavaScript",
    "/JavaScript": "JavaScript",
    "/OpenAction": "open action",
    "/AA": "additional actions",
    "/Launch": "launch action",
    "/XFA": "XFA form",
    "/RichMedia": "rich media",
    "/Movie": "movie",
    "/Sound": "sound",
    "/PieceInfo": "private application data",
    "/Collection": "portfolio",
    "/SubmitForm": "form submission",
    "/GoToR": "remote link",
    "/GoToE": "embedded link",
    "/ImportData": "data import",
    "/Rendition": "rendition",
}
_KEPT_ANNOTATIONS: Final = frozenset({"/Link", "/Widget"})
_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF")
_SIGNED: Final = re.compile(rb"/ByteRange\s*\[")
_READ_LIMIT: Final = 16 * 2**20


def pdf(data: bytes, place: str) -> Reader:
    """Text of each page, every string of every object, and attachments as (name, bytes) for the caller to open."""
    try:
        document = pikepdf.open(io.BytesIO(data))
    except pikepdf.PdfError:
        yield Hit(place, Kind.UNREADABLE, "not a readable PDF")
        return
    with document:
        if document.is_encrypted:
            yield Hit(place, Kind.UNREADABLE, "encrypted PDF")
            return
        if len(_END.findall(data)) > 1 + len(_SIGNED.findall(data)):
            yield Hit(place, Kind.STRUCTURE, "earlier revision")
        yield from _objects(document, place)
    yield from _pages(data, place)


def attachments(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Embedded files, wherever they hang: the name tree, /AF or an annotation; none when the file is broken."""
    with contextlib.suppress(pikepdf.PdfError), pikepdf.open(io.BytesIO(data)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/EF" in thing:
                name = str(thing.get("/UF", thing.get("/F", "attachment")))
                for stream in {s.objgen: s for s in thing["/EF"].as_dict().values()}.values():
                    yield name, stream.read_bytes()


def _pages(data: bytes, place: str) -> Reader:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        yield Hit(place, Kind.UNREADABLE, "not a readable PDF")
        return
    try:
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage().get_text_bounded()
            where = f"{place} page {number + 1}"
            if not words.strip() and any(o.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for o in page.get_objects()):
                yield Hit(where, Kind.UNREADABLE, "picture without text")
            yield Part(where, words.replace("\r\n", "\n").replace("\ufffe", "-"))
    finally:
        document.close()


def _objects(document: pikepdf.Pdf, place: str) -> Reader:
    words: list[str] = []
    for thing in document.objects:
        yield from _walk(thing, f"{place} object {getattr(thing, 'objgen', (0, 0))[0]}", words, 0)
    yield from _walk(document.trailer, f"{place} trailer", words, 0)
    yield Part(f"{place} objects", "\n".join(words))


def _walk(thing: Any, place: str, words: list[str], depth: int) -> Reader:
    if isinstance(thing, pikepdf.String):
        words.append(str(thing))
    elif isinstance(thing, pikepdf.Array) and (depth == 0 or not thing.is_indirect):
        for inner in thing.as_list():
            yield from _walk(inner, place, words, depth + 1)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)) and (depth == 0 or not thing.is_indirect):
        entries = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        yield from _entries(entries, place)
        for key, inner in entries.as_dict().items():
            if key != "/Parent":
                yield from _walk(inner, place, words, depth + 1)
        if isinstance(thing, pikepdf.Stream):
            yield from _stream(thing, place, words)


def _entries(entries: pikepdf.Object, place: str) -> Reader:
    for key, label in _ACTING.items():
        if key in entries or (entries.get("/S") == key) or (entries.get("/Subtype") == key):
            if key == "/OpenAction" and isinstance(entries[key], pikepdf.Array):
                continue  # a plain "open at this page"
            yield Hit(place, Kind.STRUCTURE, label)
    if entries.get("/Type") == "/Annot" and str(entries.get("/Subtype")) not in _KEPT_ANNOTATIONS:
        yield Hit(place, Kind.STRUCTURE, "annotation")
    if entries.get("/Subtype") == "/Widget" and entries.get("/FT") != "/Sig":
        yield Hit(place, Kind.STRUCTURE, "form field")


def _stream(thing: pikepdf.Stream, place: str, words: list[str]) -> Reader:
    kind, subtype = str(thing.get("/Type", "")), str(thing.get("/Subtype", ""))
    if (
        subtype == "/Image"
        or kind in ("/EmbeddedFile", "/ObjStm", "/XRef")
        or any(k in thing for k in ("/Length1", "/Length2"))
        or subtype in ("/Type1C", "/CIDFontType0C", "/OpenType")
    ):
        return
    try:
        content = thing.read_bytes()
    except pikepdf.PdfError:
        yield Hit(place, Kind.UNREADABLE, "stream that cannot be decoded")
        return
    if len(content) > _READ_LIMIT:
        yield Hit(place, Kind.BOMB, "stream too big")
        return
    if kind == "/Metadata":
        words.append(re.sub(r"<[^>]{0,2000}>", "\n", content.decode("utf-8", "replace")))
