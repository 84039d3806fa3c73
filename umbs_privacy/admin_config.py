"""Tells Django which admin site is ours; apart from apps.py, where each AppConfig would claim to be the default."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "umbs_privacy.admin_site.StaffAdminSite"
