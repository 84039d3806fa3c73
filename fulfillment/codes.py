"""Send the one-time code that somebody asked for, if there is anybody to send it to."""

from __future__ import annotations

from uuid import UUID

from fulfillment.jobs import Job
from requests_app.casefile import deliver


def handle(job: Job) -> None:
    deliver.answer_code_request(UUID(str(job.payload["order_id"])))
