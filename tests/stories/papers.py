"""What a consumer has in hand at the end, read as a stranger to the system would."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

import pypdfium2

from requests_app.ledger import chain
from requests_app.models import Case, Deliverable
from requests_app.vault import CaseVault, blobs
from tests.spanish import english_in
from tests.stories.consumer import Consumer


def has_it_in_hand(one: Consumer, case: Case, folder: Path) -> None:
    """The paper is there to be saved, the ledger holds together, and nobody was answered in another language."""
    assert case.language == one.language
    assert case.deliverables.filter(kind=Deliverable.Kind.RECORD).count() == 1
    assert list(chain.verify(case)) == []
    assert one.downloads_the_papers(folder)
    if one.language != "en":
        reads_nothing_in_english(one, folder)


def reads_nothing_in_english(one: Consumer, folder: Path) -> None:
    """Not on any page that was open, in any mail that came, or in any paper or answer that was saved in `folder`."""
    assert len(one.pages) >= 5
    assert one.letters()
    read = {f"page {number}": page for number, page in enumerate(one.pages)}
    read |= dict(zip((str(letter["Subject"]) for letter in one.letters()), one.words(), strict=True))
    read |= {paper.name: words_of(paper) for paper in folder.glob("*.pdf")}
    for saved in folder.glob("*.zip"):
        with zipfile.ZipFile(saved) as answer:
            read[saved.name] = answer.read("index.html").decode()
    told = {name: found for name, text in read.items() if (found := english_in(f"{name} {text}"))}
    assert told == {}


def record_of(case: Case) -> str:
    """The newest record of the case, without line breaks: a page may break a sentence anywhere."""
    record = case.deliverables.filter(kind=Deliverable.Kind.RECORD).latest("made_at")
    return re.sub(r"\s+", " ", words_of(kept(record)))


def kept(paper: Deliverable) -> bytes:
    return b"".join(blobs.read(CaseVault.of(paper.case_id), paper.blob))


def words_of(paper: Path | bytes) -> str:
    document = pypdfium2.PdfDocument(paper)
    return " ".join(page.get_textpage().get_text_range() for page in document)


def everything_in(copy: zipfile.ZipFile) -> str:
    """Without line breaks: a page may break a name anywhere."""
    told = " ".join(copy.read(name).decode("utf-8", errors="replace") for name in copy.namelist())
    return re.sub(r"\s+", " ", told)


def agrees_with_its_manifest(copy: zipfile.ZipFile) -> None:
    manifest = json.loads(copy.read("manifest.json"))
    sums = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    assert set(sums) == set(copy.namelist()) - {"manifest.json"}
    assert sums == {name: hashlib.sha256(copy.read(name)).hexdigest() for name in sums}
