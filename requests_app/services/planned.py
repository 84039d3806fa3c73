"""The plan of a deletion as people read it: what is to happen to which records and why, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext as _

from requests_app import reasons
from requests_app.models import Case, Obligation, PlanStep, SourceHold
from requests_app.reasons import Reason
from requests_app.services import erasure, holds

CHANGED = erasure.DONE
STANDING = (Obligation.State.OPEN, Obligation.State.ESCALATED)


@dataclass(frozen=True)
class Line:
    """One group of records. `reason` is None where it is simply deleted; `held` stands where a hold covers it now.

    `first`: the earliest day of groups that are alike but for the day until which they are kept, read as one.
    """

    step: PlanStep
    reason: Reason | None
    held: SourceHold | None
    owed: Obligation | None
    language: str
    rows: int
    first: date | None = None

    @property
    def ground(self) -> str:
        return self.reason.title.told(self.language) if self.reason else ""

    @property
    def why(self) -> str:
        return self.reason.text.told(self.language) if self.reason else ""

    @property
    def is_settled(self) -> bool:
        return bool(self.step.result)

    @property
    def owner(self) -> str:
        """Who answers for what is left: whoever is asked for it, else the team that the reason names."""
        if self.owed is not None:
            return self.owed.owner
        return self.reason.owner_name.told(self.language) if self.reason else ""

    @property
    def next(self) -> str:
        """What happens to these records now, in a sentence."""
        if self.held is not None and self.step.result not in CHANGED:
            return _("Left as it is while the hold stands; due on the day that it is lifted.")
        if self.step.result in CHANGED:
            return _("Nothing more.") if self.step.rows_left == 0 else _("The source is asked again.")
        if self.step.result == PlanStep.Result.NOT_FOUND:
            return _("Nothing more.")
        if self.reason is not None:
            return self.reason.next.told(self.language)
        return _("Carried out after the approvals and the time in which it can still be withdrawn.")


@dataclass(frozen=True)
class Source:
    """The lines of one source, in the order in which they are carried out; what differs by a day alone is one."""

    key: str
    name: str
    lines: Sequence[Line]

    @property
    def rows(self) -> int:
        return _rows(self.lines)


@dataclass(frozen=True)
class Planned:
    """`planned`, `done`: word -> rows. `may_begin_at`: the end of the time to take it back, while that time runs.

    `lines` has one for each step of the plan.
    """

    lines: Sequence[Line]
    sources: Sequence[Source]
    planned: Mapping[str, int]
    done: Mapping[str, int]
    left: int
    may_begin_at: datetime | None

    @property
    def rows(self) -> int:
        return _rows(self.lines)

    @property
    def is_begun(self) -> bool:
        return any(line.is_settled for line in self.lines)


def _rows(lines: Iterable[Line]) -> int:
    """Each row once: what loses fields stands in the line that keeps it."""
    return sum(line.rows for line in lines if line.step.action != PlanStep.Action.TRIM)


def _together(lines: Iterable[Line]) -> list[Line]:
    """The last of those that are alike but for their day stands for all, with what is owed first."""

    def alike(line: Line) -> tuple[object, ...]:
        step = line.step
        apart = step.id if step.action != PlanStep.Action.KEEP or step.keep_until is None else None
        return step.collection, step.reason, step.result, step.error, apart

    groups = (list(group) for _, group in groupby(lines, key=alike))
    return [
        replace(group[-1], owed=group[0].owed, rows=sum(line.rows for line in group), first=group[0].step.keep_until)
        if len(group) > 1
        else group[0]
        for group in groups
    ]


def read(case: Case, *, language: str) -> Planned:
    steps = list(case.steps.all())
    covered, owed = holds.covered(steps), _owed(case)
    lines = [
        Line(
            step=step,
            reason=reasons.get(step.reason) if step.reason else None,
            held=covered.get(step.id),
            owed=owed.get(step.id),
            language=language,
            rows=step.rows,
        )
        for step in steps
    ]
    planned: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for step in steps:
        planned[str(PlanStep.Action(step.action).label)] += step.rows
        if step.result:
            done[str(PlanStep.Result(step.result).label)] += step.rows_done if step.result in CHANGED else step.rows
    keys = dict.fromkeys((step.source_key, step.source_name) for step in steps)
    return Planned(
        lines=lines,
        sources=[
            Source(key, name, _together(line for line in lines if line.step.source_key == key)) for key, name in keys
        ],
        planned=dict(planned),
        done=dict(done),
        left=sum(step.rows_left or 0 for step in steps),
        may_begin_at=erasure.may_begin_at(case),
    )


def in_words(reason: str, language: str) -> str:
    """A reason code's title; nothing where there is no reason."""
    return reasons.get(reason).title.told(language) if reason else ""


def in_short(case: Case) -> dict[str, str]:
    """Source -> what is planned there, or what came of it, as the board of the sources says it."""
    found: dict[str, Counter[str]] = {}
    for step in case.steps.all():
        word = PlanStep.Result(step.result).label if step.result else PlanStep.Action(step.action).label
        found.setdefault(step.source_key, Counter())[str(word)] += step.rows
    return {key: ", ".join(f"{word}: {rows}" for word, rows in words.items()) for key, words in found.items()}


def _owed(case: Case) -> dict[object, Obligation]:
    """Step -> the first thing still owed for it."""
    rows = case.obligations.filter(state__in=STANDING).exclude(step=None).order_by("-due_on")
    return {row.step_id: row for row in rows}
