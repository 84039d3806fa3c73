from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from fulfillment.scan.scan import MEMBERS, safe_name, scan
from tests.fulfillment.artefacts import NAME, ROOT, kinds, pdf, zipped
from tests.fulfillment.payloads import PATHS, formulas

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
