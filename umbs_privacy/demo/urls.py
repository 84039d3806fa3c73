"""Pages of the demonstration only."""

from __future__ import annotations

from django.urls import path

from umbs_privacy.demo import views

urlpatterns = [path("mailbox/", views.show_mailbox, name="demo_mailbox")]
