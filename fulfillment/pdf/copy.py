"""The answer on paper, for the envelope of somebody without e-mail: printed from the package that was released.

No record is read from elsewhere, so that nothing is on paper that did not leave by the gate. It goes through the press
in parts, and every page says of which part it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import IO, Any, Final
from zipfile import ZipFile

from fulfillment.fulfil import answer
from fulfillment.fulfil.package import CONTENTS
from fulfillment.fulfil.tables import fields, rows_in
from fulfillment.pdf.documents import CopyPart, Entry, Section, Stated
from fulfillment.pdf.page import print_document
from requests_app.casefile.binding import bind
from requests_app.casefile.types import CaseSnapshot, PrintedCopy

RECORDS: Final = 100  # in one part: what the press holds at a time
MOST_PAGES: Final = 1000  # a ream of paper; more is no letter any more

Contents = Mapping[str, Any]


class TooLong(Exception):
    """The answer has more pages than are printed and posted."""


def print_copy(file: IO[bytes], case: CaseSnapshot, common: Mapping[str, Any]) -> PrintedCopy:
    """TooLong when it is no letter any more; RenderFailed as for any document."""
    printed: list[bytes] = []
    pages = sheets = 0
    with ZipFile(file) as package:
        for part in parts(package, case, common):
            one = print_document(part)
            pages, sheets = pages + one.pages, sheets + -(-one.pages // 2)
            if pages > MOST_PAGES:
                raise TooLong
            printed.append(one.pdf)
    name = f"{case.reference}-answer.pdf"
    return PrintedCopy(name=name, pdf=bind(printed, title=case.reference), pages=pages, sheets=sheets)


def parts(package: ZipFile, case: CaseSnapshot, common: Mapping[str, Any]) -> Iterator[CopyPart]:
    """In the order of the package. An answer of words is one part; so is one that found nothing."""
    if CONTENTS not in package.namelist():
        name = answer.NAMES[case.right]
        told = json.loads(package.read(f"{name}.json"))[name]
        yield CopyPart(**common, body=answer.body(case, case.right, told))
        return
    contents = json.loads(package.read(CONTENTS))["collections"]
    number = max(-(-sum(one["records"] for one in contents) // RECORDS), 1)
    entries = _entries(package, contents)
    for part in range(1, number + 1):
        taken = groupby(islice(entries, RECORDS), key=itemgetter(0))
        sections = tuple(_section(contents[place], [entry for _, entry in group]) for place, group in taken)
        yield CopyPart(**common, part=part, parts=number, sections=sections)


def _entries(package: ZipFile, contents: list[Contents]) -> Iterator[tuple[int, Entry]]:
    """Every record with the place of its collection in the contents; read row by row."""
    for place, one in enumerate(contents):
        said = json.loads(package.read(one["statements"])) if one["statements"] else {}
        with package.open(one["data"]) as lines:
            for number, row in enumerate(rows_in(lines), 1):
                stated = tuple(_stated(one) for one in said.get(str(number), ()))
                yield place, Entry(number=number, fields=tuple(fields(row)), statements=stated)


def _stated(one: Mapping[str, str]) -> Stated:
    return Stated(what=one["what"], text=one["text"], on=date.fromisoformat(one["on"]))


def _section(one: Contents, entries: list[Entry]) -> Section:
    return Section(source=one["source"], title=one["title"], entries=tuple(entries))
