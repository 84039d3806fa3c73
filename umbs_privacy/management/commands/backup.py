"""Take a backup into a new folder: database, sealed files, and the case keys apart. See docs/backup.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from umbs_privacy.management import backing


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, folder: Path, as_json: bool, **__: Any) -> None:
        manifest = backing.take(folder)
        told = {"folder": str(folder), "rows": sum(manifest["rows"].values()), "files": manifest["files"]}
        self.stdout.write(
            json.dumps(told) if as_json else f"{told['rows']} rows and {told['files']} sealed files in {folder}"
        )
