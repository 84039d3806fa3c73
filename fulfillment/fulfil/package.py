"""The access package: what we hold, readable by people and by machines, and how we looked for it.

Documents are set anew from their text; no byte of a source file is copied. The finished ZIP is read again by the
artefact scan before it may leave.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, Any, Final

from django.template.loader import render_to_string
from django.utils import translation

from fulfillment.fulfil.archive import Archive, Names
from fulfillment.fulfil.coverage import Coverage, coverage
from fulfillment.fulfil.released import Released, collections
from fulfillment.fulfil.tables import csv_parts, fields, json_parts
from fulfillment.redact.labels import Label, describe
from requests_app.casefile.types import CaseSnapshot

ROWS_ON_A_PAGE: Final = 250
CONTENTS: Final = "contents.json"


@dataclass(frozen=True, slots=True)
class Section:
    """One collection as the index lists it: its pages and its files."""

    released: Released
    name: str
    pages: tuple[str, ...]

    @property
    def json_name(self) -> str:
        return f"data/{self.name}.json"

    @property
    def csv_name(self) -> str:
        return f"data/{self.name}.csv"

    @property
    def statements_name(self) -> str:
        return f"data/{self.name}-statements.json" if self.released.statements else ""

    def told(self) -> dict[str, object]:
        """For programs: what people call it, and where its records are."""
        one = self.released
        return {
            "source": one.source_name,
            "title": one.title,
            "records": one.released,
            "data": self.json_name,
            "statements": self.statements_name,
        }


@dataclass(frozen=True, slots=True)
class Package:
    """What was written: per source the rows withheld whole and released, kinds withheld, strings taken out."""

    rows: Mapping[str, tuple[int, int]]
    kinds: Counter[Label]
    taken: frozenset[str]


def build(case: CaseSnapshot, file: IO[bytes]) -> Package:
    """Write the ZIP; the same case content gives the same bytes."""
    found = collections(case.id, case.language)
    archive = Archive(file)
    names = Names()
    with translation.override(case.language):
        sections = [_section(one, names.make(one.source_key, one.bare_name)) for one in found]
        kinds = sum((one.kinds for one in found), Counter[Label]())
        sources = coverage(case, found)
        archive.add("index.html", _index(case, sections, sources, kinds))
        archive.add("style.css", [render_to_string("package/style.css").encode()])
        archive.add(
            "coverage.json", [as_json({"request": case.reference, "sources": [asdict(one) for one in sources]})]
        )
        listed = [section.told() for section in sections]
        archive.add(CONTENTS, [as_json({"request": case.reference, "collections": listed})])
        for section in sections:
            _write(archive, section, case.language)
    members = [asdict(member) for member in archive.members]
    archive.add("manifest.json", [as_json({"request": case.reference, "files": members})])
    archive.close()
    return Package(_rows(found), kinds, frozenset().union(*(one.taken for one in found)))


def _section(one: Released, name: str) -> Section:
    pages = -(-one.released // ROWS_ON_A_PAGE)
    return Section(one, name, tuple(f"pages/{name}{f'-{n}' if n > 1 else ''}.html" for n in range(1, pages + 1)))


def _write(archive: Archive, section: Section, language: str) -> None:
    one = section.released
    archive.add(section.json_name, json_parts(one.rows()))
    archive.add(section.csv_name, csv_parts(one.headings, one.rows()))
    if one.statements:
        stated = {n + 1: [asdict(said) for said in all_said] for n, all_said in one.statements.items()}
        archive.add(section.statements_name, [as_json(stated)])
    rows = one.rows()
    for number, page in enumerate(section.pages, 1):
        first = (number - 1) * ROWS_ON_A_PAGE + 1
        found = enumerate(islice(rows, ROWS_ON_A_PAGE), first - 1)
        records = [(fields(row), one.statements.get(n, [])) for n, row in found]
        context = {
            "section": section,
            "records": records,
            "first": first,
            "number": number,
            "language": language,
            "up": "../" * page.count("/"),
        }
        archive.add(page, [render_to_string("package/records.html", context).encode("utf-8", "replace")])


def _index(
    case: CaseSnapshot, sections: Iterable[Section], sources: Iterable[Coverage], kinds: Counter[Label]
) -> list[bytes]:
    withheld = sorted((describe(label, case.language), count) for label, count in kinds.items())
    context = {"case": case, "sections": sections, "sources": sources, "withheld": withheld, "language": case.language}
    return [render_to_string("package/index.html", context).encode("utf-8", "replace")]


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode("utf-8", "replace") + b"\n"


def _rows(found: Iterable[Released]) -> dict[str, tuple[int, int]]:
    rows: dict[str, tuple[int, int]] = {}
    for one in found:
        withheld, released = rows.get(one.source_key, (0, 0))
        rows[one.source_key] = (withheld + one.withheld, released + one.released)
    return rows
