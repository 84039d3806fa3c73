"""A connected system: its data map, and how to reach it."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now

from fulfillment.connectors import FAMILIES


def known_family(value: str) -> None:
    if value not in FAMILIES:
        message = f"'{value}' is no connector; choose one of {', '.join(FAMILIES)}."
        raise ValidationError(message)


class DataSource(models.Model):
    """One row per system. `document` is the checked data map; the connection is sealed and shown to nobody."""

    class Role(models.TextChoices):
        CONTROLLER = "controller", "Ours to answer for"
        BUSINESS_ASSOCIATE = "business_associate", "Held for a provider"

    class Check(models.TextChoices):
        NEVER = "never", "Not checked yet"
        MATCHES = "matches", "The map matches"
        DRIFTED = "drifted", "The map no longer matches"
        FAILED = "failed", "Could not be reached"

    key = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    owner = models.CharField(max_length=200, help_text="Who answers for the system.")
    role = models.CharField(max_length=20, choices=Role.choices)
    connector = models.CharField(max_length=20, validators=[known_family])
    enabled = models.BooleanField(default=True)
    document = models.JSONField(help_text="The data map as checked: source block and Fideslang datasets.")
    sealed_connection = models.BinaryField(editable=False)
    applied_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True, blank=True)
    check_result = models.CharField(max_length=8, choices=Check.choices, default=Check.NEVER)
    findings = models.JSONField(default=list, blank=True, help_text="What the last check found; names only.")

    class Meta:
        ordering: ClassVar = ["key"]
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=["controller", "business_associate"]), name="source_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(check_result__in=["never", "matches", "drifted", "failed"]),
                name="source_check_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.key
