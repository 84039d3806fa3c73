"""Who decided what: approvals, preparers, holds, notes, messages."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from requests_app.models.case import Case


class Approval(models.Model):
    """One person approved exactly the content with this digest. A change of content leaves it standing, but void."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="approvals")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "by", "digest"], name="approval_once_per_person"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class Preparer(models.Model):
    """Somebody who shaped what is released (ruled on a redaction, accepted the identity)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="preparers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="prepared")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "user"], name="preparer_once")]

    def __str__(self) -> str:
        return str(self.user_id)


class Hold(models.Model):
    """A legal hold: nothing leaves and nothing is erased until it is lifted; no date lifts it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holds")
    ground_sealed = models.BinaryField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True, help_text="When somebody asks whether it is still needed.")

    def __str__(self) -> str:
        return "lifted" if self.lifted_at else "in force"


class SourceHold(models.Model):
    """A legal hold on a source or one collection of it: what it covers is left (LEG-08). Its ground names nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source_key = models.CharField(max_length=64)
    collection = models.CharField(max_length=160, blank=True, help_text="`dataset.collection`; empty = all of it.")
    ground = models.CharField(max_length=200, help_text="The matter, without a person's name.")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True, help_text="When somebody asks whether it is still needed.")

    class Meta:
        ordering: ClassVar = ["-placed_at"]

    def __str__(self) -> str:
        return f"{self.source_key} {'lifted' if self.lifted_at else 'in force'}"


class Message(models.Model):
    """What the consumer and the staff write to each other, and the notes that staff write for themselves."""

    class Direction(models.TextChoices):
        IN = "in", "From the consumer"
        OUT = "out", "To the consumer"
        NOTE = "note", "Internal note"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction.choices)
    sealed = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return self.direction


class Opening(models.Model):
    """Somebody who does not have the case said why they read what it holds, and may until then (break-glass access)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="openings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason_sealed = models.BinaryField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"until {self.until:%Y-%m-%d %H:%M}"
