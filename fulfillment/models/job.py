"""The leased job table, the attempts that number its fences, and the effects that must happen once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class JobState(models.TextChoices):
    READY = "ready", "Ready"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Job(models.Model):
    """One piece of work. The row is the truth; a Celery message only says that it may be ready.

    Whoever holds `fence` holds the job: each claim takes a higher one, and every later write names it.
    """

    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=200, unique=True, help_text="Idempotency key: the same cause makes one job.")
    case_id = models.UUIDField(null=True, blank=True, db_index=True)
    payload = models.JSONField(default=dict, blank=True, help_text="Ids only.")
    state = models.CharField(max_length=8, choices=JobState, default=JobState.READY)
    not_before = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=100, blank=True, help_text="Name of the class, never its text.")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["not_before"], condition=Q(state=JobState.READY), name="job_ready"),
            models.Index(fields=["lease_until"], condition=Q(state=JobState.RUNNING), name="job_running"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
                name="job_is_leased_while_it_runs",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"


class Attempt(models.Model):
    """One claim of a job. Its id is the fence: the database counts it, so it only grows, over all jobs and workers."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="claims")
    started_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class EffectState(models.TextChoices):
    INTENDED = "intended", "Intended"
    DONE = "done", "Done"


class Effect(models.Model):
    """Something done outside our database, written down before and after, so that a crash between is seen."""

    key = models.CharField(max_length=200, unique=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="effects")
    state = models.CharField(max_length=8, choices=EffectState, default=EffectState.INTENDED)
    outcome = models.JSONField(null=True, blank=True, help_text="Ids, counts and digests only.")
    intended_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=EffectState.values), name="effect_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=EffectState.DONE, done_at__isnull=False)
                | Q(state=EffectState.INTENDED, done_at__isnull=True),
                name="effect_is_dated_when_done",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"
