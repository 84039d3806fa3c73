"""Take a mail that came back: a mail server's answer on standard input, or `--notice ID --status 5.1.1`.

Made for a mail server's pipe: it ends with 0 whatever it reads, and says what it made of it.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from requests_app.exceptions import NotFound
from requests_app.services import bounces, returned


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--notice", type=UUID, help="the message, when no answer is at hand")
        parser.add_argument("--status", default=bounces.UNKNOWN)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, notice: UUID | None, status: str, as_json: bool, **__: Any) -> None:
        try:
            bounce = bounces.Bounce(notice, status[:11]) if notice else bounces.read(_standard_input())
            lost = returned.came_back(bounce)
        except (bounces.NotABounce, NotFound) as error:
            told = {"result": "ignored", "why": str(error)}
        else:
            told = {"result": "came_back", "reference": lost.case.reference, "notice": str(lost.id)}
        self.stdout.write(json.dumps(told) if as_json else ", ".join(told.values()))


def _standard_input() -> bytes:
    """One byte more than is read at most, so that what is too large is told."""
    return sys.stdin.buffer.read(bounces.LARGEST + 1)
