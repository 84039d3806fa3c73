"""The demo company's marketing mailing. It asks the suppression list about each person; without an answer it is silent.

Its own list of addresses is always older than the newest opt-out, so it believes the answer alone. The list is asked
as any system of the company would ask it: by a program, of which it knows the lines that go in and come out.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from sqlalchemy import create_engine, select

from umbs_privacy.demo import crm
from umbs_privacy.demo.processes import manage

SENDER = "news@umbs.example"
SUBJECT = "What is new in medical billing"
BODY = """Hello,

this is the demo company's newsletter.

If you want no more of these: {choices}
"""
ASK = (*manage("restriction_check"), "--json")
PATIENCE = 30
ALLOW, UNAVAILABLE = "allow", "unavailable"


@dataclass(frozen=True)
class Reader:
    email: str
    phone: str


def readers(url: str, limit: int) -> list[Reader]:
    """The first contacts and bought leads of the CRM, each address once."""
    engine = create_engine(url)
    found: dict[str, Reader] = {}
    with engine.connect() as connection:
        for table in (crm.contacts, crm.leads):
            for email, phone in connection.execute(select(table.c.email, table.c.phone).limit(limit)):
                found.setdefault(email, Reader(email, phone))
    engine.dispose()
    return list(found.values())[:limit]


def send(to: Iterable[Reader], ask: Sequence[str] = ASK, *, patience: float = PATIENCE) -> Counter[str]:
    """Write to whom the list allows. Returns how many got which decision; `unavailable` when there was none."""
    told: Counter[str] = Counter()
    body = BODY.format(choices=f"{settings.PUBLIC_BASE_URL}/privacy-choices/")
    with _list(ask) as answers, get_connection() as connection:
        for reader in to:
            decision = answers.about(reader, patience)
            told[decision] += 1
            if decision == ALLOW:
                EmailMessage(SUBJECT, body, SENDER, [reader.email], connection=connection).send()
    return told


class Answers:
    """The program that answers. Once it is late, or says what is no answer, it is not believed again."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.program = program
        self.said: SimpleQueue[str] = SimpleQueue()
        self.is_trusted = True
        self.listener = Thread(target=self._listen)
        self.listener.start()

    def _listen(self) -> None:
        for line in _pipe(self.program.stdout):
            self.said.put(line)
        self.said.put("")

    def end(self) -> None:
        """It ends by itself when its questions do."""
        with contextlib.suppress(OSError):
            _pipe(self.program.stdin).close()
        self.listener.join()

    def about(self, reader: Reader, patience: float) -> str:
        if not self.is_trusted:
            return UNAVAILABLE
        identifiers = [{"kind": "email", "value": reader.email}]
        identifiers += [{"kind": "phone", "value": reader.phone}] if reader.phone else []
        try:
            pipe = _pipe(self.program.stdin)
            pipe.write(json.dumps({"purpose": "marketing", "identifiers": identifiers}) + "\n")
            pipe.flush()
            answer: Any = json.loads(self.said.get(timeout=patience))
            return str(answer["decision"])
        except (OSError, Empty, ValueError, KeyError, TypeError):
            self.is_trusted = False
            return UNAVAILABLE


@contextlib.contextmanager
def _list(ask: Sequence[str]) -> Iterator[Answers]:
    with subprocess.Popen(  # noqa: S603 - a fixed command line, no shell
        [*ask], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(settings.BASE_DIR)
    ) as program:
        answers = Answers(program)
        try:
            yield answers
        finally:
            if not answers.is_trusted:
                program.kill()
            answers.end()


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        message = "The program has no such pipe."
        raise OSError(message)
    return stream
