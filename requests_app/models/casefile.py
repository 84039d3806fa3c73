"""What the machinery reports: searches, records, proposed redactions, deliverables."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from requests_app.models.case import Case


class SystemSearch(models.Model):
    """One source's search for one case. Sources are named by key, so that evidence outlives a retired system."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting its turn"
        RUNNING = "running", "Searching"
        ANSWERED = "answered", "Searched"
        FAILED = "failed", "Could not be searched"
        NOT_SEARCHED = "not_searched", "Not searched"
        REFERRED = "referred", "Held for a provider"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="searches")
    source_key = models.CharField(max_length=64)
    source_name = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=64, blank=True, help_text="Why not searched, as a code.")
    identifiers_used = models.JSONField(default=dict, help_text="Kind of identifier -> how many.")
    collections = models.JSONField(default=list, help_text="Per collection: name, searched or why not, rows.")
    warnings = models.JSONField(default=list, help_text="E.g. one document could not be read; never contents.")
    rows_found = models.PositiveIntegerField(default=0)
    rows_withheld = models.PositiveIntegerField(default=0)
    rows_released = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=400, blank=True, help_text="What went wrong and what to do, without contents.")
    error_kind = models.CharField(max_length=32, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    learned_sealed = models.BinaryField(
        default=bytes, blank=True, help_text="Values that lead to other sources, sealed."
    )
    inputs_digest = models.CharField(max_length=64, blank=True, help_text="Of the values from other sources it used.")
    fence = models.BigIntegerField(default=0)
    entry = models.PositiveIntegerField(default=0, help_text="The case's entry into GATHERING that this search serves.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["source_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "source_key"], name="search_one_per_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source_key} {self.state}"


class RecordBatch(models.Model):
    """At most 1,000 rows or 256 KiB of one collection, compressed and sealed under the case's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="batches")
    search = models.ForeignKey(SystemSearch, on_delete=models.CASCADE, related_name="batches")
    collection = models.CharField(max_length=160)
    sequence = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the plain JSON lines.")
    examined = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["search__source_key", "collection", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "collection", "sequence"], name="batch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.collection} #{self.sequence}"


class Redaction(models.Model):
    """Something to withhold: a place, never a text. `start` = `end` = 0 means the whole field."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Withheld"
        REJECTED = "rejected", "Released"

    class Role(models.TextChoices):
        NEVER = "NEVER", "Never disclosed"
        OTHER = "OTHER", "About somebody else"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="redactions")
    batch = models.ForeignKey(RecordBatch, on_delete=models.CASCADE, related_name="redactions")
    row = models.PositiveIntegerField()
    path = models.CharField(max_length=240, help_text="JSON pointer to the field.")
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    label = models.CharField(max_length=24)
    role = models.CharField(max_length=8, choices=Role.choices)
    rule = models.CharField(max_length=64, help_text="Which detector or person proposed it.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PROPOSED)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="rulings"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = [
            "batch__search__source_key",
            "batch__collection",
            "batch__sequence",
            "row",
            "path",
            "start",
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "row", "path", "start", "end", "label"], name="redaction_once"),
            models.CheckConstraint(
                condition=models.Q(start=0, end=0) | models.Q(start__lt=models.F("end")), name="redaction_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.status}"


class Deliverable(models.Model):
    """Bytes that were made for a case: package, the same on paper, record PDF, letter.

    Read through one door, `services.collect`.
    """

    class Kind(models.TextChoices):
        PACKAGE = "package", "Package"
        RECORD = "record", "Record of fulfilment"
        LETTER = "letter", "Letter"
        COPY = "copy", "Answer on paper"

    ANSWERS: ClassVar = (Kind.PACKAGE, Kind.COPY)  # what only leaves by the gate, and goes with what was gathered

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliverables")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120, help_text="File name made by us.")
    content_type = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    blob = models.CharField(max_length=64)
    scan_passed = models.BooleanField(default=False)
    key = models.CharField(max_length=160, unique=True, help_text="Idempotency: one deliverable per job and kind.")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    fetches_left = models.PositiveSmallIntegerField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    sheets = models.PositiveIntegerField(null=True, blank=True, help_text="Of an answer on paper.")

    class Meta:
        ordering: ClassVar = ["made_at"]

    def __str__(self) -> str:
        return self.name


class Release(models.Model):
    """Permission for one answer to leave. A database trigger refuses the row unless the gate's conditions hold."""

    deliverable = models.OneToOneField(Deliverable, primary_key=True, on_delete=models.PROTECT, related_name="release")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="releases")
    content_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.content_digest[:12]


class SuppressionResult(models.Model):
    """What one source answered when an opt-out was carried out there."""

    class Result(models.TextChoices):
        WRITTEN = "written", "Written"
        NOT_FOUND = "not_found", "Nobody found there"
        NOT_CAPABLE = "not_capable", "Cannot be written there"
        FAILED = "failed", "Failed"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="suppressions")
    source_key = models.CharField(max_length=64)
    source_name = models.CharField(max_length=120)
    result = models.CharField(max_length=12, choices=Result.choices)
    rows = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=400, blank=True)
    fence = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["source_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "source_key"], name="suppression_one_per_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source_key} {self.result}"
