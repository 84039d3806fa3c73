"""An answer of words, not of records: one page to read, the same as JSON, and where we looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from fulfillment.fulfil.archive import Archive
from fulfillment.fulfil.coverage import coverage
from fulfillment.fulfil.package import Package, as_json
from requests_app.casefile.types import CaseSnapshot

NAMES: Mapping[str, str] = {"know_categories": "categories", "third_party_list": "third_parties"}


def body(case: CaseSnapshot, right: str, told: Sequence[Any]) -> SafeString:
    """What the page of the answer says, without its head, in the language of the case."""
    name = NAMES[right]
    with translation.override(case.language):
        context = {"told": told, "sources": coverage(case, []), "name": name}
        return render_to_string(f"package/_{name}.html", context)


def write(case: CaseSnapshot, file: IO[bytes], *, name: str, told: Sequence[dict[str, Any]]) -> Package:
    """Write the ZIP; the same case content gives the same bytes. No row is in it."""
    archive = Archive(file)
    with translation.override(case.language):
        sources = coverage(case, [])
        context = {"case": case, "told": told, "sources": sources, "name": name, "language": case.language}
        page = render_to_string(f"package/{name}.html", context)
        archive.add("index.html", [page.encode("utf-8", "replace")])
        archive.add("style.css", [render_to_string("package/style.css").encode()])
    archive.add(f"{name}.json", [as_json({"request": case.reference, name: told})])
    searched = [{"source": one.source, "searched": one.searched, "why_not": one.why_not} for one in sources]
    archive.add("coverage.json", [as_json({"request": case.reference, "sources": searched})])
    members = [asdict(member) for member in archive.members]
    archive.add("manifest.json", [as_json({"request": case.reference, "files": members})])
    archive.close()
    return Package({}, Counter(), frozenset())
