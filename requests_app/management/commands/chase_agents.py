"""Remind agents who have not shown that they may act, and end the requests of those who never do. A daily sweep."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from requests_app.services import unshown


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, as_json: bool, **__: Any) -> None:
        reminded, ended = unshown.chase()
        told = f"{reminded} agents reminded, {ended} requests ended: no permission shown."
        self.stdout.write(json.dumps({"reminded": reminded, "ended": ended}) if as_json else told)
