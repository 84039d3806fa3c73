"""Show one case by its spoken reference: state, clocks, identity, sources, outcome. No personal data."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app import reference as references
from requests_app.api.serializers import CaseOut
from requests_app.models import Case


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, reference: str, as_json: bool, **__: Any) -> None:
        try:
            case = Case.objects.filter(reference=references.parse(reference)).first()
        except ValueError as error:
            raise CommandError(str(error)) from None
        if case is None:
            message = "There is no such case."
            raise CommandError(message)
        shown: dict[str, Any] = dict(CaseOut(case).data)
        if as_json:
            self.stdout.write(json.dumps(shown, default=str))
            return
        clocks = shown.pop("clocks")
        for name, value in shown.items():
            if value not in ("", None, [], {}):
                self.stdout.write(f"{name:20} {value}")
        for clock in clocks:
            ended = f", {clock['ended']}" if clock["ended"] else ""
            self.stdout.write(f"{'clock':20} {clock['kind']}: due {clock['due_on']}{ended}")
