"""A question to the owner of a source that only a person can look into, and how far the answer is."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class ManualTask(models.Model):
    """One question for one stage of a case. Nothing here is about the person: whom to look for stays in the case file.

    The owner proves to be meant by a key that stands in the mail alone; a chase brings a new one, and the former dies.
    `fence` is that of the job that asked last: the answer is written under it, so a newer search is not overwritten.
    """

    class Kind(models.TextChoices):
        FIND = "find", "Look for the person's papers"
        ERASE = "erase", "Destroy them, or take them off the list"
        CORRECT = "correct", "Correct them"

    class Outcome(models.TextChoices):
        NOTHING = "nothing", "Nothing is there"
        FOUND = "found", "Found"
        DONE = "done", "Done"
        CANNOT = "cannot", "Cannot be done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField()
    entry = models.PositiveIntegerField(help_text="The case's entry into the state that asks.")
    source_key = models.CharField(max_length=63)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    fence = models.BigIntegerField(default=0)
    key_hash = models.CharField(max_length=64, help_text="SHA-256 of a random key of 128 bits.")
    key_expires_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    chases = models.PositiveSmallIntegerField(default=0)
    next_chase_on = models.DateField()
    escalated_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="The case no longer waits for it.")
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    rows = models.PositiveIntegerField(default=0)
    files = models.JSONField(default=list, blank=True, help_text="Ids of the files handed in.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case_id", "source_key", "kind", "entry"], name="task_once"),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, outcome="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(outcome="")),
                name="task_answered_has_an_outcome",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_chase_on"], condition=models.Q(answered_at=None, revoked_at=None), name="task_to_chase"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_key}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.revoked_at is None
