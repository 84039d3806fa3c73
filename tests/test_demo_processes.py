"""The demo's supervisor: starts, notices a death, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from tests.services.processes import eventually
from tests.services.stage import Stage
from umbs_privacy.demo.processes import Trouble, crew, port_is_free

SLEEP = [sys.executable, "-c", "import time; print('the sleeper has begun', flush=True); time.sleep(600)"]
PARENT_SCRIPT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    """A zombie that nobody has collected yet is not alive."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text(encoding="ascii")


def test_it_waits_until_a_process_says_that_it_has_begun(tmp_path: Path) -> None:
    with crew(tmp_path) as started:
        started.start("sleeper", SLEEP)
        started.wait_until(lambda: started.has_begun("sleeper"), "The sleeper")
        assert started.log("sleeper").read_text(encoding="utf-8") == "the sleeper has begun\n"


def test_it_ends_what_its_processes_have_started(tmp_path: Path) -> None:
    with crew(tmp_path) as started:
        started.start("parent", [sys.executable, "-c", PARENT_SCRIPT])
        started.wait_until(lambda: started.log("parent").read_text(encoding="utf-8").endswith("\n"), "The parent")
        grandchild = int(started.log("parent").read_text(encoding="utf-8"))
        assert is_alive(grandchild)
    assert eventually(lambda: not is_alive(grandchild))


def test_it_says_in_one_line_that_a_process_died(tmp_path: Path) -> None:
    with crew(tmp_path) as started:
        started.start("sleeper", SLEEP)
        started.start("web", [sys.executable, "-c", "raise SystemExit(3)"])
        with pytest.raises(Trouble, match=r"^The web ended with exit code 3; .+web\.log\.$"):
            started.watch()


def test_it_does_not_wait_for_ever(tmp_path: Path) -> None:
    with crew(tmp_path) as started:
        started.start("sleeper", SLEEP)
        with pytest.raises(Trouble, match="The sleeper took longer than"):
            started.wait_until(lambda: False, "The sleeper", seconds=0.2)


def test_it_ends_on_sigterm_as_on_ctrl_c(tmp_path: Path) -> None:
    with crew(tmp_path) as started:
        started.start("sleeper", SLEEP)
        pid = started.pid("sleeper")
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(KeyboardInterrupt):
            started.watch()
    assert not is_alive(pid)


def test_it_sees_that_a_port_is_taken() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not port_is_free(port)
    assert port_is_free(port)


@pytest.mark.slow
def test_it_refuses_to_invent_a_company_where_there_is_no_demo(fresh_sqlite: Stage) -> None:
    refused = fresh_sqlite.manage("demo", check=False)
    assert refused.returncode == 1
    assert "UMBS_DEMO=1" in refused.stderr
    assert not (fresh_sqlite.var / "demo").exists()
