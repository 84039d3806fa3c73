"""What libraries would show to a superuser: other people's second factors and sessions. Here they can only be ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.http import HttpRequest

# Subscripting works for the type checker only.
if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

for model in (Authenticator, EmailAddress, UserSession):
    admin.site.unregister(model)


@admin.register(Authenticator)
class SecondFactors(Base):
    """Whoever lost the second factor proves who they are to a superuser, who deletes it here; it is never shown."""

    list_display = ("user", "type", "created_at", "last_used_at")
    fields = readonly_fields = list_display

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(UserSession)
class Sessions(SecondFactors):
    list_display = ("user", "created_at", "last_seen_at", "ip")
    fields = readonly_fields = list_display
