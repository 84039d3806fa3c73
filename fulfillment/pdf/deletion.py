"""From the steps of a deletion to what papers say of it: what is gone, what is not, why, and what happens next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Final

from fulfillment.pdf import facts
from fulfillment.pdf.documents import Deletion, Erasure, Group, Remainder
from fulfillment.plain_names import Name, plain_names
from requests_app.casefile import reasons
from requests_app.casefile.types import CaseSnapshot, StepFact

NOTE: Final = "LEG-11"
ENDED: Final = frozenset({"deleted", "not_found"})  # a reason that stood in the way once does so no longer
GONE: Final = frozenset({"deleted", "nulled", "pseudonymised", "not_found"})
DONE_BY: Final = {"delete": "deleted", "null": "nulled", "pseudonymise": "pseudonymised"}


def deletion(case: CaseSnapshot) -> Deletion:
    """Only what was carried out: a step that nobody has begun says nothing yet."""
    done = [step for step in case.steps if step.result]
    ours = [step for step in done if step.reason == NOTE and not step.collection]
    steps = [step for step in done if step not in ours]
    name = plain_names(case.language)
    return Deletion(
        erasures=tuple(_erasures(steps, name)),
        remainders=tuple(_remainders(steps, name, case.language)),
        note=_note(case.language) if ours else "",
    )


def _note(language: str) -> str:
    reason = reasons.get(NOTE)
    return f"{reason.text.told(language)} {reason.next.told(language)} ({reason.citation})"


def since(case: CaseSnapshot, answered_at: datetime | None) -> Deletion:
    """What was done after the answer went out, and what is still owed."""
    steps = [step for step in case.steps if step.result]
    new = [step for step in steps if answered_at and (step.done_at or answered_at) > answered_at]
    owed = [step for step in steps if step.result == "deferred"]
    name = plain_names(case.language)
    return Deletion(erasures=tuple(_erasures(new, name)), remainders=tuple(_remainders(owed, name, case.language)))


def _erasures(steps: Iterable[StepFact], name: Name) -> Iterator[Erasure]:
    for step in steps:
        if step.rows_done or step.result in GONE:
            yield Erasure(
                source=step.source_name,
                group=Group(name(step.source_key, step.collection), step.rows_done or step.rows),
                result=step.result if step.result in GONE else DONE_BY[step.action],
                on=facts.day(step.done_at),
                checked_on=facts.day(step.asked_again_at),
                found_again=(step.rows_left or 0) if step.result in GONE else 0,
            )


def _remainders(steps: Iterable[StepFact], name: Name, language: str) -> Iterator[Remainder]:
    """One for each source and reason, and for each date on which something different happens."""
    told = (step for step in steps if step.reason and step.result not in ENDED)
    for _, group in groupby(sorted(told, key=_alike), key=_alike):
        together = list(group)
        first, reason = together[0], reasons.get(together[0].reason)
        blocked = [facts.day(step.restricted_at) for step in together]
        yield Remainder(
            source=first.source_name,
            groups=tuple(Group(name(step.source_key, step.collection), _left(step)) for step in together),
            result=first.result,
            title=reason.title.told(language),
            why=reason.text.told(language),
            then=reason.next.told(language),
            citation=reason.citation,
            rightful=reason.may_refuse,
            owner=reason.owner_name.told(language),
            blocked_on=max((day for day in blocked if day), default=None) if all(blocked) else None,
            keep_until=first.keep_until,
            next_try=first.retry_on,
            waits_for=reason.retry_event,
            attempts=max(step.attempts for step in together),
            provider=facts.provider(first.source_key) if first.result == "referred" else None,
        )


def _alike(step: StepFact) -> tuple[str, str, str, date, date]:
    never = date.max
    return step.source_name, step.reason, step.result, step.keep_until or never, step.retry_on or never


def _left(step: StepFact) -> int:
    """How many entries the reason is about: all that were found, but for those that are gone."""
    if step.result in GONE:
        return step.rows_done
    return step.rows_left if step.rows_left is not None else step.rows - step.rows_done
