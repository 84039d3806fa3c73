"""The second factor: few guesses, each code once, and a change of it ends every other session.

Both counts stand in the database, so that several processes see the same number.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth import HASH_SESSION_KEY
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.models import User
from requests_app.services import limits

GUESSES = 5
WINDOW = timedelta(minutes=5)


def spend(user: User, code: str) -> bool:
    """Whether this code was not given before. One that is good for a while has a name of its own for that while."""
    step = int(time.time()) // int(app_settings.TOTP_PERIOD)
    return limits.count(f"spent:{user.pk}:{code}:{step}", window=timedelta(days=1)) == 1


class Counted(forms.BaseAuthenticateForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        bucket = f"second factor:{self.user.pk}"
        if not limits.allowed(bucket, limit=GUESSES, window=WINDOW):
            raise ValidationError(_("Too many tries. Wait five minutes, then enter a new code."))
        code: str = super().clean_code()
        if not spend(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        limits.forget(bucket)
        return code


class AuthenticateForm(Counted, forms.AuthenticateForm):  # type: ignore[misc]
    """At the sign-in."""


class ReauthenticateForm(Counted, forms.ReauthenticateForm):  # type: ignore[misc]
    """Before a decision."""


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def end_other_sessions(request: HttpRequest, user: User, **__: Any) -> None:
    """Whoever else sits in this account is out; the session in which it was changed goes on."""
    user.epoch += 1
    user.save(update_fields=["epoch"])
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
