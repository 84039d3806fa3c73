"""Reads a PDF the way a screen reader does: its tree, its words in reading order, and what is wrong."""

from __future__ import annotations

import io
from collections.abc import Iterator
from ctypes import c_ushort
from dataclasses import dataclass
from typing import Any, Final

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

TEXT_OPERATORS: Final = frozenset({"Tj", "TJ", "'", '"'})
DRAWN: Final = TEXT_OPERATORS | {"Do"}


@dataclass(frozen=True)
class Spoken:
    """One run of text and the tags around it, outermost first."""

    tags: tuple[str, ...]
    text: str


def spoken(content: bytes) -> list[Spoken]:
    """Every run of text in the order of the structure tree."""
    words = _words(content)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        return [
            Spoken(tags, words.get((numbers[page], mcid), ""))
            for tags, page, mcid in _marks(pdf.Root.StructTreeRoot, ())
            if words.get((numbers[page], mcid), "").strip()
        ]


def text(content: bytes) -> str:
    return " ".join(" ".join(run.text for run in spoken(content)).split())


def tags(content: bytes) -> list[str]:
    """The headings, tables and figures in order, as a reader's list of elements shows them."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [str(element.S)[1:] for element in elements(pdf)]


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    stack = [pdf.Root.StructTreeRoot]
    while stack:
        element = stack.pop()
        if "/S" in element:
            yield element
        stack.extend(kid for kid in reversed(_kids(element)) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid)


def faults(content: bytes) -> list[str]:
    """What keeps the document from being read aloud as it looks, from opening elsewhere, or from being harmless."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [*_about_the_document(pdf), *_about_the_tree(pdf), *_about_the_pages(pdf), *_about_the_fonts(pdf)]


def _about_the_document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if "/MarkInfo" not in root or not root.MarkInfo.Marked:
        yield "not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "no language"
    if "/ViewerPreferences" not in root or not root.ViewerPreferences.DisplayDocTitle:
        yield "title not displayed"
    with pdf.open_metadata(update_docinfo=False) as metadata:
        if not metadata.get("dc:title") or metadata.get("pdfuaid:part") != "1":
            yield "no title or no PDF/UA mark in the metadata"
    if "/ID" not in pdf.trailer or pdf.is_encrypted:
        yield "no identifier, or encrypted"
    for name in ("/OpenAction", "/AA", "/AcroForm", "/AF"):
        if name in root:
            yield f"{name} in the catalogue"
    if {"/EmbeddedFiles", "/JavaScript"} & set(root.get("/Names", {}).keys()):
        yield "embedded files or scripts"


def _about_the_tree(pdf: pikepdf.Pdf) -> Iterator[str]:
    level = 0
    for element in elements(pdf):
        kind = str(element.S)
        if kind == "/Figure" and not str(element.get("/Alt", "")):
            yield "figure without alternative text"
        if kind == "/TH" and element.get("/A", {}).get("/Scope") not in {pikepdf.Name.Row, pikepdf.Name.Column}:
            yield "header cell without scope"
        if kind in {"/H1", "/H2", "/H3"}:
            if int(kind[2]) > level + 1:
                yield f"heading level jumps to {kind}"
            level = int(kind[2])
        if kind == "/Table":
            widths = {sum(int(cell.A.get("/ColSpan", 1)) for cell in row) for row in _rows(element)}
            if len(widths) != 1:
                yield f"table rows of unequal length: {sorted(widths)}"
    if sum(str(element.S) == "/H1" for element in elements(pdf)) != 1:
        yield "not exactly one H1"


def _about_the_pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    owners = dict(_pairs(pdf.Root.StructTreeRoot.ParentTree.Nums))
    reachable = {element.objgen for element in elements(pdf)}
    for page in pdf.pages:
        if page.get("/Tabs") != pikepdf.Name.S or "/StructParents" not in page:
            yield "page outside the structure"
            continue
        mine = owners[int(page.StructParents)]
        for mcid, operator, operands in _drawing(page):
            if mcid is None:
                yield f"{operator} outside the structure and not an artifact"
            elif mcid >= 0 and (mine[mcid] is None or mine[mcid].objgen not in reachable):
                yield f"content {mcid} is owned by nothing in the tree"
            if operator in TEXT_OPERATORS and _uses_glyph_zero(operands):
                yield "a character without a glyph"
        for annotation in page.get("/Annots", []):
            if "/StructParent" not in annotation or not str(annotation.get("/Contents", "")):
                yield "annotation without description or outside the structure"


def _about_the_fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for font in (item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)):
        if font.get("/Type") == pikepdf.Name.FontDescriptor and not {"/FontFile2", "/FontFile3"} & set(font.keys()):
            yield f"{font.FontName} is not embedded"
        if font.get("/Subtype") == pikepdf.Name.Type0 and "/ToUnicode" not in font:
            yield f"{font.BaseFont} cannot be read as text"


def _drawing(page: pikepdf.Page) -> Iterator[tuple[int | None, str, Any]]:
    """Each drawing of text or an image: the number of its marked content, -1 for an artifact, None for neither."""
    marks: list[int | None] = []
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name in {"BDC", "BMC"}:
            has_number = name == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]
            artifact = -1 if operands[0] == pikepdf.Name.Artifact else None
            marks.append(int(operands[1].MCID) if has_number else artifact)
        elif name == "EMC":
            marks.pop()
        elif name in DRAWN:
            yield next((mark for mark in reversed(marks) if mark is not None), None), name, operands


def _uses_glyph_zero(operands: Any) -> bool:
    strings = list(operands[0]) if isinstance(operands[0], pikepdf.Array) else list(operands)
    codes = b"".join(bytes(item) for item in strings if isinstance(item, pikepdf.String))
    return any(codes[at : at + 2] == b"\0\0" for at in range(0, len(codes), 2))


def _rows(table: Any) -> Iterator[list[Any]]:
    for part in _kids(table):
        if part.S in {pikepdf.Name.TR, pikepdf.Name.THead, pikepdf.Name.TBody}:
            for row in [part] if part.S == pikepdf.Name.TR else _kids(part):
                yield _kids(row)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _pairs(numbers: Any) -> Iterator[tuple[int, Any]]:
    flat = list(numbers)
    return zip((int(key) for key in flat[::2]), flat[1::2], strict=True)


def _marks(element: Any, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, int]]:
    here = (*above, str(element.S)[1:]) if "/S" in element else above
    for kid in _kids(element):
        if isinstance(kid, int):
            yield here, element.Pg.objgen, kid
        elif "/S" in kid:
            yield from _marks(kid, here)


def _words(content: bytes) -> dict[tuple[int, int], str]:
    """(page, number of marked content) -> text, as PDFium decodes it."""
    words: dict[tuple[int, int], str] = {}
    document = pypdfium2.PdfDocument(content)
    for number, page in enumerate(document):
        layer = page.get_textpage()
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            mcid = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
            size = pdfium.FPDFTextObj_GetText(item.raw, layer.raw, None, 0)
            letters = (c_ushort * (size // 2))()
            pdfium.FPDFTextObj_GetText(item.raw, layer.raw, letters, size)
            words[number, mcid] = words.get((number, mcid), "") + bytes(letters).decode("utf-16-le").rstrip("\0")
        layer.close()
        page.close()
    document.close()
    return words
