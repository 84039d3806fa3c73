"""Bearer tokens: shown once, kept as a hash, never more than the user's own role."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from requests_app.models import ApiToken, User
from requests_app.permissions import Role
from requests_app.services import second_factor
from requests_app.vault import keyed_hash

LIFETIME = timedelta(days=90)
SCOPES: dict[str, frozenset[Role]] = {
    "staff": frozenset({Role.INTAKE, Role.ANALYST, Role.OFFICER}),
    "auditor": frozenset({Role.AUDITOR, Role.OFFICER}),
    "system": frozenset({Role.ADMIN}),  # another system, which asks the suppression list and sees no case
}


def issue(user: User, *, scope: str, second_factor: bool = False) -> str:
    """A new token, returned once. `second_factor`: the user has just given it; step-up verbs work for five minutes.

    ValueError when the scope is unknown or asks for more than the user's role allows.
    """
    if scope not in SCOPES or Role(user.role) not in SCOPES[scope]:
        message = f"A user with role {user.role} cannot have a token of scope {scope!r}."
        raise ValueError(message)
    token = f"umbs_{secrets.token_urlsafe(32)}"
    now = timezone.now()
    ApiToken.objects.create(
        user=user,
        hash=keyed_hash("token", token),
        prefix=token[:8],
        scope=scope,
        created_at=now,
        proven_at=now if second_factor else None,
        expires_at=now + LIFETIME,
    )
    return token


def gave_second_factor(user: User, code: str) -> bool:
    """Whether this is the present code of the user's authenticator; each code counts once."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return row is not None and TOTP(row).validate_code(code) and second_factor.spend(user, code)


class TokenAuthentication(BaseAuthentication):
    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:  # noqa: PLR2004  (the keyword and the token)
            message = "Send the header as: Authorization: Bearer <token>."
            raise AuthenticationFailed(message)
        row = (
            ApiToken.objects.select_related("user")
            .filter(hash=keyed_hash("token", words[1]), revoked_at=None, expires_at__gt=timezone.now())
            .first()
        )
        if row is None or not row.user.is_active or Role(row.user.role) not in SCOPES[row.scope]:
            message = "This token is unknown, expired or revoked."
            raise AuthenticationFailed(message)
        return row.user, row

    def authenticate_header(self, _request: Request) -> str:
        return self.keyword


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
