"""`/api/v1/` (contract section 4)."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from requests_app.api import views

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("requests/", views.open_request, name="open_request"),
    path("cases/", views.queue, name="queue"),
    path("cases/<str:reference>/", views.case, name="case"),
    path("cases/<str:reference>/sources/", views.sources, name="sources"),
    path("cases/<str:reference>/corrections/", views.corrections, name="corrections"),
    path("cases/<str:reference>/corrections/<int:number>/file/", views.hand_in, name="hand_in"),
    path("cases/<str:reference>/events/", views.events, name="events"),
    path("cases/<str:reference>/<str:verb>/", views.act, name="act"),
    path("restrictions/check/", views.check_restriction, name="check_restriction"),
    path("<path:anything>", views.nowhere),
]
