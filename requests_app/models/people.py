"""The person a case is about and the means to find the case by. Everything that names anybody is sealed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from requests_app.models.case import Case


class Person(models.Model):
    """What the requester said about the person, as one sealed JSON object (contract section 4, `person`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="person")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.id)


class Identifier(models.Model):
    """One fact to find the case by: a keyed index, truncated so that a stolen table yields false positives."""

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"
        PHONE = "phone", "Phone"
        ACCOUNT = "account", "Account"
        NAME = "name", "Name"
        NAME_PART = "name_part", "Part of a name"
        SOUND = "sound", "How the surname sounds"
        EDGE = "edge", "How the surname begins or ends"
        BORN = "born", "Date of birth"
        ZIP = "zip", "ZIP code"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    index = models.CharField(max_length=8)
    sealed = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "index"], name="identifier_lookup")]

    def __str__(self) -> str:
        return self.kind
