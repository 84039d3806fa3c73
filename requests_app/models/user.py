"""A member of staff, with one role, and what was done about the account."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac

from requests_app.permissions import MAY, STAFF, Role, Verb


class User(AbstractUser):
    role = models.CharField(
        max_length=16, choices=[(role.value, role.value) for role in sorted(STAFF)], default=Role.ANALYST.value
    )
    epoch = models.PositiveIntegerField(default=0, help_text="One more, and every session of before is over.")

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(role.value for role in STAFF)), name="user_has_a_staff_role"
            ),
        ]

    @property
    def may_take_requests(self) -> bool:
        """Whether the phone desk is theirs."""
        return self.role in MAY[Verb.TAKE_REQUEST]

    @property
    def may_post_letters(self) -> bool:
        """Whether the tray and the mail that came back are theirs."""
        return self.role in MAY[Verb.POST_LETTER]

    @property
    def may_view_openings(self) -> bool:
        """Whether they see who opened a colleague's case with a reason."""
        return self.role in MAY[Verb.VIEW_OPENINGS]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What each session is held against: a new password or epoch ends them all, known to us or not."""
        return salted_hmac("requests_app.User", f"{self.epoch}:{self.password}", secret, algorithm="sha256").hexdigest()


class StaffEvent(models.Model):
    """What an administrator did about an account: one hash chain (`ledger.accounts`), only added to."""

    class Kind(models.TextChoices):
        CREATED = "created", "The account was made"
        LINK_ISSUED = "link_issued", "A set-up link was issued"
        ROLE_CHANGED = "role_changed", "The role was changed"
        FACTOR_RESET = "factor_reset", "The second factor was reset"
        DEACTIVATED = "deactivated", "The account was closed"
        REACTIVATED = "reactivated", "The account was opened again"
        ASKED = "asked", "Asked for; another administrator has to confirm it"
        REFUSED = "refused", "What was asked for was not confirmed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: from the command line.",
    )
    detail = models.CharField(max_length=40, blank=True, help_text="Roles before and after, e.g. analyst:officer.")
    at = models.DateTimeField()
    sequence = models.PositiveIntegerField(unique=True)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-sequence"]

    def __str__(self) -> str:
        return self.kind

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        message = "Events cannot be deleted."
        raise TypeError(message)
