"""Access and portability: everything found, readable by people and by programs."""

from __future__ import annotations

from fulfillment.fulfil.package import build
from fulfillment.fulfil.release import release
from fulfillment.jobs import Job
from requests_app.casefile.types import CaseSnapshot


def carry_out(job: Job, case: CaseSnapshot) -> None:
    release(job, case, build)
