"""Opt-in again: the suppression list is lifted for the confirmed address; then the sources are set back, if allowed."""

from __future__ import annotations

from fulfillment.facts import facts_of
from fulfillment.fulfil.opt_out import ask_each, try_again
from fulfillment.jobs import Job
from requests_app.casefile import deliver, read, write
from requests_app.casefile.types import CaseSnapshot


def carry_out(job: Job, case: CaseSnapshot) -> None:
    """Safe to run twice. A source's flag serves every choice, so it stays while another one is in force."""
    write.first_effect(job.holder)
    may_set_back = deliver.lift(job.holder)
    failed = ask_each(job, case, facts_of(read.confirmed_keys(case.id)), lifted=True) if may_set_back else []
    try_again(job, failed)
    deliver.confirm_opt_in(job.holder, kept=not may_set_back)
    write.fulfilled(job.holder, outcome="partly" if failed else "fulfilled")
