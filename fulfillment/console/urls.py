"""The machinery's own pages."""

from __future__ import annotations

from django.urls import path

from fulfillment.console import answer, health, sources, tasks

app_name = "console"
urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("tasks/<uuid:task>/", tasks.task, name="task"),
    path("staff/cases/<str:reference>/answer/", answer.answer, name="answer"),
    path("staff/sources/", sources.sources, name="sources"),
    path("staff/sources/<str:key>/check/", sources.check, name="check"),
]
