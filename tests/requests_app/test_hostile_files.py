"""T19 and T3: no hostile or empty file gets in by any door, and none costs more memory than a request may."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from PIL import ImageFile
from pytest_django import Settings

from requests_app.exceptions import NotValid
from requests_app.models import Case, CorrectionItem, Evidence
from requests_app.permissions import Role, consumer, staff
from requests_app.services import incoming, messages
from tests import bombs, hostile_pdfs
from tests.characters import user
from tests.factories import opened
from tests.pictures import picture

NAMES = [*bombs.corpus(), *bombs.unseen()]


@cache
def files() -> dict[str, bytes]:
    return bombs.corpus() | bombs.unseen()


@pytest.mark.parametrize("name", NAMES)
def test_t19_it_refuses_every_hostile_file_in_plain_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as whoever prints papers leaves it
    with pytest.raises(NotValid) as refused:
        incoming.received(name, [files()[name]])
    assert refused.value.field == "file"
    assert str(refused.value).endswith((".", "belongs to it."))
    assert ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("name", sorted(bombs.unseen()))
def test_t3_it_says_that_nothing_can_be_seen(name: str) -> None:
    with pytest.raises(NotValid, match=r"Nothing can be seen|cannot be opened|is empty"):
        incoming.received(name, [files()[name]])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("card.png", picture()),
        ("card.jpg", picture("JPEG", size=(4000, 3000))),
        ("Bill.PDF", bombs.PDF),
        ("note.txt", "Grüße".encode()),
    ],
)
def test_it_takes_what_people_send(name: str, content: bytes) -> None:
    assert incoming.received(name, [content[:3], content[3:]]).content == content


def by_the_person(case: Case, name: str, content: bytes) -> object:
    return messages.upload(case_id=case.id, by=consumer(case.id), name=name, parts=[content])


def by_staff(case: Case, name: str, content: bytes) -> object:
    return messages.upload(case_id=case.id, by=staff(user(Role.INTAKE)), name=name, parts=[content])


def to_the_file(purpose: Evidence.Purpose) -> Callable[[Case, str, bytes], object]:
    return lambda case, name, content: messages.keep(
        case, by=consumer(case.id), name=name, parts=[content], purpose=purpose
    )


DOORS: dict[str, Callable[[Case, str, bytes], object]] = {
    "portal": by_the_person,
    "staff": by_staff,
    **{str(purpose): to_the_file(purpose) for purpose in Evidence.Purpose},
}


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_t19_it_keeps_nothing_of_them_at_any_door(door: str, settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"
    case = opened()
    for name in ("42.zip", "huge.png", "pdf-and-zip.pdf", "laughs.svg", "macro.pdf", "white.png"):
        with pytest.raises(NotValid):
            DOORS[door](case, name, files()[name])
    assert not Evidence.objects.exists()
    assert not CorrectionItem.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


PROBE = """
import resource, sys, time
from pathlib import Path
import django
django.setup()
from requests_app.exceptions import NotValid
from requests_app.services import incoming
spent = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (spent + 120_000_000, resource.RLIM_INFINITY))
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
slowest = 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    began = cpu()
    try:
        incoming.received(path.name, [path.read_bytes()])
    except NotValid:
        slowest = max(slowest, cpu() - began)
        continue
    raise SystemExit(path.name)
own = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(max(int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), slowest)
"""


def test_t19_it_needs_less_memory_and_time_than_a_request_may(tmp_path: Path) -> None:
    """Every file in one process that may take 120 MB more than it had, or fails; 200 MB, 2.5 seconds for each."""
    every = files() | hostile_pdfs.unreadable() | {"large.txt": b"a" * 30_000_000}
    for name, content in every.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kilobytes, seconds = map(float, done.stdout.split())
    print(f"{len(every)} files: {kilobytes / 1024:.0f} MB, the slowest {seconds:.2f} s")
    assert kilobytes < 200 * 1024
    assert seconds < 2.5
