"""Hostile files, made here: none is kept in the repository, and none takes more than a moment to make (T19)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests.pictures import picture
from umbs_privacy.demo import paper

PDF = paper.pdf("Bill", ["For one visit."])
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><l>&j;</l>"
)
SVG_LAUGHS = LAUGHS.replace(b"<l>&j;</l>", b'<svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>')


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def nested(depth: int) -> bytes:
    """An archive in an archive, as 42.zip; the innermost would unpack to 10 MB."""
    packed = zipped(zeros=b"\0" * 10_000_000)
    for _ in range(depth):
        packed = zipped(**{f"lib{n}.zip": packed for n in range(4)})
    return packed


def quine() -> bytes:
    """An archive that says that it contains itself: its one member is as long as the whole, and begins like it."""
    packed = zipped(**{"r.zip": b"PK\x03\x04" * 100})
    return zipped(**{"r.zip": packed, "again.zip": packed})


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def huge_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """A few kilobytes that say that they are 50,000 by 50,000 dots."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")


def text_png() -> bytes:
    """A picture with a comment that unpacks to 100 MB."""
    whole = picture()
    comment = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 100_000_000))
    return whole[:33] + comment + whole[33:]


def document(*, macro: bool = False, laughs: bool = False) -> bytes:
    members = {"[Content_Types].xml": b"<Types/>", "word__document.xml": LAUGHS if laughs else b"<w/>"}
    return zipped(**members, **({"word__vbaProject.bin": b"\xd0\xcf\x11\xe0"} if macro else {}))


def word(document: bytes) -> bytes:
    """A Word file whose main part is this XML."""
    with_text, file = io.BytesIO(paper.word("Letter", ["Text."])), io.BytesIO()
    with zipfile.ZipFile(with_text) as whole, zipfile.ZipFile(file, "w") as made:
        for name in whole.namelist():
            made.writestr(name, document if name == "word/document.xml" else whole.read(name))
    return file.getvalue()


def corpus() -> dict[str, bytes]:
    """By a name with the ending under which each would try to get in."""
    archive = zipped(a=b"text")
    return {
        "42.zip": nested(3),
        "entries.zip": zipped(**{f"{n}.txt": b"" for n in range(10_000)}),
        "quine.zip": quine(),
        "entries.pdf": zipped(**{f"{n}.txt": b"" for n in range(10_000)}),
        "huge.png": huge_png(),
        "huge-gray.png": huge_png(20_000, 20_000),
        "comment.png": text_png(),
        "laughs.svg": SVG_LAUGHS,
        "laughs.png": SVG_LAUGHS,
        "laughs.txt": LAUGHS,
        "laughs.docx": document(laughs=True),
        "macro.docm": document(macro=True),
        "macro.pdf": document(macro=True),
        "old-macro.pdf": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "pdf-and-zip.pdf": PDF + archive,
        "png-and-zip.png": picture() + archive,
        "jpeg-and-zip.jpg": picture("JPEG") + archive,
        "zip-and-pdf.pdf": archive + PDF,
        "late.pdf": b"MZ" + b"\0" * 100 + PDF,
        "gif-and-script.gif": b"GIF89a/*\x08\x00\x80\x00\x00*/=1;alert(1);//" + b"\0" * 20,
        "gif-and-script.png": b"GIF89a/*\x08\x00\x80\x00\x00*/=1;alert(1);//" + b"\0" * 20,
        "script.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    }


def unseen() -> dict[str, bytes]:
    """Pictures that prove nothing (T3)."""
    return {
        "dot.png": picture(size=(1, 1), blank=True),
        "white.png": picture(size=(800, 600), blank=True),
        "white.jpg": picture("JPEG", size=(800, 600), blank=True),
        "strip.png": picture(size=(2000, 12)),
        "cut.png": picture(size=(800, 600))[:300],
        "head.jpg": picture("JPEG")[:60],
        "zeros.txt": b"\0" * 1000,
        "spaces.txt": b" \n\t" * 100,
    }
