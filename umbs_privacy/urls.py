"""What is mounted where."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("requests_app.portal.urls")),
    path("staff/", include("requests_app.staff.urls")),
    path("api/v1/", include("requests_app.api.urls")),
    *([path("", include("fulfillment.console.urls"))] if apps.is_installed("fulfillment") else []),
    path("staff/admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    *([path("demo/", include("umbs_privacy.demo.urls"))] if settings.DEMO else []),
]
handler500 = "umbs_privacy.errors.server_error"
