"""Adds the kind to the table of handlers, as an installed app of the settings that the kill tests use."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class TallyConfig(AppConfig):
    name = "tests.fulfillment.tally"

    def ready(self) -> None:
        import_module("fulfillment.dispatch").HANDLERS["tally"] = "tests.fulfillment.tally.work.handle"
        # Only tally jobs are counted here, so that the day's own sweeps must not begin.
        import_module("fulfillment.daily").SWEEPS = ()
