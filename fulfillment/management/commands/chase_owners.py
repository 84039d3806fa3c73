"""`manage.py chase_owners`: ask the owners again who have not answered. The scheduler runs it every day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from fulfillment import owners


class Command(BaseCommand):
    help = "Mail every owner of a source who is due to be asked again today."

    def handle(self, *_args: Any, **_options: Any) -> None:
        count = owners.chase_all()
        self.stdout.write(f"{count} asked again")
