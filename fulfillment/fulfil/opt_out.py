"""Opt-out: written at each source that can, then asked for again, and to the suppression list; each answer is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fulfillment import sources
from fulfillment.connectors.base import ConnectorError, Kind, Lookup, Record, Unread
from fulfillment.datamap.graph import Collection
from fulfillment.datamap.plan import NAMING, plan
from fulfillment.facts import Facts, facts_of
from fulfillment.jobs import Job
from fulfillment.models import DataSource
from fulfillment.reasons import BY_HAND, NO_EFFECT, reason_for
from fulfillment.walk import Walk
from requests_app.casefile import deliver, obligations, opting_out, read, write
from requests_app.casefile.opting_out import Left, Waiting
from requests_app.casefile.types import CaseSnapshot, Holder

TRIES = 3
Choice = Mapping[str, str | int | bool | None]


class NotKept(ConnectorError):
    """The source said that it keeps the choice, and does not."""

    def __init__(self) -> None:
        message = "It says that it keeps the choice, and asked again it does not; its owner has to look."
        super().__init__(message, permanent=False, kind=Kind.FAILED)


@dataclass(frozen=True)
class Answer:
    """What one source answered: a result of the contract, and the error where it failed."""

    source: DataSource
    result: str
    error: ConnectorError | None = None

    @property
    def reason(self) -> str:
        """The code of the reason why it is not done; empty where it is."""
        if self.error is None:
            return ""
        return NO_EFFECT if isinstance(self.error, NotKept) else reason_for(self.error.kind)


def carry_out(job: Job, case: CaseSnapshot) -> None:
    """Safe to run twice: a flag set a second time is the flag. What failed for now is tried again with the job, and
    what failed to the end is owed.
    """
    write.first_effect(job.holder)
    failed = ask_each(job, case, facts_of(read.subject_keys(case.id)))
    deliver.restrict(job.holder)
    try_again(job, failed)
    left = [Left(one.source.key, one.source.name, one.reason, one.source.owner) for one in failed]
    write.fulfilled(job.holder, outcome=opting_out.settle(job.holder, left))


def again(job: Job, waiting: Waiting) -> None:
    """One source that a closed case still owes, on its date."""
    source = DataSource.objects.filter(key=waiting.source_key).first()
    if source is None:
        opting_out.tried(waiting, outcome=obligations.BY_HAND, reason=BY_HAND, owner="")
        return
    job.check()
    came = _ask(obligations.holder(job.case_id, job.fence), source, facts_of(waiting.about), lifted=False)
    outcome = {"failed": "deferred", "not_capable": obligations.BY_HAND}.get(came.result, came.result)
    opting_out.tried(waiting, outcome=outcome, reason=came.reason, owner=source.owner)


def ask_each(job: Job, case: CaseSnapshot, facts: Facts, *, lifted: bool = False) -> list[Answer]:
    """Every source that has not answered yet; returns what failed. `lifted`: the person allows it again."""
    done = {one.source_key for one in case.suppressions if one.result != "failed"}
    answers = []
    for source in sources.enabled():
        if source.key not in done:
            job.check()
            answers.append(_ask(job.holder, source, facts, lifted=lifted))
    return [answer for answer in answers if answer.error is not None]


def try_again(job: Job, failed: list[Answer]) -> None:
    """What may pass is raised, so that the job comes back to it."""
    passing = (one.error for one in failed if one.error is not None and not one.error.permanent)
    if job.attempt < TRIES and (error := next(passing, None)):
        raise error


def _ask(by: Holder, source: DataSource, facts: Facts, *, lifted: bool) -> Answer:
    """Ask one source; its answer is written down before the next one is asked."""
    source_map = sources.map_of(source)
    wanted = {item.address: choice for item in source_map.collections if (choice := _choice(item, lifted=lifted))}
    if not wanted or source_map.source.located_only:
        if not lifted:
            _report(by, source, "not_capable")
        return Answer(source, "not_capable")
    try:
        matched = _write(source, facts, wanted, lifted=lifted)
    except ConnectorError as error:
        _report(by, source, "failed", error=str(error))
        return Answer(source, "failed", error)
    result = "written" if matched else "not_found"
    _report(by, source, result, rows=matched)
    return Answer(source, result)


def _choice(collection: Collection, *, lifted: bool) -> Choice:
    """Column -> what it has to hold; empty where the collection cannot keep the choice."""
    return dict(collection.unsuppress if lifted else collection.suppress)


def _write(source: DataSource, facts: Facts, choices: Mapping[str, Choice], *, lifted: bool) -> int:
    """How many rows now carry the choice. The person's rows are walked first: some are reached only by a reference.

    Whatever the source said, it is asked again in a new conversation: an answer alone stops no sale.
    """
    kinds = [kind for kind in NAMING if facts.get(kind)]
    walk = Walk(sources.map_of(source), plan(sources.maps(), kinds), facts, handed={})
    with sources.connect(source) as connector:
        for _ in walk.run(connector):
            pass
    asked = [Lookup(address, keys=keys) for address in choices if (keys := walk.asked_of(address))]
    with sources.connect(source) as connector:
        matched = sum(connector.suppress(lookup, lifted=lifted).matched for lookup in asked)
    with sources.connect(source) as connector:
        if not all(_carries(found, choices[lookup.collection]) for lookup in asked for found in connector.find(lookup)):
            raise NotKept
    return matched


def _carries(found: Record | Unread, choice: Choice) -> bool:
    """A database without booleans holds 1 for yes."""
    if isinstance(found, Unread):
        return False
    held = {name: found.values.get(name) for name in choice}
    return all(
        held[name] is not None and bool(held[name]) is value if isinstance(value, bool) else held[name] == value
        for name, value in choice.items()
    )


def _report(by: Holder, source: DataSource, result: str, *, rows: int = 0, error: str = "") -> None:
    write.record_suppression(by, source_key=source.key, source_name=source.name, result=result, rows=rows, error=error)
