"""The admin site behind the one sign-in: Django's own login page would ask for no second factor."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class StaffAdminSite(AdminSite):
    site_header = "UMBS Privacy"

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers, with a second factor where it is required."""
        user = request.user
        if isinstance(user, AnonymousUser) or not (user.is_active and user.is_superuser):
            return False
        return not settings.UMBS_STAFF_MFA or is_mfa_enabled(user)

    def login(self, request: HttpRequest, _extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(reverse("admin:index"))
