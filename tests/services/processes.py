"""The real processes on a stage: web, worker and scheduler, each a process group of its own."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from tests.services.stage import ROOT, Stage
from umbs_privacy.servers.server import answers, begun, end, free_port, wait_for

BIN = Path(sys.executable).parent
T = TypeVar("T")


class Processes:
    """What runs on one stage; start as many of the three as the test needs, kill and start them again at will."""

    def __init__(self, stage: Stage, stack: contextlib.ExitStack) -> None:
        self.stage = stage
        self.stack = stack
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.env = stage.env | {"PUBLIC_BASE_URL": self.base_url, "PORT": str(self.port)}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (stage.var / "logs").mkdir(parents=True, exist_ok=True)

    def start(self, *names: str) -> None:
        """Start some of "web", "worker" and "scheduler"; all three when none is named, beside each other.

        The stage goes with the test: nobody waits for the seconds that a worker takes to end politely.
        """
        names = names or ("web", "worker", "scheduler")
        ready = {name: self.ready(name) for name in names}
        for name in names:
            command = begun(self.command(name), log=self.log_file(name), env=self.env, how=signal.SIGKILL)
            self.running[name] = self.stack.enter_context(command)
        for name in names:
            wait_for(self.running[name], ready=ready[name], log=self.log_file(name))

    def command(self, name: str) -> list[str]:
        root, python = str(ROOT), sys.executable
        web = f"{BIN / 'gunicorn'} --chdir {root} --bind 127.0.0.1:{self.port} --threads 4 umbs_privacy.wsgi"
        manage = f"{python} {root}/manage.py"
        return {"web": web, "worker": f"{manage} worker", "scheduler": f"{manage} scheduler"}[name].split()

    def ready(self, name: str) -> Callable[[], bool]:
        seen = len(self.log(name))
        if name == "web":
            return lambda: answers(self.port)
        return lambda: len(self.log(name)) > seen

    def log_file(self, name: str) -> Path:
        return self.stage.var / "logs" / f"{name}.log"

    def log(self, name: str) -> str:
        file = self.log_file(name)
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def kill(self, name: str) -> None:
        """`kill -9` of the whole group, as when the machine takes it away."""
        end(self.running.pop(name), how=signal.SIGKILL)


@contextlib.contextmanager
def processes(stage: Stage, *names: str) -> Iterator[Processes]:
    with contextlib.ExitStack() as stack:
        group = Processes(stage, stack)
        group.start(*names)
        yield group


def eventually(question: Callable[[], T], *, within: float = 30, every: float = 0.1) -> T:
    """Ask until the answer is true; after `within` seconds, give the last answer as it is."""
    until = time.monotonic() + within
    while not (answer := question()) and time.monotonic() < until:
        time.sleep(every)
    return answer
