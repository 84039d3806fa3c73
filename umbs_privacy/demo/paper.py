"""Documents of the kinds that offices keep, byte for byte the same every time: PDF, Word, mail."""

from __future__ import annotations

import io
import textwrap
import zipfile
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import docx
import pikepdf

LINES_ON_A_PAGE = 48
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
OFFICE = ZoneInfo("America/Chicago")


def pdf(title: str, paragraphs: list[str]) -> bytes:
    """US Letter in Helvetica, as an accounting program prints it."""
    lines = [title, ""]
    for paragraph in paragraphs:
        lines += [*textwrap.wrap(paragraph, 88), ""]
    out = io.BytesIO()
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
        for start in range(0, len(lines), LINES_ON_A_PAGE):
            page = document.add_blank_page(page_size=(612, 792))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = document.make_stream(_page(lines[start : start + LINES_ON_A_PAGE]))
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _page(lines: list[str]) -> bytes:
    shown = (pikepdf.String(line).unparse() + b" Tj T*" for line in lines)
    return b"BT /F1 11 Tf 14 TL 64 728 Td\n" + b"\n".join(shown) + b"\nET"


def word(title: str, paragraphs: list[str]) -> bytes:
    document = docx.Document()
    document.add_heading(title, level=1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    written = io.BytesIO()
    document.save(written)
    return _without_clock(written)


def _without_clock(archive: io.BytesIO) -> bytes:
    """The same ZIP, each member dated 1980: python-docx stamps them with the time of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            target.writestr(zipfile.ZipInfo(member.filename, ZIP_EPOCH), source.read(member), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def mail(number: int, sender: str, recipient: str, subject: str, sent: datetime, paragraphs: list[str]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message["Date"] = format_datetime(sent.replace(tzinfo=OFFICE))
    message["Message-ID"] = f"<{number}@umbs.example>"
    message.set_content("\n\n".join(paragraphs) + "\n")
    return message.as_bytes()
