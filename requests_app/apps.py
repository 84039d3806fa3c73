"""The case file as an installed app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register

from requests_app import checks


class RequestsAppConfig(AppConfig):
    name = "requests_app"
    verbose_name = "Case file"

    def ready(self) -> None:
        import_module("requests_app.services.second_factor")  # its receivers
        register(checks.regimes_load)
        register(checks.reasons_load)
