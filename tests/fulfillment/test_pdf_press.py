"""The press prints what it is given and nothing that it asks for (T18), and no page can harm it (F20)."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from fulfillment.pdf import press as press_module
from fulfillment.pdf import render
from fulfillment.pdf.press import Press, RenderFailed
from tests.fulfillment import reading

CANARY = "CANARY-5521"
SVG = "http://www.w3.org/2000/svg"
PAGE = "<html lang=en><title>Page</title><h1>Page</h1><p>Text</p>"


class Trap:
    """A listener on loopback; the kernel keeps whoever connects waiting in line until we count."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0)
        self.port = self.server.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"

    @property
    def visits(self) -> int:
        count = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                self.server.accept()[0].close()
                count += 1
        return count


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.server.close()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    return secret


@pytest.fixture(scope="module")
def room() -> render.PressRoom:
    return render.PressRoom()


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    press = Press()
    yield press
    press.close()


HOSTILE = {
    "image from a file": '<img alt=x src="{file}">',
    "image from the web": '<img alt=x src="{web}">',
    "image without a scheme": '<base href="{web}"><img alt=x src="//127.0.0.1/">',
    "image as data": '<img alt=x src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>">',
    "image in an SVG": '<svg xmlns="{svg}"><title>x</title><image href="{web}" width="9" height="9"/></svg>',
    "shape used by an SVG": '<svg xmlns="{svg}"><title>x</title><use href="{web}#a"/></svg>',
    "stylesheet link": '<link rel=stylesheet href="{web}">',
    "import from the web": '<style>@import "{web}";</style>',
    "import from a file": '<style>@import "{file}";</style>',
    "font from the web": '<style>@font-face{{font-family:x;src:url("{web}")}}p{{font-family:x}}</style><p>x',
    "font from a file": '<style>@font-face{{font-family:x;src:url("{file}")}}p{{font-family:x}}</style><p>x',
    "background": '<div style="background:url({web})">x</div>',
    "border image": '<div style="border:9px solid;border-image:url({web}) 9">x</div>',
    "list bullet": '<ul style="list-style-image:url({web})"><li>x</ul>',
    "generated content": '<style>p::before{{content:url("{file}")}}</style><p>x',
    "colour profile": '<style>@color-profile --x{{src:url("{file}")}}</style><p style="color:color(--x 1 0 0)">x',
    "attachment by link": '<link rel=attachment href="{file}">',
    "attachment from the web": '<link rel=attachment href="{web}">',
    "attachment by anchor": '<p><a rel=attachment href="{file}">x</a>',
    "object": '<object data="{file}">x</object>',
    "embed": '<embed src="{web}">',
    "frame": '<iframe src="{file}">x</iframe>',
    "script": "<script>fetch('{web}')</script><p>x",
    "refresh": '<meta http-equiv=refresh content="0;url={web}"><p>x',
}


def attempt(printer: Press | render.PressRoom, html: str) -> bytes | None:
    """The PDF, or None when the page was refused."""
    try:
        if isinstance(printer, Press):
            return printer.print(html).pdf
        pages, content = printer.print(html.encode())
    except (RenderFailed, render.Refused):
        return None
    return content if pages else None


def test_it_hears_a_visit_to_the_trap(trap: Trap) -> None:
    socket.create_connection(("127.0.0.1", trap.port)).close()
    assert trap.visits == 1


@pytest.mark.parametrize("vector", HOSTILE)
def test_t18_it_fetches_and_embeds_nothing(vector: str, press: Press, trap: Trap, canary: Path) -> None:
    html = PAGE + HOSTILE[vector].format(web=trap.address, file=canary.as_uri(), svg=SVG)
    pdf = attempt(press, html)
    assert trap.visits == 0
    assert pdf is None or harmless(pdf)


@pytest.mark.parametrize("vector", HOSTILE)
def test_t18_the_shelf_alone_is_enough_where_the_network_cannot_be_left(
    vector: str, room: render.PressRoom, trap: Trap, canary: Path
) -> None:
    html = PAGE + HOSTILE[vector].format(web=trap.address, file=canary.as_uri(), svg=SVG)
    pdf = attempt(room, html)
    assert trap.visits == 0
    assert pdf is None or harmless(pdf)


def harmless(pdf: bytes) -> bool:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        kinds = {str(item.get("/Type", "")) for item in opened.objects if isinstance(item, pikepdf.Dictionary)}
    return "/EmbeddedFile" not in kinds and "/Filespec" not in kinds and CANARY not in reading.text(pdf)


@pytest.mark.slow
def test_t18_python_itself_refuses_a_socket_in_the_press_room(trap: Trap) -> None:
    visit = f"import socket; socket.create_connection(('127.0.0.1', {trap.port}))"
    refused = run_in_press_room(visit)
    assert b"Refused" in refused.stderr
    assert trap.visits == 0


@pytest.mark.slow
def test_t18_a_program_started_from_the_press_room_has_no_network(trap: Trap) -> None:
    visit = f"import socket; socket.create_connection(('127.0.0.1', {trap.port}))"
    run_in_press_room(f"import os, sys; os.execv(sys.executable, [sys.executable, '-c', {visit!r}])")
    permitted = subprocess.run(["unshare", "--user", "--net", "true"], check=False, capture_output=True).returncode == 0
    assert trap.visits == (0 if permitted else 1)


def run_in_press_room(code: str) -> subprocess.CompletedProcess[bytes]:
    program = f"from fulfillment.pdf import render; render.leave_the_network(); {code}"
    return subprocess.run([sys.executable, "-c", program], cwd=press_module.ROOT, capture_output=True, check=False)


@pytest.mark.slow
def test_t18_the_child_knows_no_secret(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", CANARY)
    other = Press()
    other.print(PAGE)
    assert other._child is not None
    environment = Path(f"/proc/{other._child.pid}/environ").read_bytes()
    other.close()
    assert CANARY.encode() not in environment
    assert {name.split(b"=")[0] for name in environment.split(b"\0") if name} <= {
        b"FONTCONFIG_FILE",
        b"LC_ALL",
        *(name.encode() for name in press_module.LIBRARY_PATHS),
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bomb", "limits"),
    [
        ("<div style='display:flex'>" * 14 + "x", {"seconds": 4}),
        ("<p>" + "x" * 30_000_000, {"megabytes": 300}),
    ],
    ids=["time", "memory"],
)
def test_t18_a_bomb_is_stopped_and_the_next_page_is_printed(bomb: str, limits: dict[str, int]) -> None:
    press = Press(**limits)
    with pytest.raises(RenderFailed, match=r"time|memory"):
        press.print(PAGE + bomb)
    printed = press.print(PAGE)
    press.close()
    assert printed.pages == 1


@pytest.mark.slow
def test_f20_thirty_pages_leave_the_press_as_large_as_it_was(press: Press) -> None:
    press.print(PAGE)
    assert press._child is not None
    before, child = resident_kilobytes(press._child.pid), press._child.pid
    for number in range(30):
        press.print(PAGE + f"<p>{number} " + "word " * 500)
    assert press._child.pid == child
    assert resident_kilobytes(child) < before * 1.05


def resident_kilobytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


@pytest.mark.slow
def test_it_prints_the_same_bytes_from_the_same_page_whatever_the_process(press: Press) -> None:
    other = Press()  # another process: another hash seed
    first, second = press.print(PAGE), other.print(PAGE)
    other.close()
    assert first == second
    assert first.sha256 != press.print(PAGE + "<p>More").sha256


def test_it_refuses_a_page_that_cannot_be_read_aloud(press: Press) -> None:
    with pytest.raises(RenderFailed, match="lang"):
        press.print("<p>No language")
    with pytest.raises(RenderFailed, match="alt"):
        press.print(PAGE + "<img src='asset:mark.svg'>")


def test_its_complaint_holds_no_word_of_the_page(press: Press) -> None:
    with pytest.raises(RenderFailed) as refusal:
        press.print(PAGE + f"<img src='http://{CANARY}.example/'>")
    assert CANARY not in str(refusal.value)


@pytest.mark.slow
def test_it_prints_again_after_its_child_was_killed(press: Press) -> None:
    press.print(PAGE)
    assert press._child is not None
    press._child.kill()
    press._child.wait()
    with pytest.raises(RenderFailed):
        press.print(PAGE)
    assert press.print(PAGE).pages == 1


def test_it_serves_several_threads(press: Press) -> None:
    printed: list[str] = []
    threads = [threading.Thread(target=lambda: printed.append(press.print(PAGE).sha256)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(printed) == 8
    assert len(set(printed)) == 1


@pytest.mark.slow
def test_it_prints_in_a_forked_worker(press: Press) -> None:
    expected = press.print(PAGE).sha256
    program = (
        "import os, sys\n"
        "from fulfillment.pdf.press import PRESS\n"
        f"first = PRESS.print({PAGE!r}).sha256\n"
        "pid = os.fork()\n"
        f"same = PRESS.print({PAGE!r}).sha256 == first == {expected!r}\n"
        "PRESS.close()\n"
        "if pid == 0: os._exit(0 if same else 1)\n"
        "sys.exit(os.waitpid(pid, 0)[1] or not same)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=press_module.ROOT, check=False)
    assert done.returncode == 0


@pytest.mark.slow
def test_it_leaves_no_process_behind(press: Press) -> None:
    other = Press()
    other.print(PAGE)
    assert other._child is not None
    pid = other._child.pid
    other.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
