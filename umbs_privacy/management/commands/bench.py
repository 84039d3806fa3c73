"""`manage.py bench …`: what is stated of our speed, measured again (contract.md section 7)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from umbs_privacy.bench import billing, gather, lookup, stage
from umbs_privacy.demo.processes import Trouble
from umbs_privacy.servers.server import NotStarted


class Command(BaseCommand):
    help = "Measure on servers of its own, never on yours; a JSON line for each condition."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--embedded", action="store_true", help="on SQLite and a folder, instead of PostgreSQL and Redis"
        )
        what = parser.add_subparsers(dest="what", required=True, metavar="{gather,lookup}")
        one = what.add_parser("gather", help="find everything about one person")
        one.add_argument("--people", type=int, default=100_000, help="in the source (%(default)s)")
        one.add_argument("--rows", type=int, nargs="+", default=[10, 1_000], help="of each person (10 1000)")
        one.add_argument("--repeats", type=int, default=20, help="requests one after the other (%(default)s)")
        one.add_argument("--requests", type=int, default=50, help="requests that wait at once (%(default)s)")
        one.add_argument("--big", type=int, default=1_000_000, help="rows of the one who has many; 0: nobody")
        two = what.add_parser("lookup", help="find a caller's case at the phone desk")
        two.add_argument("--cases", type=int, default=50_000, help="to look among (%(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        lines = MEASURES[options["what"]](options)  # what cannot be measured is said before anything is started
        try:
            if stage.STAGED in os.environ:
                for line in lines:
                    self.stdout.write(json.dumps(line))
                    self.stdout.flush()
                return
            with stage.embedded() if options["embedded"] else stage.servers() as environment:
                code = stage.play(environment, sys.argv[1:])
        except (Trouble, NotStarted) as trouble:
            raise CommandError(str(trouble)) from None
        if code:
            sys.exit(code)


def _gather(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if too_few := [rows for rows in options["rows"] if rows < billing.LEAST]:
        raise CommandError(f"--rows must be {billing.LEAST} or more, not {too_few[0]}.")
    return gather.measure(
        gather.Wanted(options["people"], options["rows"], options["repeats"], options["requests"], options["big"])
    )


def _lookup(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if options["cases"] < lookup.TYPED:
        raise CommandError(f"--cases must be {lookup.TYPED} or more, not {options['cases']}.")
    return lookup.measure(options["cases"])


MEASURES: dict[str, Callable[[dict[str, Any]], Iterator[dict[str, Any]]]] = {"gather": _gather, "lookup": _lookup}
