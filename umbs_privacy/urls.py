"""What is mounted where."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("requests_app.portal.urls")),
    path("staff/phone/", include("requests_app.phone.urls")),
    path("staff/", include("requests_app.staff.urls")),
    path("api/v1/", include("requests_app.api.urls")),
    *([path("", include("fulfillment.console.urls"))] if apps.is_installed("fulfillment") else []),
    path("staff/admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("language/", require_POST(set_language), name="language"),
    *([path("demo/", include("umbs_privacy.demo.urls"))] if settings.DEMO else []),
]
handler500 = "umbs_privacy.errors.server_error"
