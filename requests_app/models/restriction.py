"""The suppression list: whom not to sell, share or write to. Tokens only; nothing here can be turned into a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Restriction(models.Model):
    """One identifier that is restricted for one purpose, as a full HMAC-SHA256 under its own versioned key."""

    token = models.CharField(max_length=64)
    key_version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12)
    purpose = models.CharField(max_length=32, help_text="The right that was used, e.g. opt_out_sale_sharing.")
    case_reference = models.CharField(max_length=11)
    since = models.DateTimeField()
    do_not_ask_until = models.DateField(help_text="Twelve months (Cal. Civ. Code 1798.135(c)(4)).")
    lifted_at = models.DateTimeField(null=True, blank=True, help_text="The person opted in again for this purpose.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "purpose"], name="restriction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.purpose}"
