"""`manage.py demo_mailing`: the demo company writes to its contacts and leads; whoever is restricted gets nothing."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from sqlalchemy.exc import OperationalError

from umbs_privacy.demo import company, mailing


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=20, help="the first so many of its list (default 20)")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, limit: int, as_json: bool, **__: Any) -> None:
        if not settings.DEMO:
            message = "This is no demonstration: nobody is written to."
            raise CommandError(message)
        try:
            readers = mailing.readers(f"sqlite:///{company.place() / 'crm.sqlite3'}", limit)
        except OperationalError:
            message = "The demo company has no CRM yet: run script/run first."
            raise CommandError(message) from None
        told = mailing.send(readers)
        if as_json:
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write(", ".join(f"{decision}: {count}" for decision, count in sorted(told.items())))
