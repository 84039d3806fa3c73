"""Small artefacts of every kind, clean or changed, for the tests of the scan."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf

from fulfillment.scan.report import Report

ROOT = Path(__file__).resolve().parents[2]
SSN = "521-44-9382"
NAME = "Maribel Banuelos"


def kinds(report: Report) -> set[str]:
    return {str(hit.kind) for hit in report.hits}


def zipped(members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def pdf(text: str = "Dear Ada, your balance is settled.") -> bytes:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(400, 400))
    font = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.obj.Contents = document.make_stream(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    return saved(document)


def saved(document: pikepdf.Pdf) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def changed(change: str) -> bytes:
    """A clean PDF with one thing added that does not belong."""
    document = pikepdf.open(io.BytesIO(pdf()))
    root, page = document.Root, document.pages[0].obj
    match change:
        case "open action":
            root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        case "additional actions":
            page.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("x")))
        case "annotation":
            note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Contents=pikepdf.String("hi"))
            page.Annots = pikepdf.Array([document.make_indirect(note)])
        case "form field":
            field = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx)
            page.Annots = pikepdf.Array([document.make_indirect(field)])
            root.AcroForm = pikepdf.Dictionary(Fields=page.Annots)
        case "embedded file":
            document.attachments["notes.txt"] = pikepdf.AttachedFileSpec(document, b"hello", filename="notes.txt")
        case "private application data":
            root.PieceInfo = pikepdf.Dictionary(X=pikepdf.Dictionary(Private=pikepdf.String("x")))
        case "launch action":
            link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link)
            link.A = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe"))
            page.Annots = pikepdf.Array([link])
    return saved(document)
