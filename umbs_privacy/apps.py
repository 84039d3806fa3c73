"""The composition root as an installed app: `demo` and `bench` become commands; importing it makes the Celery app."""

from __future__ import annotations

from django.apps import AppConfig

from umbs_privacy.celery import app as celery_app


class UmbsPrivacyConfig(AppConfig):
    name = "umbs_privacy"
    celery = celery_app
