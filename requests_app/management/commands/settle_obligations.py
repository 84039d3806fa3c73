"""Try again what is still owed and due: sources asked again, deletions tried again. One of the daily sweeps."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from requests_app.services import obligations


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, as_json: bool, **__: Any) -> None:
        ordered = obligations.order_due()
        self.stdout.write(json.dumps({"ordered": ordered}) if as_json else f"{ordered} tried again now.")
