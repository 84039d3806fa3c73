"""The case file as an installed app."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from requests_app import checks


class RequestsAppConfig(AppConfig):
    name = "requests_app"
    verbose_name = "Case file"

    def ready(self) -> None:
        register(checks.regimes_load)
        register(checks.reasons_load)
