"""`manage.py sources_apply FILE…`: bring data maps in (contract: data map)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment import survey
from fulfillment.datamap.located import MapError


class Command(BaseCommand):
    help = "Connect sources, or change them, by their data maps. All files are taken, or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a data map in YAML")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            applied = survey.apply(options["files"])
        except MapError as error:
            if options["json"]:
                problems = [{"file": one.file, "line": one.line, "message": one.message} for one in error.problems]
                self.stdout.write(json.dumps({"problems": problems}))
            raise CommandError(f"{error}\nNothing was changed.") from None
        if options["json"]:
            self.stdout.write(json.dumps({"sources": [{"key": key, "created": new} for key, new in applied]}))
        elif options["verbosity"]:
            for key, new in applied:
                self.stdout.write(f"{key}: {'connected' if new else 'changed'}")
            self.stdout.write("Now run: manage.py sources_check")
