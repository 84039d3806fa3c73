"""Say for which referrals the provider's time is over without its word. One of the daily sweeps."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from requests_app.services import referral


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, as_json: bool, **__: Any) -> None:
        late = referral.escalate_unanswered()
        self.stdout.write(json.dumps({"late": late}) if as_json else f"{late} providers have not confirmed in time.")
