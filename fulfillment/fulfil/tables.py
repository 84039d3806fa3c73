"""Rows as JSON and back, as CSV that no spreadsheet calculates, and as text for pages."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_LEADING: Final = " \u00a0\u200b\u200e\u200f\ufeff'\"`"
_WIDE: Final = str.maketrans("＝＋－＠", "=+-@")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FLUSH: Final = 64 * 1024


def plain(value: Any) -> str:
    """A value as text: nested ones as JSON, nothing as the empty text, control signs made visible."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _CONTROL.sub("\ufffd", text)


def cell(value: Any) -> str:
    """A value for CSV; one that a spreadsheet would calculate gets an apostrophe (OWASP, CSV injection)."""
    text = plain(value)
    start = text.translate(_WIDE).lstrip(_LEADING)
    return f"'{text}" if start.startswith(_FORMULA) or text.startswith(_FORMULA) else text


def json_parts(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A JSON array, one row a line."""
    yield b"["
    for number, row in enumerate(rows):
        line = json.dumps(row, ensure_ascii=False)
        yield f"{',' if number else ''}\n{line}".encode("utf-8", "replace")
    yield b"\n]\n"


def rows_in(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The rows of such an array again, one at a time."""
    for line in lines:
        if (row := line.strip().removesuffix(b",")) not in {b"[", b"]", b""}:
            yield json.loads(row)


def fields(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Headings and texts of one record; nested values are spread out, so that people can read them."""
    return [(plain(" ".join(parts)).replace("_", " "), plain(value)) for parts, value in _spread(row, ())]


def _spread(value: Any, parts: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _spread(inner, (*parts, str(name)))
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value, 1):
            yield from _spread(inner, (*parts, str(number)))
    else:
        yield parts, value


def csv_parts(headings: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """UTF-8 with its mark (so that Excel reads it as such), every cell quoted."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, quoting=csv.QUOTE_ALL)
    held.write("\ufeff")
    writer.writerow([cell(name) for name in headings])
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in headings])
        if held.tell() > _FLUSH:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()
