"""`manage.py deadline_explain`: each clock of a right, its date, and how the date comes about."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from requests_app import regimes
from requests_app.derivation import CHANNELS, Derivation, derive

_LIKE = "write it like 2026-01-30T23:30-06:00, or 2026-01-30 for a letter"


class Command(BaseCommand):
    help = "Print when each clock of a right is due, and why, with citations."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options are checked in `handle`, so that every mistake is one line and exit code 2."""
        parser.add_argument("--regime", help="code of a law file, such as US-CA")
        parser.add_argument("--right", help="name of a right, such as delete, or appeal")
        parser.add_argument("--received", help="when it was received, with the offset from UTC")
        parser.add_argument("--channel", default="web", help=f"one of {', '.join(CHANNELS)}")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_args: str, **options: Any) -> None:
        for name in ("regime", "right", "received"):
            if not options[name]:
                _stop(f"--{name} is missing")
        if options["channel"] not in CHANNELS:
            _stop(f"--channel: there is no {options['channel']}; there are {', '.join(CHANNELS)}")
        received = _received(options["received"])
        zone = ZoneInfo(settings.UMBS_TIME_ZONE)
        try:
            regime = regimes.get(options["regime"])
            clocks = derive(regime, options["right"], received, channel=options["channel"], zone=zone)
        except OverflowError:
            _stop(f"--received: {options['received']} is too far away; {_LIKE}")
        except (KeyError, ValueError) as error:
            _stop(str(error.args[0]))
        head = {
            "regime": regime.code,
            "name": regime.name,
            "version": regime.version,
            "right": options["right"],
            "channel": options["channel"],
            "received": received.isoformat(),
            "time_zone": zone.key,
        }
        if options["json"]:
            self.stdout.write(json.dumps({**head, "clocks": [_as_json(clock) for clock in clocks]}, indent=2))
            return
        self.stdout.write(f"{regime.code} {regime.name}, version {regime.version}; right: {options['right']}")
        for clock in clocks:
            self.stdout.write(f"\n{clock.kind}: due {clock.due_on:%a %Y-%m-%d}")
            for step in clock.steps:
                self.stdout.write(f"  {step.text}  [{step.citation}]")


def _received(text: str) -> datetime | date:
    try:
        received = datetime.fromisoformat(text)
    except ValueError:
        _stop(f"--received: {text} is not a date and time; {_LIKE}")
    if len(text) == len("2026-01-30"):
        return received.date()
    if received.utcoffset() is None:
        _stop(f"--received: {text} has no offset from UTC; {_LIKE}")
    return received


def _stop(message: str) -> NoReturn:
    raise CommandError(message, returncode=2)


def _as_json(clock: Derivation) -> dict[str, Any]:
    return {
        "kind": clock.kind,
        "started_on": clock.started_on.isoformat(),
        "due_on": clock.due_on.isoformat(),
        "length": clock.deadline.length,
        "unit": clock.deadline.unit,
        "citation": clock.deadline.citation,
        "extended_due_on": clock.extended_due_on and clock.extended_due_on.isoformat(),
        "notice_by": clock.notice_by and clock.notice_by.isoformat(),
        "steps": [step.as_json() for step in clock.steps],
    }
