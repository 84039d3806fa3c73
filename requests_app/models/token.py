"""A token for the API, shown once and kept as a hash."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8, help_text="First characters, to tell tokens apart in a list.")
    scope = models.CharField(max_length=16, help_text="staff, auditor or system; never more than the user's role.")
    created_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True, blank=True, help_text="When a second factor was last given for it.")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class Attempt(models.Model):
    """A counter for limits, shared by all processes: how often something was tried in a window, under a keyed hash."""

    bucket = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bucket", "window_start"], name="attempt_one_per_window"),
        ]

    def __str__(self) -> str:
        return f"{self.count}"
