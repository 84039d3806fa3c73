"""T19: a PDF that was handed in is kept without what acts, hides or fetches, and as it was where nothing does."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pytest_django import Settings

from requests_app.exceptions import NotValid
from requests_app.permissions import consumer
from requests_app.services import incoming, messages, sanitize
from requests_app.services.sanitize import AS_IT_WAS, CHANGED, REFUSED
from tests.factories import opened
from tests.hostile_pdfs import ACTING, MARK, WORDS, changed, elsewhere, opening, unreadable
from tests.requests_app.test_staff_pages import desk


def served(content: bytes) -> tuple[int, bytes]:
    """What the child would say, and hand back."""
    out = io.BytesIO()
    return sanitize.serve(io.BytesIO(content), out), out.getvalue()


def opened_up(content: bytes) -> bytes:
    """Every object of it, uncompressed."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return file.getvalue()


@pytest.mark.parametrize("name", ACTING)
def test_t19_it_takes_out_what_acts_and_leaves_what_is_read(name: str) -> None:
    hostile = changed(ACTING[name])
    assert MARK in opened_up(hostile)
    said, kept = served(hostile)
    assert said == CHANGED
    whole = opened_up(kept)
    assert MARK not in whole
    assert WORDS.encode() in whole
    assert served(kept) == (AS_IT_WAS, b"")


def test_t19_it_refuses_what_acts_where_nobody_can_take_it_out() -> None:
    assert served(changed(elsewhere)) == (REFUSED, b"")


def test_it_keeps_a_signed_form_and_a_link_byte_for_byte() -> None:
    def signed(document: pikepdf.Pdf) -> None:
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("Signature"), V=pikepdf.Dictionary())
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), SigFlags=3)
        document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])

    form = changed(signed, encryption=pikepdf.Encryption(user="", owner="x"))
    assert incoming.received("form.pdf", [form]).content == form


@pytest.mark.django_db
def test_t19_it_serves_to_staff_what_it_kept_and_knows_it_again(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    first, second = opened(), opened()
    hostile = changed(opening)
    rows = [
        messages.upload(case_id=case.id, by=consumer(case.id), name="permission.pdf", parts=[hostile])
        for case in (first, second)
    ]
    assert [row.is_repeated for row in rows] == [True, True]
    answer = desk().get(f"/staff/cases/{first.reference}/files/{rows[0].id}/")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(body) == rows[0].size
    assert MARK not in opened_up(body)
    assert answer["Content-Disposition"] == 'attachment; filename="permission.pdf"'
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")


def test_t19_it_says_what_to_do_instead() -> None:
    for name in ("password.pdf", "words.pdf"):
        with pytest.raises(NotValid, match="Save it again without a password, or send a photo of it") as refused:
            incoming.received(name, [unreadable()[name]])
        assert refused.value.field == "file"
