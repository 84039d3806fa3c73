"""The Celery app: a doorbell and nothing more (no results, JSON only, ids only)."""

from __future__ import annotations

import os
from pathlib import Path

import structlog
from celery import Celery, signals
from django.conf import settings

from umbs_privacy.logs import logging_config

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umbs_privacy.settings")

log = structlog.get_logger(__name__)
app = Celery("umbs_privacy")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_time_limit=settings.UMBS_JOB_LIMIT_SECONDS,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    task_default_queue="umbs",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker waits for its broker as long as it takes
    # Whoever rings waits two seconds at the most: without max_retries a refused connection alone costs six.
    broker_transport_options={"socket_timeout": 2, "socket_connect_timeout": 1, "max_retries": 0},
    task_publish_retry=False,
    timezone="UTC",
)
if settings.CELERY_BROKER_URL.startswith("filesystem:"):
    queue = Path(settings.VAR) / "broker"
    queue.mkdir(parents=True, exist_ok=True, mode=0o700)
    app.conf.update(broker_url="filesystem://localhost")
    app.conf.broker_transport_options = {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(queue / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
app.autodiscover_tasks(["fulfillment"])


@signals.setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Connecting this signal is what stops Celery from installing its own handlers."""
    logging_config(level=settings.LOGGING["root"]["level"])


@signals.worker_ready.connect
def say_that_it_listens(**_: object) -> None:
    """Whoever started the worker can read when it is there."""
    log.info("the worker has begun")
