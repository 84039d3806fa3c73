"""Destroy proofs of identity and of permission whose case is decided. One of the daily sweeps."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from requests_app.services import evidence


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many, destroy none")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, dry_run: bool, as_json: bool, **__: Any) -> None:
        number = evidence.sweep(dry_run=dry_run)
        if as_json:
            self.stdout.write(json.dumps({"destroyed": number, "dry_run": dry_run}))
        else:
            self.stdout.write(f"{number} proofs {'would be' if dry_run else 'were'} destroyed.")
