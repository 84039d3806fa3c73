"""`manage.py demo`: the demo company, alone, with everything running, or with a case of each right taken to its end."""

from __future__ import annotations

import json
import time
import urllib.request
from functools import partial
from typing import Any
from urllib.error import URLError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.models import Case
from umbs_privacy.demo import cases, company
from umbs_privacy.demo.journey import JOURNEYS, Line, travel
from umbs_privacy.demo.processes import Crew, Trouble, crew, manage, port_is_free, web
from umbs_privacy.demo.staff import TEAM
from umbs_privacy.demo.walker import Walker


class Command(BaseCommand):
    help = "Set up the demo company; --serve runs everything, --once takes a case of each right to closed."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--serve", action="store_true", help="Start web, worker and scheduler and stay.")
        what.add_argument(
            "--once", action="store_true", help="Take a case of each right to closed, print a table, end."
        )
        parser.add_argument("--json", action="store_true", help="Print the table of --once as JSON and nothing else.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            message = "This is no demonstration: set UMBS_DEMO=1 and use a database of its own (script/run does both)."
            raise CommandError(message)
        self.quiet = bool(options["json"])
        try:
            password = company.set_up(self.say)
            if options["once"]:
                self._once()
            elif options["serve"]:
                self._serve(password)
            else:
                self._print_logins(password)
        except Trouble as trouble:
            raise CommandError(str(trouble)) from None
        except KeyboardInterrupt:
            self.say("Ended.")

    def say(self, line: str) -> None:
        if not self.quiet:
            self.stdout.write(line)

    def _serve(self, password: str) -> None:
        port = int(settings.PUBLIC_BASE_URL.rpartition(":")[2])
        if not port_is_free(port):
            message = f"Port {port} is taken by another program: end it, or choose another port (PORT=8100 script/run)."
            raise Trouble(message)
        with crew(company.place() / "logs") as started:
            started.start("web", web(port))
            self._start_machine(started)
            started.wait_until(lambda: _answers(f"{settings.PUBLIC_BASE_URL}/healthz"), "The web server")
            self._print_logins(password)
            self.say(f"Portal        {settings.PUBLIC_BASE_URL}/")
            self.say(f"Staff         {settings.PUBLIC_BASE_URL}/staff/")
            self.say(f"Mailbox       {settings.PUBLIC_BASE_URL}/demo/mailbox/")
            self.say("Ctrl-C ends all of it.")
            if not Case.objects.exists():
                self._fill_the_queue(started)
            started.watch()

    def _fill_the_queue(self, started: Crew) -> None:
        self.say("Filling the queue with a case of each kind; you can look around meanwhile:")
        try:
            cases.fill(Walker(started), self.say)
        except Trouble as trouble:
            self.say(f"The queue stays as it is: {trouble}")

    def _once(self) -> None:
        out = company.place() / "out"
        with crew(company.place() / "logs") as started:
            self._start_machine(started)
            lines = []
            for right in JOURNEYS:
                self.say(f"Taking a request from intake to closed: {right.label.lower()}")
                lines.append(travel(right, started, out))
        summary = json.dumps([line.as_json() for line in lines], indent=2)
        (company.place() / "summary.json").write_text(summary + "\n", encoding="utf-8")
        if self.quiet:
            self.stdout.write(summary)
        else:
            self._print_table(lines)

    def _start_machine(self, started: Crew) -> None:
        started.start("worker", manage("worker"))
        started.start("scheduler", manage("scheduler"))
        for name in ("worker", "scheduler"):
            started.wait_until(partial(started.has_begun, name), f"Starting the {name}")
        self.say("Started the worker and the scheduler")

    def _print_logins(self, password: str) -> None:
        self.say("")
        self.say(f"Staff logins  {', '.join(f'{name} ({role.value})' for name, role in TEAM.items())}")
        self.say(f"Password      {password}")

    def _print_table(self, lines: list[Line]) -> None:
        self.say("")
        head = ("reference", "right", "outcome", "sources", "found", "withheld", "released", "seconds")
        rows: list[tuple[str, ...]] = [head]
        for line in lines:
            counts = (line.sources, line.rows.found, line.rows.withheld, line.rows.released, line.seconds)
            rows.append((line.reference, line.right, line.outcome, *map(str, counts)))
        widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
        for row in rows:
            self.say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        for line in lines:
            for path in [*line.pdfs, *filter(None, [line.package])]:
                self.say(f"{line.reference}  {path}")
        self.say(f"Summary: {company.place() / 'summary.json'}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # nosec B310 - our own address on loopback
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
    except (URLError, OSError):
        time.sleep(0.1)
        return False
