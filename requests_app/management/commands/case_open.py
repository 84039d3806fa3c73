"""Open a case from a JSON file with the body of `POST /api/v1/requests/`: `case_open FILE.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rest_framework.exceptions import ValidationError

from requests_app.api.serializers import RequestIn, asked
from requests_app.exceptions import Refused
from requests_app.models import Channel
from requests_app.services import intake


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, file: Path, as_json: bool, **__: Any) -> None:
        try:
            body = RequestIn(data=json.loads(file.read_text(encoding="utf-8")))
            body.is_valid(raise_exception=True)
            case = intake.open_case(asked(body.validated_data, channel=Channel.API))
        except OSError:
            message = f"{file} cannot be read."
            raise CommandError(message) from None
        except json.JSONDecodeError as error:
            message = f"{file}, line {error.lineno}: this is not JSON."
            raise CommandError(message) from None
        except ValidationError as error:
            raise CommandError("; ".join(sorted(_told(error.detail)))) from None
        except Refused as error:
            raise CommandError(str(error)) from None
        due = {clock.kind: clock.due_on.isoformat() for clock in case.clocks.order_by("due_on")}
        if as_json:
            self.stdout.write(json.dumps({"reference": case.reference, "right": case.right, "due": due}))
        else:
            dates = ", ".join(f"{kind} by {day}" for kind, day in due.items())
            self.stdout.write(f"{case.reference}: {case.right}, {dates}")


def _told(detail: Any, place: str = "") -> list[str]:
    if isinstance(detail, dict):
        return [line for name, inner in detail.items() for line in _told(inner, f"{place}.{name}".strip("."))]
    if isinstance(detail, list):
        return [line for inner in detail for line in _told(inner, place)]
    return [f"{place}: {detail}"]
