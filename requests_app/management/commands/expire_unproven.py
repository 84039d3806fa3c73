"""End the cases whose identity was not proven in time, each with a notice. One of the daily sweeps."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from requests_app.services import ending


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, as_json: bool, **__: Any) -> None:
        ended = ending.expire_unproven()
        self.stdout.write(json.dumps({"ended": ended}) if as_json else f"{ended} cases ended: identity not proven.")
