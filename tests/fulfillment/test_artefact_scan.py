from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pytest

from fulfillment.pdf.press import Press
from fulfillment.redact.labels import Label, withheld
from fulfillment.scan.report import Kind, Report
from fulfillment.scan.scan import MEMBERS, safe_name, scan
from tests.fulfillment.payloads import PATHS, formulas, html

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


# --- what passes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"Claim 4471920038 paid $1,204.50 on 2026-01-30; call 800-555-0199"),
        ("a.json", json.dumps({"status": "open", "account_number": "PA-104482", "id": 88210}).encode()),
        ("a.csv", b'"name","amount"\r\n"Ada","12.50"\r\n'),
        (
            "a.html",
            b'<!DOCTYPE html><html lang="en"><link rel="stylesheet" href="../style.css"><p><a href="x/y.html#a">go</a>',
        ),
        ("a.css", b"p { color: #000; }"),
        ("a.zip", zipped({"index.html": b"<p>hello", "data/a.json": b"[]"})),
        ("a.pdf", pdf()),
    ],
)
def test_it_passes_what_is_clean(name: str, content: bytes) -> None:
    assert scan(content, name, withheld=[NAME]).hits == ()


def test_it_passes_placeholders_of_every_kind() -> None:
    text = "\n".join(f"{label}: {withheld(label, lang)}" for label in Label for lang in ("en", "es"))

    assert scan(text.encode(), "a.txt").clean


def test_it_passes_a_letter_of_our_own_press() -> None:
    press = Press()
    printed = press.print("<html lang=en><title>Letter</title><h1>Letter</h1><p>Dear Ada, call 800-555-0199</p>")
    press.close()

    assert scan(printed.pdf, "letter.pdf", withheld=[NAME]).hits == ()


# --- never disclosed ---------------------------------------------------------------------------------------------


def with_info(text: str) -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    document.docinfo["/Subject"] = text
    return saved(document)


def with_xmp(text: str) -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    with document.open_metadata() as meta:
        meta["dc:description"] = text
    return saved(document)


def with_json(text: str) -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    content = json.dumps({"note": text}).encode()
    document.attachments["case.json"] = pikepdf.AttachedFileSpec(document, content, filename="case.json")
    return saved(document)


def word(text: str, *, split: bool = False, header: str = "", author: str = "") -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for run in [text[:7], text[7:]] if split else [text]:
        paragraph.add_run(run)
    document.sections[0].header.paragraphs[0].text = header
    document.core_properties.author = author
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as archive:
        kept = {n: archive.read(n) for n in archive.namelist() if not n.endswith((".jpeg", ".jpg"))}
    return zipped(kept)


def workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["note", text])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def letter(text: str, *, html: bool = False, attached: str = "") -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Hello", "a@example.org", "b@example.org"
    message.set_content("plain")
    if html:
        message.add_alternative(f"<!DOCTYPE html><p>{text}</p>", subtype="html")
    else:
        message.set_content(text)
    if attached:
        message.add_attachment(attached.encode(), maintype="text", subtype="plain", filename="notes.txt")
    return message.as_bytes()


CARRIERS = {
    "note.txt": lambda text: text.encode(),
    "note.json": lambda text: json.dumps({"rows": [{"note": text}]}).encode(),
    "note.csv": lambda text: f'"note"\r\n"{text}"\r\n'.encode(),
    "note.html": lambda text: f"<!DOCTYPE html><p hidden>{text}</p>".encode(),
    "comment.html": lambda text: f"<!DOCTYPE html><!-- {text} -->".encode(),
    "attribute.html": lambda text: f'<!DOCTYPE html><p title="{text}">x'.encode(),
    "page.pdf": pdf,
    "info.pdf": with_info,
    "xmp.pdf": with_xmp,
    "attached.pdf": with_json,
    "letter.docx": word,
    "split.docx": lambda text: word(text, split=True),
    "header.docx": lambda text: word("x", header=text),
    "author.docx": lambda text: word("x", author=text),
    "sheet.xlsx": workbook,
    "mail.eml": letter,
    "mail-html.eml": lambda text: letter(text, html=True),
    "mail-attached.eml": lambda text: letter("see attached", attached=text),
    "pack.zip": lambda text: zipped({"data/note.txt": text.encode()}),
    "nested.zip": lambda text: zipped({"inner.zip": zipped({"note.txt": text.encode()})}),
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_it_finds_a_never_disclosed_number_in(carrier: str) -> None:
    report = scan(CARRIERS[carrier](f"SSN {SSN} on file"), carrier)

    assert [(h.kind, h.label) for h in report.hits if h.kind is Kind.NEVER] == [(Kind.NEVER, "SSN")]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_it_finds_a_withheld_string_in(carrier: str) -> None:
    report = scan(CARRIERS[carrier](f"we spoke to {NAME} then"), carrier, withheld=["maribel  BANUELOS"])

    assert {h.kind for h in report.hits} == {Kind.WITHHELD}


@pytest.mark.parametrize(
    "written",
    ["MARIBEL BANUELOS", "Maribel\u00a0Banuelos", "maribel-banuelos", "Maribel\nBanuelos", "ＭＡＲＩＢＥＬ Banuelos"],
)
def test_it_finds_a_withheld_string_however_it_is_written(written: str) -> None:
    assert not scan(f"x {written} y".encode(), "a.txt", withheld=[NAME]).clean


def test_it_does_not_find_a_short_string_inside_another_word() -> None:
    assert scan(b"the prosecutor proposed", "a.txt", withheld=["rose"]).clean
    assert not scan(b"then Rose paid", "a.txt", withheld=["rose"]).clean


def test_it_finds_a_number_that_was_grouped_anew() -> None:
    assert not scan(b"see 5214 49382 there", "a.txt", withheld=[SSN]).clean
    assert not scan(b"acct521449382", "a.txt", withheld=[SSN]).clean


def test_it_finds_values_that_the_case_knows_to_be_never_disclosed() -> None:
    report = scan(b"the word is bluehorse77 here", "a.txt", own_never=["bluehorse77"])

    assert [(h.kind, h.label) for h in report.hits] == [(Kind.NEVER, "value known to the case")]


def test_it_says_how_many_strings_were_too_short_to_search_for() -> None:
    assert scan(b"al", "a.txt", withheld=["al", "bo", "Maribel"]).skipped == 2


def test_it_names_a_bare_number_by_its_key_or_heading() -> None:
    assert not scan(b'{"ssn": "521449382"}', "a.json").clean
    assert not scan(b'"ssn","x"\r\n"521449382","1"\r\n', "a.csv").clean
    assert not scan(b"<table><tr><th>SSN</th><td>521449382</td></tr></table>", "a.html").clean


def test_it_never_repeats_what_it_found() -> None:
    report = scan(zipped({f"{SSN}.txt": f"{NAME} SSN {SSN}".encode()}), "a.zip", withheld=[NAME, SSN])

    assert report.hits
    assert NAME not in repr(report)
    assert SSN.replace("-", "") not in repr(report).replace("-", "") or SSN in f"{SSN}.txt"


# --- structures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "open action",
        "additional actions",
        "annotation",
        "form field",
        "embedded file",
        "private application data",
        "launch action",
    ],
)
def test_it_stops_a_pdf_with_an(change: str) -> None:
    assert (Kind.STRUCTURE, change) in {(h.kind, h.label) for h in scan(changed(change), "a.pdf").hits}


def test_it_stops_a_pdf_with_an_earlier_revision() -> None:
    first = pdf()
    later = first + b"\n9 0 obj\n<< /X 1 >>\nendobj\nxref\n0 0\ntrailer\n<< /Size 1 >>\nstartxref\n0\n%%EOF\n"

    assert not scan(later, "a.pdf").clean


def test_it_stops_an_encrypted_pdf() -> None:
    file = io.BytesIO()
    pikepdf.open(io.BytesIO(pdf())).save(file, encryption=pikepdf.Encryption(owner="x", user=""))

    assert kinds(scan(file.getvalue(), "a.pdf")) == {"unreadable"}


@pytest.mark.parametrize("payload", list(html()), ids=lambda _: "html")
def test_it_stops_a_page_with_active_content(payload: str) -> None:
    report = scan(f"<!DOCTYPE html><div>{payload}</div>".encode(), "a.html")
    harmless = payload.startswith(("&lt;", "<link rel=stylesheet href=java\t"))  # as a browser reads them

    assert report.clean if harmless else "active-content" in kinds(report)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_it_stops_a_table_whose_cell_starts_a_formula(sign: str) -> None:
    assert kinds(scan(f'"a"\r\n"{sign}1+1"\r\n'.encode(), "a.csv")) == {"formula"}
    assert kinds(scan(f'"{sign}a"\r\n"1"\r\n'.encode(), "a.csv")) == {"formula"}


def test_it_stops_a_workbook_with_a_formula() -> None:
    assert kinds(scan(workbook("=1+1"), "a.xlsx")) == {"formula"}


def test_it_stops_a_document_with_macros_outside_references_or_tracked_changes() -> None:
    with zipfile.ZipFile(io.BytesIO(word("x"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rels = parts["word/_rels/document.xml.rels"]
    outside = b'<Relationship Id="r9" Type="x/attachedTemplate" Target="http://evil.test" TargetMode="External"/></Rel'
    body = parts["word/document.xml"]

    changes = (
        {"word/vbaProject.bin": b"x"},
        {"word/_rels/document.xml.rels": rels.replace(b"</Rel", outside)},
        {"word/document.xml": body.replace(b"<w:body>", b"<w:body><w:del/>")},
        {"word/document.xml": b"<!DOCTYPE x><x/>"},
    )

    assert scan(zipped(parts), "a.docx").clean
    assert [kinds(scan(zipped(parts | change), "a.docx")) for change in changes] == [{"forbidden-structure"}] * 4


@pytest.mark.parametrize("css", ["p{background:url(x)}", "@import 'x'", "p{width:expression(1)}", "p{behavior:url(x)}"])
def test_it_stops_a_style_sheet_that_fetches_or_acts(css: str) -> None:
    assert kinds(scan(css.encode(), "a.css")) == {"active-content"}


# --- archives ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PATHS)
def test_it_stops_an_archive_with_an_unsafe_name(name: str) -> None:
    if safe_name(name):
        assert name == "CON"  # a device on Windows, where an archiver renames it
        return
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("placeholder.txt"), b"x")
        archive.filelist[0].filename = name

    assert "bad-name" in kinds(scan(file.getvalue(), "a.zip")) or "unreadable" in kinds(scan(file.getvalue(), "a.zip"))


def test_it_stops_a_symbolic_link() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, b"/etc/passwd")

    assert kinds(scan(file.getvalue(), "a.zip")) == {"bad-name"}


def test_it_stops_two_members_of_one_name() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", b"x")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", b"y")

    assert kinds(scan(file.getvalue(), "a.zip")) == {"bad-name"}


@pytest.mark.parametrize("bomb", ["zeros", "many", "nested", "declared"])
def test_it_refuses_a_bomb_quickly(bomb: str) -> None:
    match bomb:
        case "zeros":
            content = zipped({"a.txt": b"0" * (50 * 2**20)})
        case "many":
            content = zipped({f"{n}.txt": b"" for n in range(MEMBERS + 1)})
        case "nested":
            content = zipped({"a.txt": b"x"})
            for _ in range(6):
                content = zipped({"a.zip": content})
        case _:
            plain = zipped({"a.txt": b"0" * 10}, compression=zipfile.ZIP_STORED)
            at = plain.rindex(b"PK\x01\x02") + 24
            content = plain[:at] + (2**31).to_bytes(4, "little") + plain[at + 4 :]
    began = time.process_time()
    report = scan(content, "a.zip")

    assert "too-big" in kinds(report)
    assert time.process_time() - began < 2


# --- it fails closed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("noname", b"text"),
        ("a.png", b"\x89PNG"),
        ("a.pdf", b"not a pdf"),
        ("a.pdf", b"%PDF-1.7 broken"),
        ("a.txt", pdf()),
        ("a.txt", b"\xff\xfe\xff\x00\xd8"),
        ("a.txt", b"nul\x00byte"),
        ("a.json", b"{broken"),
        ("a.json", b"[" * 100_000),
        ("a.json", b"1" * 5000),
        ("a.csv", b'"a"b"'),
        ("a.zip", b"PK\x03\x04 broken"),
        ("a.zip", b"#!/bin/sh\n" + zipped({"a.txt": b"x"})),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.eml", b"Content-Type: image/png\n\nxx"),
    ],
)
def test_it_stops_what_it_cannot_read(name: str, content: bytes) -> None:
    assert kinds(scan(content, name)) & {"unreadable", "too-big"}


def test_it_stops_an_encrypted_member() -> None:
    content = bytearray(zipped({"a.txt": b"x"}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1

    assert kinds(scan(bytes(content), "a.zip")) == {"unreadable"}


# --- the command -------------------------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "artefact_scan", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_exits_by_what_it_found(tmp_path: Path) -> None:
    clean, dirty, words = tmp_path / "clean.txt", tmp_path / "dirty.txt", tmp_path / "withheld"
    clean.write_text("nothing")
    dirty.write_text(f"{NAME} called")
    words.write_text(f"{NAME}\n\nBo\n")

    good = run(str(clean), "--withheld", str(words))
    bad = run(str(clean), str(dirty), "--withheld", str(words), "--json")
    gone = run(str(tmp_path / "gone.txt"))

    assert good.returncode == 0
    assert "clean (1 withheld string(s) shorter than 4" in good.stdout
    assert bad.returncode == 1
    answer = json.loads(bad.stdout)
    assert [f["clean"] for f in answer["files"]] == [True, False]
    assert answer["files"][1]["hits"] == [
        {"place": "dirty.txt", "kind": "withheld-string", "label": "withheld in this case"}
    ]
    assert NAME not in bad.stdout
    assert gone.returncode == 1
    assert run(str(clean), "--withheld", str(tmp_path / "none")).returncode == 1


def test_it_stops_every_formula_of_the_corpus() -> None:
    plain = [f for f in formulas() if f[0] in "=+-@\t\r"]

    assert len(plain) > 40
    for formula in plain:
        cell = formula.replace('"', '""')
        assert "formula" in kinds(scan(f'"a"\r\n"{cell}"\r\n'.encode(), "a.csv")), formula
