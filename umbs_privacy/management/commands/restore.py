"""Restore a backup into the configured database and store, both empty; `--check` holds the result against it.

Exit 1 when anything differs. See docs/backup.md.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from umbs_privacy.management import backing


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="restore nothing; compare what is there")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, folder: Path, check: bool, as_json: bool, **__: Any) -> None:
        if not check:
            manifest = backing.restore(folder)
            told: dict[str, Any] = {"rows": sum(manifest["rows"].values()), "files": manifest["files"]}
        else:
            told = backing.check(folder)
        self.stdout.write(json.dumps(told) if as_json else ", ".join(f"{k} {v}" for k, v in told.items()))
        if check and (told["different"] or told["ledger_faults"] or told["files_unreadable"]):
            message = "What is there is not what was backed up."
            raise CommandError(message)
