from __future__ import annotations

import email.message
import email.policy
import io
import json
import os
import time
import zipfile

import docx
import pikepdf
import pytest

from fulfillment.connectors.document_reader import DocumentReader
from fulfillment.connectors.documents import Part, UnreadableDocument, parts


def text_of(name: str, content: bytes) -> str:
    return "\n".join(part.text for part in parts(name, content))


def pdf(*pages: str, password: str = "") -> bytes:
    made, out = pikepdf.Pdf.new(), io.BytesIO()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for words in pages:
        page = made.add_blank_page()
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
        page.Contents = made.make_stream(f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode())
    made.save(out, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return out.getvalue()


def word() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = "Claim A-1001"
    document.add_paragraph("Dear Ada")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Balance", "12 dollars"
    document.add_paragraph("Regards")
    document.save(out)
    return out.getvalue()


def letter(body: str, subtype: str = "plain") -> email.message.EmailMessage:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "Ada <ada@example.org>", "desk@example.org", "Bill é"
    message.set_content(body, subtype=subtype)
    return message


def test_it_reads_every_page_of_a_pdf() -> None:
    assert text_of("a.PDF", pdf("Ada Quill", "second page")) == "Ada Quill\n\nsecond page"


def test_it_reads_a_word_document_in_order_with_tables_and_headers() -> None:
    assert text_of("a.docx", word()).split("\n") == ["Claim A-1001", "Dear Ada", "Balance\t12 dollars", "Regards"]


def test_it_reads_a_mail_with_its_headers_and_attachments() -> None:
    message = letter("Hello")
    message.add_attachment(pdf("account A-1001"), maintype="application", subtype="pdf", filename="bill.pdf")
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="run.exe")
    text = text_of("a.eml", message.as_bytes())
    assert text.startswith("From: Ada <ada@example.org>\nTo: desk@example.org\nSubject: Bill é\n\nHello")
    assert "Attachment: bill.pdf (application/pdf," in text
    assert "account A-1001" in text
    assert "[not read: this kind of document is not read" in text


def test_it_reads_what_a_reader_of_an_html_mail_sees() -> None:
    html = "<head><title>x</title><style>p{}</style></head><p>Hello&nbsp;<b>Ada</b></p><script>alert(1)</script><p>Bye"
    text = text_of("a.eml", letter(html, "html").as_bytes())
    assert text.endswith("Hello\xa0Ada\nBye")
    assert "alert" not in text


def test_it_stops_at_mail_inside_mail_inside_mail() -> None:
    message = letter("innermost")
    for _ in range(8):
        outer = letter("outer")
        outer.add_attachment(message.as_bytes(), maintype="application", subtype="x", filename="in.eml")
        message = outer
    text = text_of("a.eml", message.as_bytes())
    assert text.count("outer") == 4
    assert "innermost" not in text


def test_it_takes_a_table_row_by_row() -> None:
    found = list(parts("a.csv", "id;name\n1;Ada\n2;Ben;extra\n".encode("utf-16")))
    assert found == [
        Part("id: 1\nname: Ada", 1, {"id": "1", "name": "Ada"}),
        Part("id: 2\nname: Ben\ncolumn 3: extra", 2, {"id": "2", "name": "Ben", "column 3": "extra"}),
    ]


def test_it_takes_a_list_in_json_one_by_one_and_anything_else_whole() -> None:
    assert [(part.number, dict(part.cells)) for part in parts("a.json", b'[{"a": 1}, {"a": NaN}]')] == [
        (1, {"a": 1}),
        (2, {"a": "NaN"}),
    ]
    assert json.loads(text_of("a.json", b'{"a": [1, 2]}')) == {"a": [1, 2]}


def test_it_reads_old_encodings() -> None:
    assert text_of("a.txt", "Muñoz".encode("cp1252")) == "Muñoz"
    assert text_of("a.txt", "\ufeffMuñoz".encode()) == "Muñoz"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (201 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"%PDF-1.7 broken", "damaged or asks for a password"),
        ("a.pdf", pdf("secret", password="x"), "damaged or asks for a password"),
        ("a.pdf", pdf(""), "pictures of text only"),
        ("a.docx", b"PK\3\4 broken", "damaged or asks for a password"),
        ("a.docx", b"not a zip", "damaged or asks for a password"),
        ("a.docx", bomb(), "unpacks to more than 200 MB"),
        ("a.eml", b"\n\nno headers", "no headers"),
        ("a.json", b"{", "the JSON is damaged"),
        ("a.json", b"[" * 100_000, "the JSON is damaged"),
        ("a.csv", b'a,b\n"' + b"x" * 200_000, "the table is damaged"),
        ("a.txt", b"\0\1\2", "holds no text"),
        ("a.txt", b"x" * (2 * 1024 * 1024 + 1), "two million characters"),
        ("a.exe", b"MZ", "an analyst must look at it"),
        ("none", b"MZ", "an analyst must look at it"),
    ],
    ids=range(14),
)
def test_it_says_why_it_cannot_read_a_document(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        list(parts(name, content))


# --- in a process of its own -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_reads_many_documents_in_one_child() -> None:
    reader = DocumentReader(timeout=20)
    for number in range(20):
        assert [part.text for part in reader.parts("a.txt", f"text {number}".encode())] == [f"text {number}"]
    first = reader._child
    with pytest.raises(UnreadableDocument, match="damaged"):
        list(reader.parts("a.pdf", b"broken"))
    assert [part.number for part in reader.parts("a.csv", b"a\n1\n2\n")] == [1, 2]
    assert reader._child is first
    reader.close()
    reader.close()


@pytest.mark.slow
def test_it_gives_up_a_document_that_takes_too_long_and_reads_the_next() -> None:
    reader = DocumentReader(timeout=20)
    list(reader.parts("a.txt", b"warm"))
    reader.timeout = 0.05
    begun = time.monotonic()
    with pytest.raises(UnreadableDocument, match="too long or too much memory"):
        list(reader.parts("a.pdf", pdf(*["words " * 200] * 1_500)))
    assert time.monotonic() - begun < 5
    reader.timeout = 20
    assert [part.text for part in reader.parts("a.txt", b"next")] == ["next"]
    reader.close()


@pytest.mark.slow
def test_it_outlives_the_child() -> None:
    reader = DocumentReader(timeout=20)
    list(reader.parts("a.txt", b"warm"))
    assert reader._child is not None
    reader._child.kill()
    reader._child.wait()
    assert [part.text for part in reader.parts("a.txt", b"next")] == ["next"]
    reader.close()


@pytest.mark.slow
def test_it_gives_the_child_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UMBS_KEK", "hunter2")
    reader = DocumentReader(timeout=20)
    list(reader.parts("a.txt", b"warm"))
    assert reader._child is not None
    with open(f"/proc/{reader._child.pid}/environ", "rb") as environment:  # noqa: PTH123 - no path of the tree
        assert b"hunter2" not in environment.read()
    reader.close()
    assert os.environ["UMBS_KEK"] == "hunter2"


@pytest.mark.slow
def test_it_does_not_read_on_when_nobody_asks() -> None:
    """Closing in the middle of a table leaves nothing of it for the next document."""
    reader = DocumentReader(timeout=20)
    table = reader.parts("a.csv", b"a\n" + b"1\n" * 5_000)
    assert next(table).number == 1
    del table
    assert [part.text for part in reader.parts("a.txt", b"next")] == ["next"]
    reader.close()
