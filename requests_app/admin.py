"""Read-only windows on the case file for superusers; staff accounts are the one thing that is changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from requests_app.models import ApiToken, Case, CaseEvent, Clock, Notice, Restriction, SystemSearch, User

# Subscripting works for the type checker only.
if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
    Accounts = UserAdmin[User]
else:
    Base, Accounts = admin.ModelAdmin, UserAdmin


class Window(Base):
    """Look, but do not touch: whatever changes a case goes through its services."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(Case)
class CaseWindow(Window):
    list_display = ("reference", "right", "state", "outcome", "regime", "next_due_on", "attention")
    list_filter = ("state", "right", "regime", "attention")
    search_fields = ("reference",)
    exclude = ("details_sealed", "idempotency_key", "request_digest")


@admin.register(Clock)
class ClockWindow(Window):
    list_display = ("case", "kind", "due_on", "ended")
    list_filter = ("kind", "ended")
    exclude = ("extension_reason_sealed",)


@admin.register(SystemSearch)
class SearchWindow(Window):
    list_display = ("case", "source_key", "state", "rows_found", "attempts", "error_kind")
    list_filter = ("state", "source_key")
    exclude = ("learned_sealed",)


@admin.register(Notice)
class NoticeWindow(Window):
    list_display = ("case", "kind", "medium", "state", "ordered_at", "sent_at")
    list_filter = ("kind", "medium", "state")
    exclude = ("sealed",)


@admin.register(CaseEvent)
class EventWindow(Window):
    list_display = ("case", "sequence", "kind", "at", "role")
    list_filter = ("kind", "role")


@admin.register(Restriction)
class RestrictionWindow(Window):
    list_display = ("kind", "purpose", "since", "do_not_ask_until")
    exclude = ("token",)


@admin.register(ApiToken)
class TokenWindow(Window):
    list_display = ("user", "prefix", "scope", "created_at", "expires_at", "revoked_at")
    exclude = ("hash",)


admin.site.unregister(Group)


@admin.register(User)
class StaffAdmin(Accounts):
    list_display = ("username", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Work", {"fields": ("role", "is_active")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "email", "role", "usable_password", "password1", "password2")}),)
