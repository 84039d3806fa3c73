"""T19 as far as the portal goes: files are read by content, kept opaque, and a huge one is refused in plain words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory, override_settings

from requests_app import uploads
from requests_app.forms import FileForm
from requests_app.models import Case, Evidence
from tests import bombs
from tests.pictures import picture
from tests.requests_app.portal_walk import CASE, Visitor

pytestmark = pytest.mark.django_db


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * 1_000_000)
    return buffer.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "picture.svg": SVG,
    "picture.png": SVG,
    "bomb.xml": BOMB,
    "bomb.txt": BOMB,
    "page.txt": b"<!doctype html><script>alert(1)</script>",
    "many.zip": zipped(*(f"{n}.txt" for n in range(50))),
    "bill.pdf": zipped("a.txt"),
    "macro.docx": zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "program.pdf": b"MZ\x90\x00" + b"\x00" * 200,
    "script.txt": b"#!/bin/sh\nrm -rf /\n",
    "bill.exe": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "bill": b"%PDF-1.7\n",
    "empty.pdf": b"",
    **bombs.corpus(),
    **bombs.unseen(),
}


@pytest.fixture
def ada(tmp_path: Path):
    with override_settings(UMBS_MEDIA_URL=f"file://{tmp_path}"):
        visitor = Visitor()
        visitor.follow(visitor.ask("access")[0])
        yield visitor


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_what_is_not_on_the_list(ada: Visitor, name: str, tmp_path: Path):
    page = ada.post(f"{CASE}file/", {"file": SimpleUploadedFile(name, REFUSED[name])})
    text = page.content.decode()
    assert page.status_code == 200
    assert 'href="#id_file"' in text
    assert Evidence.objects.count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "contents", "kind"),
    [
        ("bill.pdf", bombs.PDF, "application/pdf"),
        ("Brief an Sie (ü).TXT", "Grüße, und danke.\n".encode(), "text/plain"),
        ("photo.jpeg", picture("JPEG"), "image/jpeg"),
    ],
)
def test_it_keeps_what_is_on_the_list(ada: Visitor, name: str, contents: bytes, kind: str):
    page = ada.post(f"{CASE}file/", {"file": SimpleUploadedFile(name, contents)}, follow=True)
    assert "We have your file." in page.content.decode()
    assert Evidence.objects.get().content_type == kind


def test_it_takes_the_name_as_a_label_only(ada: Visitor, tmp_path: Path):
    hostile = SimpleUploadedFile("x.txt", b"It is me.")
    hostile.name = "..%2F..%2Fetc; rm -rf * <b>\u202e.txt"
    ada.post(f"{CASE}file/", {"file": hostile})
    kept = Evidence.objects.get()
    assert len(kept.blob) == 32
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [kept.blob]


def test_it_says_that_a_file_is_too_large(ada: Visitor, settings):
    settings.UMBS_UPLOAD_MAX_BYTES = 1000
    file = SimpleUploadedFile("bill.pdf", b"%PDF-1.7\n" + b"0" * (uploads.ROOM_FOR_FORM + 1000))
    page = ada.post(f"{CASE}file/", {"file": file})
    assert "This file is larger than 0 MB" in page.content.decode()
    assert Evidence.objects.count() == 0


def test_it_still_checks_where_the_form_came_from_when_the_file_is_too_large(settings):
    settings.UMBS_UPLOAD_MAX_BYTES = 1000
    stranger = Visitor(enforce_csrf_checks=True)
    file = SimpleUploadedFile("bill.pdf", b"0" * (uploads.ROOM_FOR_FORM + 2000))
    assert stranger.post(f"{CASE}file/", {"file": file}).status_code == 403


def test_it_drops_a_large_file_before_anything_keeps_it(settings):
    settings.UMBS_UPLOAD_MAX_BYTES = 1000
    file = SimpleUploadedFile("bill.pdf", b"0" * (uploads.ROOM_FOR_FORM + 2000))
    request = RequestFactory().post("/", {"file": file, "after": "the file"})
    assert uploads.is_too_large(request)
    assert request.POST["after"] == "the file"
    assert not request.FILES


def test_it_says_what_to_do_when_no_file_was_chosen(ada: Visitor):
    assert "Choose a file before you send it." in ada.post(f"{CASE}file/", {}).content.decode()
    assert not FileForm({}, {}).is_valid()
    assert Case.objects.count() == 1
