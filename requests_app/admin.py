"""Read-only windows for superusers; accounts are changed on their own pages, where two administrators are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from requests_app.models import ApiToken, Case, CaseEvent, Clock, Notice, Restriction, SystemSearch, User

# Subscripting works for the type checker only.
if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


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
class StaffWindow(Window):
    list_display = ("username", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    fields = ("username", "first_name", "last_name", "email", "role", "is_active", "last_login", "date_joined")
