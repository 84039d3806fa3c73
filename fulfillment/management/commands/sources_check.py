"""`manage.py sources_check [KEY…]`: hold the data maps against the live systems (contract: data map)."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment import survey
from fulfillment.models import DataSource


class Command(BaseCommand):
    help = "Connect to the sources and name every column that is missing, unmapped or of another type; exit 1 on any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("keys", nargs="*", metavar="KEY", help="key of a source; all when none is given")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        known = set(DataSource.objects.values_list("key", flat=True))
        if strange := sorted(set(options["keys"]) - known):
            listed = ", ".join(sorted(known)) or "none; connect one with sources_apply"
            message = f"No source has the key '{strange[0]}'. Connected: {listed}."
            raise CommandError(message)
        checked = survey.check(options["keys"])
        if options["json"]:
            self.stdout.write(json.dumps({"sources": [asdict(item) for item in checked]}))
        else:
            for item in checked:
                asked = f", asked by mail: {item.asked_by_mail}" if item.asked_by_mail else ""
                self.stdout.write(f"{item.key}: {DataSource.Check(item.result).label}{asked}")
                for finding in item.findings:
                    self.stdout.write(f"  {finding}")
        if any(item.result != DataSource.Check.MATCHES for item in checked):
            sys.exit(1)
