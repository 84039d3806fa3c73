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
    """Who has one, never shown; it is reset on the page of the account, where two administrators are asked."""

    list_display = ("user", "type", "created_at", "last_used_at")
    fields = readonly_fields = list_display

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(UserSession)
class Sessions(SecondFactors):
    list_display = ("user", "created_at", "last_seen_at", "ip")
    fields = readonly_fields = list_display

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ending a session takes power away, and gives none."""
        return Base.has_delete_permission(self, request, obj)
