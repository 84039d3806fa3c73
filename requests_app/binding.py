"""Binds printed papers into one PDF, each on a new sheet, so that a screen reader still hears them as they look.

pikepdf copies pages, but leaves the structure tree behind. Each paper's tree is hung into the tree of the whole, its
content found by the number of the page as before; a paper without one (none of ours) is bound as it is.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name


def bind(papers: Iterable[bytes], *, title: str) -> bytes:
    """For the printer: every paper begins on a new sheet, also where both sides are printed."""
    whole = pikepdf.new()
    tree = whole.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
    numbers: Any = Array()  # number of a page or an annotation, then the elements that own its content
    for content in papers:
        with pikepdf.open(io.BytesIO(content)) as paper:
            first = len(whole.pages)
            whole.pages.extend(paper.pages)
            if "/StructTreeRoot" in paper.Root:
                _hang_in(whole, paper, tree, numbers, first=first)
            if (len(whole.pages) - first) % 2:
                _, _, width, height = paper.pages[-1].mediabox
                whole.add_blank_page(page_size=(float(width), float(height)))
    tree.ParentTree = whole.make_indirect(Dictionary(Nums=numbers))
    whole.Root.StructTreeRoot = tree
    whole.Root.MarkInfo = Dictionary(Marked=True)
    whole.Root.Lang = pikepdf.String("en")  # of the title; each paper has its own
    whole.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with whole.open_metadata() as about:
        about["dc:title"] = title
    printed = io.BytesIO()
    whole.save(printed)
    return printed.getvalue()


def _hang_in(whole: pikepdf.Pdf, paper: pikepdf.Pdf, tree: Any, numbers: Any, *, first: int) -> None:
    """The elements go with their numbers counted on. Pages were copied before, so that elements point to the copies."""
    source: Any = paper.Root.StructTreeRoot
    copied: Any = whole.copy_foreign(source)
    counted_on = len(numbers) // 2
    for number, owners in zip(copied.ParentTree.Nums[::2], copied.ParentTree.Nums[1::2], strict=True):
        numbers.extend([int(number) + counted_on, owners])
    for page in list(whole.pages)[first:]:
        for marked, key in ((page.obj, "/StructParents"), *((one, "/StructParent") for one in page.get("/Annots", []))):
            if key in marked:
                marked[key] = int(marked[key]) + counted_on
    for element in copied.K if isinstance(copied.K, Array) else [copied.K]:
        element.P, element.Lang = tree, paper.Root.get("/Lang", pikepdf.String("en"))
        tree.K.append(element)
