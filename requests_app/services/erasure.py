"""A deletion's plan, what came of each of its steps, what is restricted, and what is still owed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from requests_app import reasons
from requests_app.exceptions import GateClosed, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, CaseLink, EventKind, Notice, Obligation, PlanStep
from requests_app.permissions import SYSTEM, Verb
from requests_app.reasons import Reason
from requests_app.services import clock, notices, restrictions
from requests_app.vault import CaseVault, keyed_hash

Action, Result = PlanStep.Action, PlanStep.Result
ACTS = frozenset({Action.DELETE, Action.NULL, Action.PSEUDONYMISE, Action.TRIM})
DONE = frozenset({Result.DELETED, Result.NULLED, Result.PSEUDONYMISED, Result.TRIMMED})
WORDS = ("deleted", "trimmed", "kept", "deferred", "untrimmed", "referred", "not_found")
SUPPRESSED = "LEG-11"  # our own list of whom not to write to: kept on every deletion, and no part of what was asked
REVIEW = timedelta(days=365)  # what waits for an event is looked at once a year at the latest
SOURCE_OWNER = "source_owner"


@dataclass(frozen=True)
class Planned:
    """One group of rows and what is to become of it. `collection` is empty where the whole source is meant."""

    source_key: str
    source_name: str
    collection: str
    action: str
    reason: str = ""
    keep_until: date | None = None
    keys: tuple[Mapping[str, Any], ...] = ()
    rows: int = 0
    position: int = 0
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceFact:
    """Who answers for a source and when it is asked again, in days after the deletion."""

    name: str
    owner: str
    recheck_after_days: tuple[int, ...] = field(default=())


def write_plan(case: Case, planned: Sequence[Planned]) -> None:
    """In the place of an earlier plan, of which nothing was carried out."""
    if case.steps.exclude(result="").exists():
        message = "This plan has been begun; it can no longer be replaced."
        raise WrongState(message)
    case.steps.all().delete()
    vault = CaseVault.of(case.id)
    for one in planned:
        step = PlanStep(
            case=case,
            source_key=one.source_key,
            source_name=one.source_name,
            collection=one.collection,
            action=one.action,
            reason=one.reason,
            keep_until=one.keep_until,
            without=list(one.without),
            rows=one.rows,
            position=one.position,
        )
        if one.keys:
            step.keys_sealed = vault.seal_json([dict(key) for key in one.keys], place=_place(step))
            step.keys_digest = _digest(one.keys)
        step.save(force_insert=True)
    rows: Counter[str] = Counter()
    for one in planned:
        rows[one.action] += one.rows
    chain.append(case.id, EventKind.PLAN_WRITTEN, by=SYSTEM, payload={"steps": len(planned), **rows})


def _place(step: PlanStep) -> str:
    return f"planstep.keys|{step.id}"


def _digest(keys: Sequence[Mapping[str, Any]]) -> str:
    return keyed_hash("deletion-keys", json.dumps(sorted(json.dumps(key, sort_keys=True) for key in keys)))


def keys_of(step: PlanStep, vault: CaseVault) -> tuple[dict[str, Any], ...]:
    """The primary keys that were approved. GateClosed when they are others than those of the plan."""
    if not step.keys_sealed:
        return ()
    keys: list[dict[str, Any]] = vault.open_json(step.keys_sealed, place=_place(step))
    if _digest(keys) != step.keys_digest:
        raise GateClosed(["altered"])
    return tuple(keys)


def may_begin_at(case: Case) -> datetime | None:
    """The end of the time in which an approved deletion can still be taken back; None when that time is over."""
    if case.right != Right.DELETE or case.state != State.FULFILLING or case.first_effect_at is not None:
        return None
    moves = case.events.filter(kind=EventKind.CASE_MOVED, payload__verb=Verb.RELEASE.value)
    released = moves.order_by("-sequence").first()
    at = released.at + timedelta(hours=settings.UMBS_COOLING_OFF_HOURS) if released else None
    return at if at and at > timezone.now() else None


def waits_for_a_copy(case: Case) -> bool:
    """A copy was asked for in the same visit and has not been made yet: what it needs must still be there."""
    if case.right != Right.DELETE:
        return False
    copies = (Right.ACCESS, Right.PORTABILITY, Right.KNOW_CATEGORIES)
    linked = case.links.filter(kind=CaseLink.Kind.SAME_VISIT, other__right__in=copies)
    return linked.exclude(other__state__in=(State.RECORDING, State.CLOSED)).exists()


def step_tried(step: PlanStep, **changes: Any) -> None:
    """It failed in a way that may pass, and is tried again soon; it has no result yet."""
    for name, value in changes.items():
        setattr(step, name, value)
    step.attempts += 1
    step.save()


def step_done(step: PlanStep, *, result: str, reason: str = "", **changes: Any) -> None:
    """What came of one step, as its source said and as it was found when asked again.

    `reason` says why it was left undone; empty, the reason of the plan stands, or none where an earlier try had failed.
    """
    if reason or step.result == Result.DEFERRED:
        step.reason = reason
    step.result = result
    for name, value in changes.items():
        setattr(step, name, value)
    now = timezone.now()
    step.attempts += 1
    step.done_at = now
    if step.rows_left is not None:
        step.asked_again_at = now
    step.save()
    payload = {
        "step": step.id,
        "source": step.source_key,
        "result": str(step.result),
        "reason": step.reason,
        "rows": step.rows_done,
        "left": step.rows_left,
    }
    chain.append(step.case_id, EventKind.STEP_DONE, by=SYSTEM, payload=payload)


def came_later(case: Case, *, source_key: str, collection: str, rows: int, reason: str) -> None:
    """A line of its own for rows that appeared after the approval; nobody has approved anything about them."""
    name = case.searches.get(source_key=source_key).source_name
    planned = {"source_key": source_key, "collection": collection, "action": Action.DEFER, "reason": reason}
    step, _ = PlanStep.objects.get_or_create(case=case, **planned, defaults={"source_name": name, "rows": rows})
    step.rows = rows
    step_done(step, result=Result.DEFERRED, rows_done=0, rows_left=rows)


def settle(case: Case, sources: Mapping[str, SourceFact]) -> tuple[str, str]:
    """What is left undone gets its result, its restriction and its date; the letter. Returns (outcome, ground)."""
    restrictions.add(case, _learned(case))
    now = timezone.now()
    for step in case.steps.filter(result="", action__in=(Action.KEEP, Action.REFER, Action.DEFER)):
        words = {Action.KEEP: Result.KEPT, Action.REFER: Result.REFERRED, Action.DEFER: Result.DEFERRED}
        step_done(step, result=words[Action(step.action)])
    steps = list(case.steps.all())
    for step in steps:
        if step.result not in DONE | {Result.NOT_FOUND} and step.restricted_at is None:
            step.restricted_at = now
            step.save(update_fields=["restricted_at"])
        if step.result in {Result.KEPT, Result.DEFERRED} and step.reason != SUPPRESSED:
            _owe_another_try(step, sources.get(step.source_key))
    for source_key, fact in sources.items():
        if any(step.source_key == source_key and step.result in DONE for step in steps):
            owe_another_look(case, source_key, fact)
    notices.order(
        case, Notice.Kind.DELETION_DONE, by=SYSTEM, key=f"deletion-done:{case.entry}", parameters=_counts(steps)
    )
    return _outcome(steps)


def _learned(case: Case) -> list[tuple[str, str]]:
    """(kind, value) of the identifiers that the search taught and that were approved with the plan for our own list."""
    notes, vault = case.steps.filter(reason=SUPPRESSED, collection=""), CaseVault.of(case.id)
    return [(key["kind"], key["value"]) for note in notes for key in keys_of(note, vault)]


def _owe_another_try(step: PlanStep, source: SourceFact | None) -> None:
    reason, today = reasons.get(step.reason), clock.today()
    over = step.keep_until + timedelta(days=1) if step.keep_until else None
    due_on = over or reason.next_try(today) or today + REVIEW
    named = source.owner if source and reason.owner == SOURCE_OWNER else reason.owner_name.en
    owe(
        step.case,
        f"{step.case_id}:retry:{step.id}",
        kind=Obligation.Kind.RETRY,
        step=step,
        source_key=step.source_key,
        source_name=step.source_name,
        reason=step.reason,
        owner=named,
        due_on=max(due_on, today),
    )


def owe_another_look(case: Case, source_key: str, fact: SourceFact, *, after: str = "") -> None:
    """On day 0 it was asked already, right after the deletion. `after` names the later try that ended it, if any."""
    for days in fact.recheck_after_days:
        if days:
            owe(
                case,
                f"{case.id}:recheck:{source_key}:{days}{after}",
                kind=Obligation.Kind.RECHECK,
                source_key=source_key,
                source_name=fact.name,
                owner=fact.owner,
                due_on=clock.today() + timedelta(days=days),
            )


def owe_again(case: Case, key: str, *, source_key: str, source_name: str, reason: str, owner: str) -> None:
    """What is no step of a plan is tried again on its reason's own day. `owner` is the source's, where it has one."""
    why = reasons.get(reason)
    owe(
        case,
        key,
        kind=Obligation.Kind.RETRY,
        source_key=source_key,
        source_name=source_name,
        reason=reason,
        owner=(owner if why.owner == SOURCE_OWNER else "") or why.owner_name.en,
        due_on=why.next_try(clock.today()) or clock.today() + REVIEW,
    )


def owe(case: Case, key: str, **what: Any) -> None:
    """Once; an obligation outlives the case."""
    row, created = Obligation.objects.get_or_create(
        key=key, defaults={"case": case, "opened_at": timezone.now(), **what}
    )
    if created:
        payload = {
            "obligation": row.id,
            "kind": str(row.kind),
            "source": row.source_key,
            "reason": row.reason,
            "due_on": row.due_on.isoformat(),
        }
        chain.append(case.id, EventKind.OBLIGATION_OPENED, by=SYSTEM, payload=payload)


def _asked(steps: Sequence[PlanStep]) -> list[PlanStep]:
    return [step for step in steps if step.reason != SUPPRESSED]


def _counts(steps: Sequence[PlanStep]) -> dict[str, int]:
    """How many records were deleted or made nameless, stay (and lost fields), wait, belong to a provider."""
    counts = dict.fromkeys(WORDS, 0)
    for word, _reason, rows in map(_said, _asked(steps)):
        counts[word] += rows
    del counts["not_found"]
    return counts


def _said(step: PlanStep) -> tuple[str, str, int]:
    """The word for the person, the reason, and how many records; what is made nameless is as good as deleted.

    Records that lose fields are told as kept by another step: here only that they did, or that it is late.
    """
    if step.result == Result.TRIMMED:
        return "trimmed", "", step.rows_done
    if step.action == Action.TRIM and step.result == Result.DEFERRED:
        return "untrimmed", step.reason, step.rows
    if step.result in DONE:
        return "deleted", "", step.rows_done
    return str(step.result), step.reason, step.rows


@dataclass(frozen=True)
class Told:
    """For the person: what became of so many records, why, and what happens next.

    `on` is the last day on which any of them has to be kept, or the day of the next try; None when nobody knows it.
    `first` is the last day of those that go first, where they are kept until different days.
    """

    word: str
    rows: int
    reason: Reason | None
    on: date | None
    first: date | None
    language: str

    @property
    def why(self) -> str:
        return self.reason.text.told(self.language) if self.reason else ""

    @property
    def next(self) -> str:
        return self.reason.next.told(self.language) if self.reason else ""


def told(case: Case, language: str) -> list[Told]:
    """What was deleted and what was not, once it is settled: each reason once, in the order of `WORDS`."""
    if not case.outcome:
        return []
    due = dict(case.obligations.exclude(step=None).order_by("-due_on").values_list("step_id", "due_on"))
    groups: dict[tuple[str, str], list[PlanStep]] = {}
    for step in case.steps.exclude(result=""):
        word, reason, _rows = _said(step)
        groups.setdefault((word, reason), []).append(step)
    lines = []
    for (word, reason), steps in sorted(groups.items(), key=lambda group: (WORDS.index(group[0][0]), group[0][1])):
        if word == "not_found":
            continue
        first, last = _kept_until(steps)
        retry = min((due[one.id] for one in steps if one.id in due), default=None)
        lines.append(
            Told(
                word=word,
                rows=sum(_said(step)[2] for step in steps),
                reason=reasons.get(reason) if reason else None,
                on=last if word == "kept" else retry,
                first=first if first != last else None,
                language=language,
            )
        )
    return lines


def _kept_until(steps: Sequence[PlanStep]) -> tuple[date | None, date | None]:
    """The first and the last of their days; none where one of them has no end that could be told."""
    days = [step.keep_until for step in steps if step.keep_until]
    return (min(days), max(days)) if len(days) == len(steps) else (None, None)


def _outcome(steps: Sequence[PlanStep]) -> tuple[str, str]:
    """A technical reason is never a denial: what is only late is partly done, what the law keeps whole is refused."""
    results = {str(step.result) for step in _asked(steps)} - {Result.NOT_FOUND.value}
    if results <= DONE:
        return Outcome.FULFILLED.value, ""
    if results == {Result.REFERRED}:
        return Outcome.REFERRED.value, next(step.reason for step in _asked(steps) if step.result == Result.REFERRED)
    grounds = [step.reason for step in _asked(steps) if step.reason and reasons.get(step.reason).may_refuse]
    if results == {Result.KEPT} and grounds:
        return Outcome.REFUSED.value, grounds[0]
    return Outcome.PARTLY.value, ""
