"""Verify the hash chain of every case and of the staff accounts, or of one case: exit 1 and a line for each fault."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app import reference as references
from requests_app.ledger import accounts, chain
from requests_app.models import Case


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", dest="reference", default="")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, reference: str, as_json: bool, **__: Any) -> None:
        cases = Case.objects.order_by("opened_at")
        if reference:
            try:
                cases = cases.filter(reference=references.parse(reference))
            except ValueError as error:
                raise CommandError(str(error)) from None
            if not cases.exists():
                message = "There is no such case."
                raise CommandError(message)
        checked, faults = 0, []
        for case in cases.iterator():
            checked += 1
            faults += list(chain.verify(case))
        if not reference:
            faults += list(accounts.verify())
        if as_json:
            self.stdout.write(json.dumps({"cases": checked, "faults": [asdict(fault) for fault in faults]}))
        else:
            for fault in faults:
                self.stdout.write(f"{fault.reference}, event {fault.sequence}: {fault.problem}")
            self.stdout.write(f"{checked} cases, {len(faults)} faults")
        if faults:
            sys.exit(1)
