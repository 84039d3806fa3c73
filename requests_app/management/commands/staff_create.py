"""Make an account from the command line, the first administrator's above all: `staff_create NAME --role admin …`.

It prints a link that works once; its person chooses the password behind it.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.exceptions import NotValid
from requests_app.permissions import STAFF, SYSTEM
from requests_app.services import staff_accounts


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=sorted(role.value for role in STAFF), required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, username: str, role: str, email: str, as_json: bool, **__: Any) -> None:
        try:
            made = staff_accounts.create(by=SYSTEM, username=username, email=email, role=role)
        except NotValid as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps({"username": username, "link": made.link}) if as_json else made.link)
