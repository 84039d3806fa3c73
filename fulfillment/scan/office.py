"""Reader of DOCX and XLSX: every story of the file, shown or not, and what makes it act."""

from __future__ import annotations

import posixpath
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from fulfillment.scan.report import Hit, Kind, Part, Reader

_LINES: Final = frozenset(
    {
        "p",
        "si",
        "c",
        "row",
        "comment",
        "tr",
        "tc",
        "br",
        "cr",
        "tab",
        "title",
        "creator",
        "lastModifiedBy",
        "description",
        "subject",
        "keywords",
    }
)
_ACTING: Final = (
    "vbaproject",
    "activex",
    "macrosheet",
    "customui",
    "embeddings/",
    "oleobject",
    "externallink",
    "connections.xml",
    "querytable",
)
_SHEET: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def office_part(name: str, data: bytes, place: str) -> Reader:
    """One member of the package; the archive reader walks them."""
    low = name.lower()
    if any(mark in low for mark in _ACTING):
        yield Hit(place, Kind.STRUCTURE, "macro, embedded object or outside data")
        return
    if not low.endswith((".xml", ".rels")):
        yield Hit(place, Kind.UNREADABLE, "picture or unknown part")
        return
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        yield Hit(place, Kind.UNREADABLE, "broken XML")
        return
    if root.getroottree().docinfo.doctype:
        yield Hit(place, Kind.STRUCTURE, "document type declaration")
        return
    if low.endswith(".rels"):
        yield from _relations(root, place)
        return
    if root.find(f".//{_SHEET}f") is not None and posixpath.basename(low).startswith("sheet"):
        yield Hit(place, Kind.FORMULA, "cell holds a formula")
    if any(True for tag in ("del", "ins", "moveFrom") for _ in root.iter(f"{_WORD}{tag}")):
        yield Hit(place, Kind.STRUCTURE, "tracked change")
    yield Part(place, _words(root))


def _relations(root: etree._Element, place: str) -> Reader:
    for relation in root:
        target = str(relation.get("Target", ""))
        if relation.get("TargetMode") == "External" and not str(relation.get("Type", "")).endswith("/hyperlink"):
            yield Hit(place, Kind.STRUCTURE, "outside reference")
        yield Part(place, target)


def _words(root: etree._Element) -> str:
    """Runs are glued inside a paragraph, since a name may be cut over several."""
    out: list[str] = []
    for node in root.iter():
        if not isinstance(node.tag, str):
            out.append(f"\n{node.text or ''}\n")
            continue
        tag = etree.QName(node).localname
        if tag in _LINES:
            out.append("\n")
        out += [
            f"\n{value}\n"
            for name, value in node.attrib.items()
            if etree.QName(name).localname in ("descr", "title", "val", "author", "name", "alt", "tooltip")
        ]
        out.append(node.text or "")
    return "".join(out)
