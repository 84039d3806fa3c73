"""The sweeps of the day. Each is a job, so that it is retried, seen, and done once however many schedulers run."""

from __future__ import annotations

from django.core.management import call_command

from fulfillment import jobs
from requests_app.casefile import read

# Management commands: those of the case file are reached by name, since its sweeps are no part of the seam.
SWEEPS: tuple[str, ...] = (
    "expire_unproven",
    "chase_agents",
    "chase_providers",
    "expire_calls",
    "chase_owners",
    "settle_obligations",
    "evidence_sweep",
    "retention_sweep",
)


def order_daily_sweeps() -> None:
    for sweep in SWEEPS:
        jobs.enqueue("daily", key=f"daily:{sweep}:{read.today()}", payload={"sweep": sweep})


def handle(job: jobs.Job) -> None:
    sweep = str(job.payload["sweep"])
    if sweep not in SWEEPS:
        message = f"{sweep} is not one of the daily sweeps."
        raise LookupError(message)
    call_command(sweep)
