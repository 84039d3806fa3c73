"""What is to change in the sources and what came of it: the steps of a plan, corrections, and what is still owed."""

from __future__ import annotations

import hashlib
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from requests_app.models.case import Case
from requests_app.models.identity import Evidence


class PlanStep(models.Model):
    """One group of records of one collection: what is to happen to it, on which ground, and what happened.

    `reason` is a code of `requests_app/reasons`; empty where the group is simply deleted. The keys of the records are
    sealed under the case's key, so that exactly what was approved is carried out. A step that trims is about rows that
    another step keeps: `without` are the fields that the law does not need there.
    """

    class Action(models.TextChoices):
        DELETE = "delete", "Delete"
        NULL = "null", "Empty the personal fields"
        PSEUDONYMISE = "pseudonymise", "Replace by values that identify nobody"
        TRIM = "trim", "Keep without some fields"
        KEEP = "keep", "Keep"
        REFER = "refer", "Refer to the provider"
        DEFER = "defer", "Later"

    class Result(models.TextChoices):
        DELETED = "deleted", "Deleted"
        NULLED = "nulled", "Personal fields emptied"
        PSEUDONYMISED = "pseudonymised", "Replaced by values that identify nobody"
        TRIMMED = "trimmed", "Kept without these fields"
        KEPT = "kept", "Kept"
        REFERRED = "referred", "Referred to the provider"
        DEFERRED = "deferred", "Not yet"
        NOT_FOUND = "not_found", "No longer there"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    source_key = models.CharField(max_length=64)
    source_name = models.CharField(max_length=120)
    collection = models.CharField(max_length=160)
    action = models.CharField(max_length=12, choices=Action.choices)
    reason = models.CharField(max_length=12, blank=True)
    keep_until = models.DateField(null=True, blank=True)
    without = models.JSONField(default=list, blank=True, help_text="Columns that are taken out of rows that are kept.")
    rows = models.PositiveIntegerField(default=0)
    keys_sealed = models.BinaryField(default=bytes, blank=True)
    keys_digest = models.CharField(max_length=64, blank=True, help_text="Keyed hash of the sorted keys.")
    position = models.PositiveIntegerField(default=0, help_text="Order within the source: children before parents.")
    result = models.CharField(max_length=13, choices=Result.choices, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows_left = models.PositiveIntegerField(null=True, blank=True, help_text="Still there when the source was asked.")
    error_kind = models.CharField(max_length=32, blank=True)
    error = models.CharField(max_length=400, blank=True, help_text="What went wrong and what to do, without contents.")
    attempts = models.PositiveSmallIntegerField(default=0)
    fence = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True, help_text="Last told to the source; never under a hold.")
    done_at = models.DateTimeField(null=True, blank=True)
    asked_again_at = models.DateTimeField(null=True, blank=True)
    restricted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["source_name", "position", "collection", "action", "reason", "keep_until"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "source_key", "collection", "action", "reason"],
                condition=models.Q(keep_until=None),
                name="step_once_per_group",
            ),
            models.UniqueConstraint(
                fields=["case", "source_key", "collection", "action", "reason", "keep_until"],
                name="step_once_per_group_and_day",
            ),
            models.CheckConstraint(
                condition=models.Q(action__in=["delete", "null", "pseudonymise", "trim"]) | ~models.Q(reason=""),
                name="step_has_a_ground",
            ),
            models.CheckConstraint(
                condition=~models.Q(result__in=["kept", "referred", "deferred"]) | ~models.Q(reason=""),
                name="step_left_undone_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collection} {self.action}"

    @property
    def is_begun(self) -> bool:
        """Its source was told, and nobody has seen what came of it."""
        return self.begun_at is not None and self.rows_left is None and self.result in {"", self.Result.DEFERRED}

    def planned(self) -> tuple[str, ...]:
        """What an approval approves of it."""
        until = self.keep_until.isoformat() if self.keep_until else ""
        plan = (self.source_key, self.collection, self.action, self.reason, until, str(self.rows), self.keys_digest)
        return tuple(str(part) for part in (*plan, *self.without))


class CorrectionItem(models.Model):
    """One thing that is to be corrected: what, what it is, what it should be (sealed), and how it was ruled on."""

    class Ruling(models.TextChoices):
        OPEN = "open", "Not ruled on"
        ACCEPTED = "accepted", "Will be corrected"
        REFUSED = "refused", "Stays as it is"

    class Result(models.TextChoices):
        CORRECTED = "corrected", "Corrected"
        PARTLY = "partly", "Corrected in part"
        DEFERRED = "deferred", "Not yet"
        NOT_FOUND = "not_found", "No longer there"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    sealed = models.BinaryField(help_text="JSON {what, is, should_be}.")
    evidence = models.ForeignKey(Evidence, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ruling = models.CharField(max_length=8, choices=Ruling.choices, default=Ruling.OPEN)
    ground = models.CharField(max_length=64, blank=True, help_text="Denial ground of the law, when refused.")
    explanation_sealed = models.BinaryField(default=bytes, blank=True)
    statement_sealed = models.BinaryField(
        null=True, blank=True, help_text="The person's own words on health information that stays as it is."
    )
    stated_at = models.DateTimeField(null=True, blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=9, choices=Result.choices, blank=True)
    never_kind = models.CharField(
        max_length=20, blank=True, help_text="Of what is disclosed to nobody (11 CCR 7024(d)), as it is labelled."
    )
    held_same = models.PositiveIntegerField(
        default=0, help_text="Fields of this kind that held what it should be when it was planned."
    )
    held_other = models.PositiveIntegerField(
        default=0, help_text="Fields of this kind that held neither this nor the wrong value then."
    )

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="correction_number_once"),
            models.CheckConstraint(
                condition=~models.Q(ruling="refused") | ~models.Q(ground=""), name="correction_refusal_has_a_ground"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.ruling}"

    def ruled(self) -> tuple[str, ...]:
        """What an approval approves of it."""
        places = [place.planned() for place in self.places.order_by("source_key", "collection", "column")]
        told = hashlib.sha256(bytes(self.explanation_sealed)).hexdigest()  # of the sealed bytes: sealed anew is another
        match = (self.never_kind, str(self.held_same), str(self.held_other))
        return (str(self.number), str(self.ruling), str(self.ground), told, repr(places), *match)


class CorrectionPlace(models.Model):
    """One column of one collection where the wrong value stands, and what came of correcting it there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(CorrectionItem, on_delete=models.CASCADE, related_name="places")
    source_key = models.CharField(max_length=64)
    source_name = models.CharField(max_length=120)
    collection = models.CharField(max_length=160)
    column = models.CharField(max_length=120)
    chosen = models.BooleanField(default=True, help_text="The reviewer wants it corrected here.")
    rows = models.PositiveIntegerField(default=0)
    keys_sealed = models.BinaryField(default=bytes, blank=True)
    keys_digest = models.CharField(max_length=64, blank=True)
    result = models.CharField(max_length=9, choices=CorrectionItem.Result.choices, blank=True)
    reason = models.CharField(max_length=12, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows_left = models.PositiveIntegerField(null=True, blank=True)
    error_kind = models.CharField(max_length=32, blank=True)
    error = models.CharField(max_length=400, blank=True)
    fence = models.BigIntegerField(default=0)
    asked_again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["source_name", "collection", "column"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "source_key", "collection", "column"], name="place_once_per_item"),
        ]

    def __str__(self) -> str:
        return f"{self.collection}.{self.column}"

    def planned(self) -> tuple[str, ...]:
        chosen = "yes" if self.chosen else "no"
        return (self.source_key, self.collection, self.column, chosen, str(self.rows), self.keys_digest)


class ChangeRelease(models.Model):
    """The gate's word that the approved changes may begin: one per entry into FULFILLING, checked by the database."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="change_releases")
    content_digest = models.CharField(max_length=64)
    entry = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "entry"], name="change_release_once")]

    def __str__(self) -> str:
        return self.content_digest[:12]


class Obligation(models.Model):
    """Something owed beyond the case's end: ask a source again, try again, hear from the provider."""

    class Kind(models.TextChoices):
        RECHECK = "recheck", "Ask the source again"
        RETRY = "retry", "Try again"
        REFERRAL = "referral", "Hear from the provider"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Settled"
        ESCALATED = "escalated", "Needs somebody"
        STOPPED = "stopped", "No longer owed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="obligations")
    step = models.ForeignKey(PlanStep, null=True, blank=True, on_delete=models.CASCADE, related_name="obligations")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    source_key = models.CharField(max_length=64)
    source_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=12, blank=True)
    owner = models.CharField(max_length=200, help_text="Who answers for it; never the person of the case.")
    due_on = models.DateField()
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=13, blank=True, help_text="As a step's result.")
    rows_left = models.PositiveIntegerField(null=True, blank=True)
    key = models.CharField(max_length=160, unique=True, help_text="Idempotency.")
    opened_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "opened_at"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="obligation_by_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_key} {self.state}"
