"""A letter or a mail: to whom, saying what, and whether it went out."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from requests_app.models.case import Case
from requests_app.models.casefile import Deliverable


class Notice(models.Model):
    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
        CODE = "code", "One-time code"
        EXTENSION = "extension", "Extension"
        DENIAL = "denial", "Denial"
        UNVERIFIED = "unverified", "Identity not proven"
        READY = "ready", "Package ready"
        OPT_OUT_DONE = "opt_out_done", "Opt-out carried out"
        WITHDRAWN = "withdrawn", "Request withdrawn"
        MESSAGE = "message", "A message is waiting"
        DELETION_DONE = "deletion_done", "Deletion carried out"
        CORRECTION_DONE = "correction_done", "Correction carried out"
        OPT_IN_DONE = "opt_in_done", "Opt-in recorded"
        REFERRAL = "referral", "Referred to the provider"
        FOLLOW_UP = "follow_up", "What was still owed"
        AUTHORITY = "authority", "Confirm who acts for you"
        AGENT_ASKED = "agent_asked", "Asked for the permission to act"
        AGENT_RULED = "agent_ruled", "Decided on the permission to act"
        APPEAL_UPHELD = "appeal_upheld", "Appeal decided"
        OWNER_TASK = "owner_task", "Task for a source's owner"
        OWNER_OWED = "owner_owed", "What a source's owner still has to do"
        PROVIDER_TOLD = "provider_told", "Notice to the provider"

    class Medium(models.TextChoices):
        MAIL = "mail", "E-mail"
        POST = "post", "Print and post"

    class State(models.TextChoices):
        ORDERED = "ordered", "Ordered"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        BOUNCED = "bounced", "Came back"
        TO_POST = "to_post", "To print and post"
        POSTED = "posted", "Posted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    medium = models.CharField(max_length=4, choices=Medium.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ORDERED)
    sealed = models.BinaryField(
        default=bytes, blank=True, help_text="Addressee and parameters; wiped when no longer needed."
    )
    key = models.CharField(max_length=120, unique=True, help_text="Idempotency.")
    letter = models.ForeignKey(Deliverable, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    copy = models.ForeignKey(
        Deliverable,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The answer on paper that is enclosed.",
    )
    error = models.CharField(max_length=120, blank=True)
    fence = models.BigIntegerField(default=0)
    ordered_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    posted_on = models.DateField(null=True, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="Somebody dealt with a message that did not arrive."
    )

    class Meta:
        ordering: ClassVar = ["ordered_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
