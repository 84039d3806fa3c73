"""Carry out what was approved: one module per verb, under the contract's names of the rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.utils.module_loading import import_string

from fulfillment.jobs import Job
from requests_app.casefile import read
from requests_app.casefile.types import CaseSnapshot
from requests_app.lifecycle import State

VERBS: dict[str, str] = {
    "access": "fulfillment.fulfil.access.carry_out",
    "portability": "fulfillment.fulfil.access.carry_out",
    "know_categories": "fulfillment.fulfil.categories.carry_out",
    "third_party_list": "fulfillment.fulfil.third_parties.carry_out",
    "correct": "fulfillment.fulfil.correct.carry_out",
    "delete": "fulfillment.fulfil.erase.carry_out",
    "opt_out_sale_sharing": "fulfillment.fulfil.opt_out.carry_out",
    "opt_out_targeted_ads": "fulfillment.fulfil.opt_out.carry_out",
    "opt_out_profiling": "fulfillment.fulfil.opt_out.carry_out",
    "opt_in_sale_sharing": "fulfillment.fulfil.opt_in.carry_out",
    "limit_sensitive": "fulfillment.fulfil.opt_out.carry_out",
}

Verb = Callable[[Job, CaseSnapshot], None]


def handle(job: Job) -> None:
    """One call; safe to run twice, since every step asks whether it was done."""
    case = read.snapshot(job.case_id)
    if case.state != State.FULFILLING or case.entry != job.payload["entry"]:
        return
    cast("Verb", import_string(VERBS[case.right]))(job, case)
