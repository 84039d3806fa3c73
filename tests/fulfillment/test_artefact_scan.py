from __future__ import annotations

import hashlib
import io
import json
import zipfile
from email.message import EmailMessage

import docx
import openpyxl
import pikepdf
import pytest

from fulfillment.pdf.press import Press
from fulfillment.pdf.render import name_in_letters
from fulfillment.redact.labels import Label, withheld
from fulfillment.scan.never import never_disclosed
from fulfillment.scan.report import Kind
from fulfillment.scan.scan import scan
from tests.fulfillment.artefacts import NAME, SSN, changed, kinds, pdf, saved, zipped
from tests.fulfillment.payloads import html

# A reference with "PW" in it, and a digest whose groups make an account number that checks: both were met.
UNLUCKY = "YEQZ-PW2M-G"
DIGEST = "fe604dd240222222c7f99c1ed99cd911f95bbf4d5b4c6962de9ee94b3ce4f33c"
GROUPED = " ".join(DIGEST[start : start + 4] for start in range(0, 64, 4))

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


@pytest.mark.parametrize(
    "text", [f"Reference {UNLUCKY}, file {UNLUCKY}.zip", GROUPED, GROUPED.replace(" bf4d ", "\nbf4d ")]
)
def test_it_passes_what_we_wrote_ourselves_however_unlucky(text: str) -> None:
    assert not scan(text.encode(), "a.txt").clean
    assert scan(text.encode(), "a.txt", ours=[UNLUCKY, DIGEST]).clean


def test_it_passes_the_identity_of_every_pdf_of_ours() -> None:
    """Both halves of /ID are digests in letters, and none of them may read like a secret."""
    digests = (hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(20_000))
    identities = (b"/ID [<" + digest.encode() + b"><" + digest[::-1].encode() + b">]" for digest in digests)
    assert [name for name in identities if never_disclosed(name_in_letters(name).decode().replace("><", "\n"))] == []


def test_it_takes_nothing_but_our_own_strings_out() -> None:
    text = f"Reference {UNLUCKY}; password {UNLUCKY}x9; SSN {SSN}"
    found = {hit.label for hit in scan(text.encode(), "a.txt", ours=[UNLUCKY]).hits}
    assert {Label.SSN, Label.PASSWORD} <= found


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
