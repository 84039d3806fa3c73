"""A member of staff, with one role."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from requests_app.permissions import STAFF, Role


class User(AbstractUser):
    role = models.CharField(
        max_length=16, choices=[(role.value, role.value) for role in sorted(STAFF)], default=Role.ANALYST.value
    )

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(role.value for role in STAFF)), name="user_has_a_staff_role"
            ),
        ]
