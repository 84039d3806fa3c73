"""How a request came in when it was no form: a call or a letter, and somebody who acts for the person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from requests_app.models.case import Case


class CallDraft(models.Model):
    """What phone staff have typed so far: saved field by field, sealed, gone when it expires or becomes a case."""

    class State(models.TextChoices):
        OPEN = "open", "On the phone"
        PARKED = "parked", "Dropped call, to ring back"
        TAKEN = "taken", "Became a case"
        DISCARDED = "discarded", "Discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    sealed = models.BinaryField(default=bytes, blank=True)
    began_at = models.DateTimeField(help_text="The call's start: the legal time of receipt.")
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-began_at"]

    def __str__(self) -> str:
        return self.state


class CallRecord(models.Model):
    """Which script was read out, and what the caller confirmed of it. One per visit that staff typed in."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="call")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    script_version = models.CharField(max_length=16, blank=True)
    read_back = models.JSONField(default=list, help_text="Names of the items that were confirmed.")
    override_sealed = models.BinaryField(default=bytes, blank=True, help_text="Why an item was not read back.")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.script_version


class Representation(models.Model):
    """Somebody acts for the person. Facts sealed; proofs are Evidence, destroyed after the decision (11 CCR 7063)."""

    class Kind(models.TextChoices):
        AGENT = "agent", "Authorised agent"
        PARENT = "parent", "Parent of a child"
        GUARDIAN = "guardian", "Guardian"
        EXECUTOR = "executor", "Executor of an estate"

    class Ruling(models.TextChoices):
        OPEN = "open", "Not ruled on"
        ACCEPTED = "accepted", "May act"
        REFUSED = "refused", "May not act"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="representation")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    sealed = models.BinaryField(help_text="JSON {name, organisation, email, phone, postal_address}.")
    power_of_attorney = models.BooleanField(default=False, help_text="Probate Code 4121-4130: no further proof asked.")
    signed_on = models.DateField(null=True, blank=True, help_text="Date of the signed permission.")
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="The person confirmed the permission.")
    disowned_at = models.DateTimeField(null=True, blank=True, help_text="The person said that they permitted nothing.")
    ruling = models.CharField(max_length=8, choices=Ruling.choices, default=Ruling.OPEN)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)
    reason_sealed = models.BinaryField(default=bytes, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.ruling}"


class AgentMark(models.Model):
    """One thing that whoever asks is known again by, as a keyed hash, since the case's key may be gone by then."""

    representation = models.ForeignKey(Representation, on_delete=models.CASCADE, related_name="marks")
    mark = models.CharField(
        max_length=64,
        db_index=True,
        help_text="Of an e-mail address, a phone number, a postal address, or the name of a firm.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["representation", "mark"], name="agent_mark_once"),
        ]

    def __str__(self) -> str:
        return self.mark[:12]
