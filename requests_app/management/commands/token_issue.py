"""Issue a token for the API: `token_issue USER --scope staff`. It is shown once and kept as a hash.

With `--code` (of the user's authenticator) the token may verify, approve and deny for five minutes.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.api.authentication import SCOPES, gave_second_factor, issue
from requests_app.models import User


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--scope", choices=sorted(SCOPES), required=True)
        parser.add_argument("--code", default="", help="a code of the user's second factor")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, user: str, scope: str, code: str, as_json: bool, **__: Any) -> None:
        found = User.objects.filter(username=user, is_active=True).first()
        if found is None:
            message = f"There is no active user {user!r}."
            raise CommandError(message)
        if code and not gave_second_factor(found, code):
            message = "This code is wrong, or was used before. Wait for the next one."
            raise CommandError(message)
        try:
            token = issue(found, scope=scope, second_factor=bool(code))
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps({"token": token, "scope": scope}) if as_json else token)
