"""Proof of identity: codes, matches, declarations and decisions. Values are never kept, only what they proved."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from requests_app.models.case import Case
from requests_app.models.level import Level
from requests_app.models.review import Preparer


class IdentityCheck(models.Model):
    """One piece of evidence and what it proved. The case's level is the highest level of an accepted check."""

    class Method(models.TextChoices):
        CODE = "code", "One-time code confirmed"
        MATCH = "match", "Facts matched with the sources"
        DECLARATION = "declaration", "Declaration signed under penalty of perjury"
        ASSESSMENT = "assessment", "Evidence weighed together"
        OFFICER = "officer", "Decision of an officer"

    class Result(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="identity_checks")
    method = models.CharField(max_length=12, choices=Method.choices)
    result = models.CharField(max_length=8, choices=Result.choices)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.NONE)
    kinds = models.JSONField(default=list, help_text="Kinds of matching points, e.g. email, date_of_birth.")
    points = models.PositiveSmallIntegerField(default=0)
    channel_on_file = models.BooleanField(default=False, help_text="A source already held the confirmed address.")
    evidence_digest = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    reason_sealed = models.BinaryField(default=bytes, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return f"{self.method} {self.result}"


class OneTimeCode(models.Model):
    """A code of six digits: ten minutes, five tries, kept as a keyed hash, good for one case and one purpose."""

    class Purpose(models.TextChoices):
        IDENTITY = "identity", "Prove control of the address"
        STATUS = "status", "See the status page"
        COLLECT = "collect", "Collect a package"
        AGENT = "agent", "Follow a request made for somebody"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="codes")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    address = models.CharField(max_length=16, help_text="Which address of the person, e.g. email:0; never the address.")
    hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.purpose


class CodeRequest(models.Model):
    """Somebody asked for a code. Answered in the background, so that asking looks the same for an unknown reference."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=11)
    purpose = models.CharField(max_length=8, choices=OneTimeCode.Purpose.choices)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.purpose


class Declaration(models.Model):
    """A statement signed on screen under penalty of perjury (11 CCR 7062(c)); kept 24 months."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="declaration")
    text_version = models.CharField(max_length=16)
    sealed = models.BinaryField(help_text="Typed name, words shown and network address, sealed.")
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text_version


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def repeated(self) -> EvidenceQuerySet:
        """Those whose bytes were handed in for another visit too. What a source's owner sends proves nobody."""
        again = Evidence.objects.filter(digest_index=models.OuterRef("digest_index"))
        again = again.exclude(purpose=Evidence.Purpose.OWNER).exclude(case__visit=models.OuterRef("case__visit"))
        return self.exclude(purpose=Evidence.Purpose.OWNER).filter(models.Exists(again))

    def uncleared(self) -> EvidenceQuerySet:
        """The repeated ones of which nobody but a preparer of the case has said why they may stand."""
        own_work = Preparer.objects.filter(case=models.OuterRef("case"), user=models.OuterRef("cleared_by"))
        return self.repeated().filter(models.Q(cleared_by=None) | models.Exists(own_work))


class Evidence(models.Model):
    """A file that somebody handed in; opaque, sealed, never rendered in our origin."""

    class Purpose(models.TextChoices):
        MESSAGE = "message", "Attached to a message"
        IDENTITY = "identity", "Proof of identity"
        AUTHORITY = "authority", "Permission to act"
        CORRECTION = "correction", "Proof for a correction"
        LETTER = "letter", "Scan of a letter"
        OWNER = "owner", "Answer of a source's owner"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    name_sealed = models.BinaryField()
    content_type = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    digest_index = models.CharField(
        max_length=64, help_text="Keyed hash of the bytes: the same file in two cases shows."
    )
    blob = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who said why the file may stand although another request has it too.",
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_reason_sealed = models.BinaryField(default=bytes, blank=True)
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["digest_index"], name="evidence_by_digest")]

    def __str__(self) -> str:
        return self.content_type

    @property
    def is_repeated(self) -> bool:
        return Evidence.objects.filter(pk=self.pk).repeated().exists()

    @property
    def is_uncleared(self) -> bool:
        return Evidence.objects.filter(pk=self.pk).uncleared().exists()
