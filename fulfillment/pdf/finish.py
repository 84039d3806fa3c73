"""What WeasyPrint 70 leaves undone in the structure tree, so that a screen reader hears the page as it looks.

veraPDF passes without these; a reader does not: header cells lack a scope (and point to headers by ids that break when
a table is split), the running header and footer are tagged but hang outside the tree, and a table that goes over a
page becomes several tables. Called as WeasyPrint's `finisher`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf


def finish(document: Any, pdf: Any) -> None:
    tree = Tree(pdf)
    tree.scope_header_cells()
    for pieces in split_tables(document):
        tree.join([tree.ancestor(cell, "/Table") for cell in pieces])
    tree.set_aside_what_is_outside()


def split_tables(document: Any) -> Iterator[list[Any]]:
    """For each HTML table that goes over a page: the structure element of the first cell of each piece."""
    pieces: dict[Any, list[Any]] = {}
    for page in document.pages:
        for box in page._page_box.descendants():  # noqa: SLF001  # no public way to the boxes
            if getattr(box, "is_table_wrapper", False):
                cell = next((inner.mark for inner in box.descendants() if hasattr(inner, "mark")), None)
                if cell is not None:
                    pieces.setdefault(box.element, []).append(cell)
    return (cells for cells in pieces.values() if len(cells) > 1)


class Tree:
    """The structure tree of a document that is about to be written."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.root = self.get(pdf.catalog["StructTreeRoot"])

    def get(self, reference: Any) -> Any:
        return self.pdf.objects[_number(reference)]

    def ancestor(self, element: Any, kind: str) -> Any:
        while element["S"] != kind:
            element = self.get(element["P"])
        return element

    def scope_header_cells(self) -> None:
        for element in self.pdf.objects:
            if not isinstance(element, pydyf.Dictionary) or element.get("S") not in {"/TH", "/TD"}:
                continue
            element.pop("ID", None)
            element["A"].pop("Headers", None)
            if element["S"] == "/TH":
                group = self.get(self.get(element["P"])["P"])
                element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"

    def join(self, tables: list[Any]) -> None:
        """Make one table of the pieces; the repeated header rows stay on the page, outside the tree."""
        first, *others = tables
        for table in others:
            for reference in table["K"]:
                part = self.get(reference)
                if part["S"] != "/THead":
                    part["P"] = first.reference
                    first["K"].append(reference)
            self.get(table["P"])["K"].remove(table.reference)

    def reachable(self) -> set[int]:
        seen: set[int] = set()
        stack = list(self.root["K"])
        while stack:
            number = _number(stack.pop())
            if number not in seen:
                seen.add(number)
                kids = self.pdf.objects[number].get("K", ())
                stack.extend(kid for kid in kids if isinstance(kid, bytes | str))
        return seen

    def set_aside_what_is_outside(self) -> None:
        """Marked content that no element of the tree owns (running headers, repeated table heads): a page artifact."""
        inside = self.reachable()
        owners = self.get(self.root["ParentTree"])["Nums"]
        pages = [self.get(reference) for reference in self.pdf.page_references]
        for key, elements in zip(owners[::2], owners[1::2], strict=True):
            if not isinstance(elements, list):
                continue  # the owner of an annotation
            outside = {mcid for mcid, element in enumerate(elements) if _number(element) not in inside}
            for mcid in outside:
                elements[mcid] = b"null"
            stream = self.get(pages[key]["Contents"]).stream
            for place, operand in enumerate(stream):
                if isinstance(operand, pydyf.Dictionary) and operand.get("MCID") in outside:
                    stream[place - 1] = b"/Artifact"
                    stream[place] = pydyf.Dictionary({"Type": "/Pagination"})


def _number(reference: Any) -> int:
    return int(reference.split()[0])
