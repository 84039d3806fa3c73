"""A legal clock. It keeps the law's version and the derivation, so that a later edit of a law file moves nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from requests_app.models.case import Case


class Clock(models.Model):
    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "Acknowledge"
        ANSWER = "answer", "Answer"
        OPT_OUT = "opt_out", "Carry out the opt-out"
        APPEAL = "appeal", "Decide the appeal"
        REFERRAL = "referral", "Tell the provider"

    class Ended(models.TextChoices):
        MET = "met", "Met"
        MET_LATE = "met_late", "Met late"
        STOPPED = "stopped", "Stopped"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    regime = models.CharField(max_length=24)
    regime_version = models.CharField(max_length=24)
    started_on = models.DateField()
    due_on = models.DateField()
    first_due_on = models.DateField(help_text="Before any extension.")
    may_extend_to = models.DateField(null=True, blank=True, help_text="Due date after the one extension.")
    notice_by = models.DateField(null=True, blank=True, help_text="Last day to send the notice of extension.")
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason_sealed = models.BinaryField(default=bytes, blank=True)
    derivation = models.JSONField(default=list, help_text="Steps that explain the date: code, values, text, citation.")
    ended = models.CharField(max_length=8, choices=Ended.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "kind"], name="clock_one_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(ended="", ended_at=None) | (~models.Q(ended="") & models.Q(ended_at__isnull=False)),
                name="clock_ended_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=models.Q(ended=""), name="clock_running_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    @property
    def is_extended(self) -> bool:
        """The later date counts. An extension whose notice was late, or came back, holds no longer."""
        return self.due_on != self.first_due_on

    @property
    def is_running(self) -> bool:
        return not self.ended
