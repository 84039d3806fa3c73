"""What lies under static/vendor is exactly what was fetched: pinned, licensed, and small."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
FOLDERS = sorted(path for path in VENDOR.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_has_the_digest_it_was_fetched_with(folder: Path):
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    found = {f"./{path.relative_to(folder)}": path for path in folder.rglob("*") if path.is_file()}
    found.pop("./SHA256SUMS")
    assert set(listed) == set(found)
    for name, path in found.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == listed[name], name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_folder_says_its_version_and_licence(folder: Path):
    assert (folder / "VERSION").read_text().strip()
    assert list(folder.glob("LICENSE*"))


def test_the_script_pins_what_is_there():
    script = (VENDOR.parent.parent / "script" / "vendor-uswds").read_text()
    versions = dict(re.findall(r"^(USWDS|SASS|HTMX)=(\S+)$", script, re.MULTILINE))
    assert (
        VENDOR / "uswds" / "VERSION"
    ).read_text().strip() == f"{versions['USWDS']} (compiled with sass {versions['SASS']})"
    assert (VENDOR / "htmx" / "VERSION").read_text().strip() == versions["HTMX"]


def test_the_stylesheet_names_only_files_that_are_there():
    css = VENDOR / "uswds" / "css" / "uswds.min.css"
    named = {match.strip("\"'") for match in re.findall(r"url\(([^)]+)\)", css.read_text())} - {""}
    assert len(named) > 20
    assert [name for name in named if not (css.parent / name).is_file()] == []


def test_it_is_no_larger_than_it_needs_to_be():
    assert sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file()) < 3 * 1024 * 1024
