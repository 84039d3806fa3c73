"""Age out our own case files: gathered records after their use, the rest after the law's months. Run daily.

`--dry-run` changes nothing and tells the same numbers. Exit 1 when the files of a case could not be reached.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.services import retention


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, dry_run: bool, as_json: bool, **__: Any) -> None:
        swept = retention.sweep(dry_run=dry_run)
        if as_json:
            self.stdout.write(json.dumps(asdict(swept) | {"dry_run": dry_run}))
        else:
            kept = ", ".join(f"{number} by {why}" for why, number in sorted(swept.kept.items())) or "none"
            self.stdout.write(
                f"{'Would be done: ' if dry_run else ''}gathered records of {swept.purged} cases destroyed, "
                f"{swept.forgotten} cases reduced to statistics; kept though old: {kept}."
            )
        if swept.failed:
            message = f"The files of {swept.failed} cases could not be reached; they are tried again tomorrow."
            raise CommandError(message)
