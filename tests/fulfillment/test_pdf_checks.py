"""A machine without the printing libraries says so at start, with the line to type."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest
from django.core.checks.registry import registry

from fulfillment.pdf import checks
from fulfillment.pdf.press import FONTS, ROOT


def test_it_is_content_with_this_machine() -> None:
    assert checks.printing_libraries_are_installed() == []


def test_it_is_asked_at_every_start() -> None:
    assert checks.printing_libraries_are_installed in registry.get_checks()


def test_it_names_the_missing_library_and_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LIBRARIES", {"libharfbuzz-subset0": ("no-such-library.so.0",)})
    [error] = checks.printing_libraries_are_installed()
    assert error.id == "umbs.E020"
    assert "libharfbuzz-subset0" in error.msg
    assert "apt-get install libharfbuzz-subset0" in str(error.hint)


@pytest.mark.slow
def test_the_press_room_does_not_open_without_harfbuzz_subset() -> None:
    program = "from fulfillment.pdf import render; render.harfbuzz_subset = None; render.main(60, 1024)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False, input=b"")
    assert done.returncode == 1
    assert b"libharfbuzz-subset0" in done.stdout


def test_the_fonts_are_the_recorded_ones() -> None:
    recorded = dict(reversed(line.split("  ")) for line in (FONTS.parent / "SHA256SUMS").read_text().splitlines())
    shipped = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.parent.glob("*.t[tx][ft]")}
    assert recorded == shipped
    assert {"OFL-PublicSans.txt", "LICENSE-DejaVu.txt"} <= set(recorded)


@pytest.mark.slow
def test_the_press_room_imports_neither_django_nor_the_rest_of_the_project() -> None:
    program = (
        "import sys; from fulfillment.pdf import render;"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('django', 'requests_app', 'umbs_privacy')"
        " or name.startswith('fulfillment')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert (
        done.stdout.strip() == "['fulfillment', 'fulfillment.pdf', 'fulfillment.pdf.finish', 'fulfillment.pdf.render']"
    )
