"""Ask the suppression list before something is done with a person: `restriction_check --purpose marketing --email A`.

Without an identifier, JSON lines from stdin are answered one for one: `{"purpose", "identifiers": [{"kind", "value"}]}`
(values on a command line can be read by others on the machine). Exit 0 only for `allow`; a value is never repeated.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rest_framework.exceptions import ValidationError

from requests_app.api.serializers import RestrictionCheckIn, restriction
from requests_app.services.restrictions import PURPOSES, Decision

KINDS = ("email", "phone", "account")


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--purpose", choices=list(PURPOSES), help="what is about to be done")
        for kind in KINDS:
            parser.add_argument(f"--{kind}", action="append", default=[])
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, purpose: str | None, as_json: bool, **options: Any) -> None:
        self.as_json = as_json
        identifiers = [{"kind": kind, "value": value} for kind in KINDS for value in options[kind]]
        if not identifiers:
            self._lines(purpose)
            return
        if purpose is None:
            message = "Say with --purpose what is about to be done."
            raise CommandError(message)
        if self._answer({"purpose": purpose, "identifiers": identifiers})["decision"] != Decision.ALLOW:
            sys.exit(1)

    def _lines(self, purpose: str | None) -> None:
        """A line that cannot be read is answered, too, and never with `allow`; that nothing was asked is an error."""
        line = None
        for line in sys.stdin:
            try:
                asked = json.loads(line)
            except (ValueError, RecursionError):
                asked = None
            self._answer({"purpose": purpose, **asked} if isinstance(asked, dict) and purpose else asked)
        if line is None:
            message = "Say about whom: --email, --phone or --account, or one JSON object a line on stdin."
            raise CommandError(message)

    def _answer(self, asked: Any) -> dict[str, str]:
        body = RestrictionCheckIn(data=asked)
        try:
            body.is_valid(raise_exception=True)
        except ValidationError:
            answer = {"decision": Decision.UNKNOWN.value, "rule": "not_valid"}
        else:
            answer = restriction(body.validated_data)
        said = json.dumps(answer) if self.as_json else f"{answer['decision']} {answer['rule']}"
        self.stdout.write(said)
        self.stdout.flush()
        return answer
