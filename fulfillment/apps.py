"""The machinery as an installed app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class FulfillmentConfig(AppConfig):
    name = "fulfillment"
    verbose_name = "Machinery"

    def ready(self) -> None:
        """Connect the receivers that write a job for each state and order; without them no case moves."""
        import_module("fulfillment.dispatch")
        import_module("fulfillment.pdf.checks")
        import_module("fulfillment.policy.checks")
