"""PDFs that act, hide or fetch, and PDFs that cost their reader dear, made here (T19)."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from umbs_privacy.demo import paper

WORDS = "I let Ben Tolliver act for me."
PLAIN = paper.pdf("Permission", [WORDS])
MARK = b"canary-7731"
SCRIPT = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{MARK.decode()}')"))
RUN = Dictionary(S=Name.Launch, F=String(MARK.decode()))


def changed(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    """The plain one with this done to it."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(PLAIN)) as document:
        change(document)
        document.save(file, **how)  # type: ignore[arg-type]
    return file.getvalue()


def annotation(subtype: str, **entries: object) -> Callable[[pikepdf.Pdf], None]:
    made = Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=Array([0, 0, 90, 90]), **entries)

    def add(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Annots = Array([made])

    return add


def embedded(document: pikepdf.Pdf) -> pikepdf.Object:
    return Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=document.make_stream(MARK)))


def opening(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = SCRIPT


def opening_in_a_chain(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.Named, N=Name.NextPage, Next=Array([RUN, SCRIPT]))


def named_script(document: pikepdf.Pdf) -> None:
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), SCRIPT])))


def page_script(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.AA = Dictionary(O=SCRIPT)


def bookmark(document: pikepdf.Pdf) -> None:
    item = document.make_indirect(Dictionary(Title=String("Look"), A=RUN))
    document.Root.Outlines = Dictionary(First=item, Last=item, Count=1)


def xfa_form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp>" + MARK + b"</xdp>"))


def field_script(document: pikepdf.Pdf) -> None:
    field = document.make_indirect(Dictionary(FT=Name.Tx, T=String("sum"), AA=Dictionary(C=SCRIPT)))
    document.Root.AcroForm = Dictionary(Fields=Array([field]))


def form_that_is_sent(document: pikepdf.Pdf) -> None:
    sending = Dictionary(S=Name.SubmitForm, F=String(MARK.decode()))
    annotation("Widget", FT=Name.Btn, T=String("send"), A=sending)(document)
    document.pages[0].obj.Annots[0] = document.make_indirect(document.pages[0].obj.Annots[0])
    document.Root.AcroForm = Dictionary(Fields=Array([document.pages[0].obj.Annots[0]]))


def attachment(document: pikepdf.Pdf) -> None:
    document.attachments["a.exe"] = MARK


def attached_to_a_page(document: pikepdf.Pdf) -> None:
    annotation("FileAttachment", FS=embedded(document))(document)


ACTING: dict[str, Callable[[pikepdf.Pdf], None]] = {
    **{one.__name__: one for one in (opening, opening_in_a_chain, named_script, page_script, bookmark, xfa_form)},
    **{one.__name__: one for one in (field_script, form_that_is_sent, attachment, attached_to_a_page)},
    "launching link": annotation("Link", A=RUN),
    "remote link": annotation("Link", A=Dictionary(S=Name.GoToR, F=String(MARK.decode()))),
    "rich media": annotation("RichMedia", RichMediaContent=Dictionary(Assets=String(MARK.decode()))),
}


def elsewhere(document: pikepdf.Pdf) -> None:
    """Where no reader of ours would look for it, and some other might."""
    document.Root.PieceInfo = Dictionary(Private=Array([Dictionary(A=RUN)]))


def many_objects() -> bytes:
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj 1 endobj\n" % number for number in range(1, 800_000))


def unpacking(size: int = 100_000_000) -> bytes:
    """A table of contents that unpacks to 100 MB."""
    head = b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\n"
    packed = zlib.compress(b"\0" * size)
    said = b"3 0 obj <</Type/XRef/W[1 4 2]/Size 9000000/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(
        packed
    )
    return head + said + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(head)


@cache
def unreadable() -> dict[str, bytes]:
    empty = io.BytesIO()
    pikepdf.new().save(empty)
    return {
        "password.pdf": changed(lambda _: None, encryption=pikepdf.Encryption(user="x", owner="x")),
        "words.pdf": b"%PDF-1.7\nI let Ben act for me.\n%%EOF",
        "no-pages.pdf": empty.getvalue(),
        "elsewhere.pdf": changed(elsewhere),
        "deep.pdf": b"%PDF-1.7\n1 0 obj " + b"[" * 1_000_000 + b" endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        "objects.pdf": many_objects(),
        "unpacking.pdf": unpacking(),
    }
