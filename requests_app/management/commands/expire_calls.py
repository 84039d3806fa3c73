"""Remove calls that nobody finished: what was typed of them is kept for a day, a dropped call for five. Daily."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from requests_app.services import drafts


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, as_json: bool, **__: Any) -> None:
        removed = drafts.sweep()
        self.stdout.write(json.dumps({"removed": removed}) if as_json else f"{removed} unfinished calls removed.")
