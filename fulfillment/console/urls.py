"""The machinery's own pages."""

from __future__ import annotations

from django.urls import path

from fulfillment.console import health, sources

app_name = "console"
urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("staff/sources/", sources.sources, name="sources"),
    path("staff/sources/<str:key>/check/", sources.check, name="check"),
]
