"""`scan`: the whole reading of one artefact, archives and attachments included. Fails closed."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final

from fulfillment.scan.mail import mail
from fulfillment.scan.never import never_disclosed
from fulfillment.scan.office import office_part
from fulfillment.scan.pdf import attachments, pdf
from fulfillment.scan.plain import csv_file, html_file, json_file, style, text
from fulfillment.scan.report import Hit, Kind, Part, Reader, Report
from fulfillment.scan.strings import Ours, Wanted

MEMBERS: Final = 5_000
MEMBER_BYTES: Final = 64 * 2**20
TOTAL_BYTES: Final = 512 * 2**20
RATIO: Final = 200
DEPTH: Final = 3
_NAME: Final = re.compile(r"[A-Za-z0-9._/-]+")
_PLAIN: Final[dict[str, Callable[[bytes, str], Reader]]] = {
    "txt": text, "md": text, "json": json_file, "csv": csv_file, "html": html_file, "htm": html_file, "css": style,
}  # fmt: skip
_OFFICE: Final = frozenset({"docx", "xlsx"})


def scan(
    artefact: Path | bytes | IO[bytes],
    filename: str,
    withheld: Iterable[str] = (),
    own_never: Iterable[str] = (),
    ours: Iterable[str] = (),
) -> Report:
    """Read an artefact to the last corner.

    `withheld` are the strings taken out for this case, `own_never` further values that must not leave (the requester's
    own never-disclose values). `ours` are references and digests that we wrote ourselves: random ones look like a
    password or an account number now and then. The report names places and classes, never a string.
    """
    wanted, never, plain = Wanted(withheld), Wanted(own_never), Ours(ours)
    hits: list[Hit] = []
    for find in _open(artefact, filename):
        if isinstance(find, Hit):
            hits.append(find)
            continue
        hits += [Hit(find.place, Kind.NEVER, label) for label in sorted(never_disclosed(plain.out_of(find.text)))]
        if wanted.found_in(find.text):
            hits.append(Hit(find.place, Kind.WITHHELD, "withheld in this case"))
        if never.found_in(find.text):
            hits.append(Hit(find.place, Kind.NEVER, "value known to the case"))
    never_disclosed.cache_clear()  # nothing of the artefact stays in memory
    return Report.of(hits, wanted.skipped + never.skipped)


def _open(artefact: Path | bytes | IO[bytes], filename: str) -> Reader:
    """A ZIP is read from where it lies; anything else fits into memory or is too big to be one of ours."""
    budget = _Budget()
    if isinstance(artefact, bytes):
        yield from _read(artefact, filename, filename, 0, budget)
    elif isinstance(artefact, Path):
        with artefact.open("rb") as file:
            yield from _open(file, filename)
    elif _kind(filename) == "zip":
        yield from _archive(artefact, "zip", filename, 0, budget)
    else:
        data = artefact.read(MEMBER_BYTES + 1)
        if len(data) > MEMBER_BYTES:
            yield Hit(filename, Kind.BOMB, "file too big to be read")
        else:
            yield from _read(data, filename, filename, 0, budget)


def _kind(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


class _Budget:
    """Bytes unpacked so far over all levels."""

    def __init__(self) -> None:
        self.spent = 0


def _read(data: bytes, name: str, place: str, depth: int, budget: _Budget) -> Reader:
    kind = _kind(name)
    if depth > DEPTH:
        yield Hit(place, Kind.BOMB, "nested too deep")
    elif kind == "pdf" and data.startswith(b"%PDF-"):
        yield from pdf(data, place)
        yield from _attached(data, place, depth, budget)
    elif kind == "zip" or kind in _OFFICE:
        yield from _archive(io.BytesIO(data), kind, place, depth, budget)
    elif kind == "eml":
        for find in mail(data, place):
            if isinstance(find, Part):
                yield find
            else:
                yield from _read(find[1], find[0], f"{place} > {_shown(find[0])}", depth + 1, budget)
    elif kind in _PLAIN and not data.startswith((b"%PDF-", b"PK\x03\x04")):
        yield from _PLAIN[kind](data, place)
    else:
        yield Hit(place, Kind.UNREADABLE, "unknown type, or a name that hides another type")


def _attached(data: bytes, place: str, depth: int, budget: _Budget) -> Reader:
    """Our own letters carry their content as JSON: that is read; any other attachment does not belong."""
    for name, content in attachments(data):
        if name.lower().endswith(".json"):
            yield from _read(content, name, f"{place} > {_shown(name)}", depth + 1, budget)
        else:
            yield Hit(place, Kind.STRUCTURE, "embedded file")


def _archive(file: IO[bytes], kind: str, place: str, depth: int, budget: _Budget) -> Reader:
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        yield Hit(place, Kind.UNREADABLE, "not an archive from its first byte")
        return
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        yield Hit(place, Kind.UNREADABLE, "broken archive")
        return
    with archive:
        members = archive.infolist()
        if len(members) > MEMBERS or sum(m.file_size for m in members) > TOTAL_BYTES - budget.spent:
            yield Hit(place, Kind.BOMB, "too many or too big members")
            return
        if len({m.filename.casefold() for m in members}) != len(members):
            yield Hit(place, Kind.NAME, "two members of one name")
        for member in members:
            yield from _member(archive, member, kind, place, depth, budget)


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, kind: str, place: str, depth: int, budget: _Budget
) -> Reader:
    name = member.filename
    where = f"{place} > {_shown(name)}"
    if not safe_name(name) and kind == "zip":
        yield Hit(where, Kind.NAME, "unsafe file name")
    if stat.S_ISLNK(member.external_attr >> 16):
        yield Hit(where, Kind.NAME, "symbolic link")
    if member.is_dir():
        return
    if member.flag_bits & 1:
        yield Hit(where, Kind.UNREADABLE, "encrypted member")
        return
    if member.file_size > MEMBER_BYTES or (
        member.file_size > 2**20 and member.file_size > RATIO * max(1, member.compress_size)
    ):
        yield Hit(where, Kind.BOMB, "member unpacks too big")
        return
    try:
        with archive.open(member) as opened:
            content = opened.read(MEMBER_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
        yield Hit(where, Kind.UNREADABLE, "broken member")
        return
    budget.spent += len(content)
    if len(content) > MEMBER_BYTES or budget.spent > TOTAL_BYTES:
        yield Hit(where, Kind.BOMB, "member unpacks too big")
    elif kind in _OFFICE:
        yield from office_part(name, content, where)
    else:
        yield from _read(content, name, where, depth + 1, budget)


def safe_name(name: str) -> bool:
    """Plain letters, relative, going nowhere up."""
    return _NAME.fullmatch(name) is not None and all(part.strip(".") for part in name.removesuffix("/").split("/"))


def _shown(name: str) -> str:
    """A member's name for the report; one that could carry data or control signs is not repeated."""
    return name if safe_name(name) else "member with unsafe name"
