"""The case: what was asked, under which law, where it stands and how it ended."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from requests_app import regimes
from requests_app.lifecycle import BEFORE_DECISION, MACHINE, CaseLifecycle, Right, State
from requests_app.models.level import Level


class Channel(models.TextChoices):
    WEB = "web", "Web form"
    API = "api", "API"
    PHONE = "phone", "Phone"
    MAIL = "mail", "Mail"
    WALK_IN = "walk_in", "Walk-in"


class Relationship(models.TextChoices):
    PATIENT = "patient", "Patient"
    PROVIDER = "provider", "Health care provider or practice"
    PARTNER = "partner", "Business partner"
    EMPLOYEE = "employee", "Employee or former employee"
    APPLICANT = "applicant", "Job applicant"
    VISITOR = "visitor", "Website visitor"
    OTHER = "other", "Something else"


class Attention(models.TextChoices):
    """What keeps a case from going on by itself; empty when nothing does."""

    NONE = "", "Nothing"
    IDENTITY = "identity", "Identity needs a decision"
    SEARCH_FAILED = "search_failed", "A source could not be searched"
    SCAN_HIT = "scan_hit", "The finished package holds something that must be withheld"
    STAGE_FAILED = "stage_failed", "A step of the machine failed"
    NOTICE_FAILED = "notice_failed", "A message could not be delivered"
    MESSAGE = "message", "The consumer wrote"
    STORAGE = "storage", "The store is full"
    AUTHORITY = "authority", "The permission to act needs a decision"
    HOLD = "hold", "A hold stops what was approved"
    CORRECTION = "correction", "A correction needs a ruling"
    EVIDENCE = "evidence", "A file was handed in for another request too"


class Format(models.TextChoices):
    """How the person can read what we send."""

    STANDARD = "standard", "Standard"
    LARGE_PRINT = "large_print", "Large print"
    BRAILLE = "braille", "Braille"
    READ_ALOUD = "read_aloud", "Read aloud by phone"


class Case(CaseLifecycle):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=11, unique=True, help_text="A label to say aloud, never an authority.")
    right = models.CharField(max_length=32, choices=Right.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    relationship = models.CharField(max_length=16, choices=Relationship.choices)
    residence = models.CharField(max_length=8, help_text="ISO 3166-2, as the requester said it.")
    language = models.CharField(max_length=5, default="en")
    regime = models.CharField(max_length=24)
    regime_version = models.CharField(max_length=24)
    received_at = models.DateTimeField()
    since = models.DateField(null=True, blank=True, help_text="Look-back the requester asked for; empty = everything.")
    details_sealed = models.BinaryField(default=bytes, blank=True)
    required_level = models.PositiveSmallIntegerField(choices=Level.choices)
    required_approvals = models.PositiveSmallIntegerField()
    identity_level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.NONE)
    content_digest = models.CharField(
        max_length=64, blank=True, help_text="What an approval approves: records and rulings."
    )
    plan_reported = models.BooleanField(default=False, help_text="The machine wrote the plan of the present entry.")
    fulfilment_reported = models.BooleanField(default=False, help_text="The machine said that it is done.")
    stage_fence = models.BigIntegerField(
        default=0, help_text="Highest job fence that has written in the present state."
    )
    attention = models.CharField(max_length=16, choices=Attention.choices, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )
    next_due_on = models.DateField(null=True, blank=True, help_text="Earliest open clock; written by services.clock.")
    visit = models.UUIDField(default=uuid.uuid4, help_text="Shared by the cases of one visit.")
    appeal_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="appeals")
    reading_format = models.CharField(max_length=12, choices=Format.choices, default=Format.STANDARD)
    voicemail_ok = models.BooleanField(null=True, blank=True, help_text="Empty = not asked, so none is left.")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    idempotency_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    request_digest = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state=State.CLOSED) | ~models.Q(outcome=""), name="case_closed_has_an_outcome"
            ),
            models.CheckConstraint(condition=models.Q(right__in=Right.values), name="case_right_is_known"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="case_state_is_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_due_on", "received_at", "id"], name="case_queue_order"),
            models.Index(fields=["visit"], name="case_visit"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def received_on(self) -> date:
        """Day 0 of every clock: the date of receipt in the company's own time zone."""
        return self.received_at.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()

    @property
    def is_open(self) -> bool:
        return bool(self.state != State.CLOSED)

    @property
    def is_undecided(self) -> bool:
        return self.state in BEFORE_DECISION

    @property
    def is_with_the_machine(self) -> bool:
        return self.state in MACHINE

    def stage_owes(self) -> list[str]:
        """What the present stage still has to deliver, as short codes; empty when it is complete."""
        match State(self.state):
            case State.GATHERING:
                searches = self.searches.all()
                if not searches.exists():
                    return ["searches"]
                return ["searches"] if searches.filter(state__in=["pending", "running"]).exists() else []
            case State.REDACTING:
                return ["examination"] if self.batches.filter(examined=False).exists() else []
            case State.PLANNING:
                return [] if self.plan_reported else ["plan"]
            case State.FULFILLING:
                return [] if self.fulfilment_reported else ["fulfilment"]
            case _:
                return []

    def awaits_second_step(self) -> bool:
        """The person has asked for it and not yet confirmed it (11 CCR 7028(a))."""
        two_step = regimes.get(self.regime).rights[self.right].two_step and self.appeal_of_id is None
        return two_step and not self.events.filter(kind="choice:confirmed").exists()

    def authority_is_open(self) -> bool:
        """Somebody asks for the person, and it is not accepted that they may (11 CCR 7063, 7026(j))."""
        asked_for = Case.objects.filter(pk=self.pk, representation__isnull=False)
        return bool(asked_for.exclude(representation__ruling="accepted").exists())

    def gate_refusals(self) -> list[str]:
        """Why nothing may leave; empty when the gate is open (decision: one release gate)."""
        reasons = []
        if self.identity_level < self.required_level:
            reasons.append("identity")
        if self.holds.filter(lifted_at=None).exists():
            reasons.append("hold")
        if self.merged_into_id is not None:
            reasons.append("merged")
        if self.authority_is_open():
            reasons.append("authority")
        if self.evidence.uncleared().exists():
            reasons.append("evidence")
        if self.required_approvals:
            approvers = set(self.approvals.filter(digest=self.content_digest).values_list("by_id", flat=True))
            preparers = set(self.preparers.values_list("user_id", flat=True))
            if len(approvers) < self.required_approvals or not self.content_digest:
                reasons.append("approvals")
            elif not approvers - preparers:
                reasons.append("independent_approval")
        return reasons

    def has_record(self) -> bool:
        return self.deliverables.filter(kind="record").exists()


class CaseLink(models.Model):
    """Two cases that belong together. Linking never changes anybody's identity level."""

    class Kind(models.TextChoices):
        SAME_VISIT = "same_visit", "Asked in the same visit"
        DUPLICATE = "duplicate", "Duplicate"
        RELATED = "related", "Related"
        APPEAL = "appeal", "Appeal"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=16, choices=Kind.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="case_link_once"),
            models.CheckConstraint(condition=~models.Q(case=models.F("other")), name="case_link_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}"


class CaseKey(models.Model):
    """The case's own key, wrapped; left out of ordinary backups, so that destroying it destroys every copy."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="key")
    kek_version = models.PositiveSmallIntegerField(default=1)
    wrapped = models.BinaryField(default=bytes, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "destroyed" if self.destroyed_at else "alive"
