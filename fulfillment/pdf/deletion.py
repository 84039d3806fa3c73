"""From the steps of a deletion to what papers say of it: what is gone, what is not, why, and what happens next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Final

from fulfillment.pdf import facts
from fulfillment.pdf.documents import Deletion, Erasure, Group, Remainder
from fulfillment.plain_names import Fields, Name, plain_fields, plain_names
from requests_app.casefile import reasons
from requests_app.casefile.types import CaseSnapshot, StepFact

NO_DAY: Final = date.max
NOTE: Final = "LEG-11"
ENDED: Final = frozenset({"deleted", "trimmed", "not_found"})  # a reason that stood in the way once does so no longer
GONE: Final = frozenset({"deleted", "nulled", "pseudonymised", "trimmed", "not_found"})
DONE_BY: Final = {"delete": "deleted", "null": "nulled", "pseudonymise": "pseudonymised", "trim": "trimmed"}


def deletion(case: CaseSnapshot) -> Deletion:
    """Only what was carried out: a step that nobody has begun says nothing yet."""
    done = [step for step in case.steps if step.result]
    ours = [step for step in done if step.reason == NOTE and not step.collection]
    steps = [step for step in done if step not in ours]
    words = _Words.of(case.language)
    return Deletion(
        erasures=tuple(_erasures(steps, words)),
        remainders=tuple(_remainders(steps, words)),
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
    words = _Words.of(case.language)
    return Deletion(erasures=tuple(_erasures(new, words)), remainders=tuple(_remainders(owed, words)))


@dataclass(frozen=True)
class _Words:
    """How things are called in the reader's language."""

    language: str
    name: Name
    fields: Fields

    @classmethod
    def of(cls, language: str) -> _Words:
        return cls(language, plain_names(language), plain_fields(language))

    def group(self, step: StepFact, rows: int) -> Group:
        what = self.name(step.source_key, step.collection)
        return Group(what, rows, only=self.fields(step.source_key, step.collection, step.without))


def _erasures(steps: Iterable[StepFact], words: _Words) -> Iterator[Erasure]:
    """One for each source and what was done there, for each day on which it was done and asked again."""
    done = (step for step in steps if step.rows_done or step.result in GONE)
    for (source, result, on, checked_on, _), group in groupby(sorted(done, key=_done_alike), key=_done_alike):
        together = list(group)
        yield Erasure(
            source=source,
            groups=tuple(words.group(step, step.rows_done or step.rows) for step in together),
            result=result,
            on=on if on != NO_DAY else None,
            checked_on=checked_on if checked_on != NO_DAY else None,
            found_again=sum(step.rows_left or 0 for step in together if step.result in GONE),
        )


def _done_alike(step: StepFact) -> tuple[str, str, date, date, bool]:
    result = step.result if step.result in GONE else DONE_BY[step.action]
    on, checked_on = facts.day(step.done_at) or NO_DAY, facts.day(step.asked_again_at) or NO_DAY
    return step.source_name, result, on, checked_on, bool(step.rows_left)


def _remainders(steps: Sequence[StepFact], words: _Words) -> Iterator[Remainder]:
    """One for each source, reason and result."""
    language = words.language
    told = (step for step in steps if step.reason and step.result not in ENDED)
    for _, group in groupby(sorted(told, key=_left_alike), key=_left_alike):
        together = list(group)
        first, reason = together[0], reasons.get(together[0].reason)
        blocked = [facts.day(step.restricted_at) for step in together]
        yield Remainder(
            source=first.source_name,
            groups=tuple(_by_collection(together, words)),
            result=first.result,
            without=_without(together, steps, words) if reason.may_be_trimmed else (),
            title=reason.title.told(language),
            why=reason.text.told(language),
            then=reason.next.told(language),
            citation=reason.citation,
            rightful=reason.may_refuse,
            owner=reason.owner_name.told(language),
            blocked_on=max((day for day in blocked if day), default=None) if all(blocked) else None,
            next_try=min((step.retry_on for step in together if step.retry_on), default=None),
            waits_for=reason.retry_event,
            attempts=max(step.attempts for step in together),
            provider=facts.provider(first.source_key) if first.result == "referred" else None,
        )


def _without(kept: Iterable[StepFact], steps: Iterable[StepFact], words: _Words) -> tuple[str, ...]:
    """What was taken out of the entries that these steps keep."""
    places = {(step.source_key, step.collection) for step in kept}
    trimmed = (one for one in steps if one.result == "trimmed" and (one.source_key, one.collection) in places)
    told = (words.fields(one.source_key, one.collection, one.without) for one in trimmed)
    return tuple(dict.fromkeys(word for each in told for word in each))


def _by_collection(steps: Iterable[StepFact], words: _Words) -> Iterator[Group]:
    """One for each collection, however many days its entries are kept until."""
    collections: dict[tuple[str, tuple[str, ...]], list[StepFact]] = {}
    for step in steps:
        collections.setdefault((step.collection, step.without), []).append(step)
    for alike in collections.values():
        rows, days = [_left(step) for step in alike], [step.keep_until for step in alike if step.keep_until]
        first, last = (min(days), max(days)) if len(days) == len(alike) else (None, None)
        group = words.group(alike[0], sum(rows) if all(rows) else 0)
        yield replace(group, until=last, first=first if first != last else None)


def _left_alike(step: StepFact) -> tuple[str, str, str]:
    return step.source_name, step.reason, step.result


def _left(step: StepFact) -> int:
    """How many entries the reason is about: all that were found, but for those that are gone."""
    if step.result in GONE:
        return step.rows_done
    return step.rows_left if step.rows_left is not None else step.rows - step.rows_done
