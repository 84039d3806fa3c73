"""Sources that only a person can look into: the owner is asked by mail, chased, and answers on the page of the task.

The answer is written in two steps. The page keeps what the owner typed and handed in; the search that it orders reads
the files in the worker and ends the source's search, under a fence of its own like any other search.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from fulfillment import chase, jobs, sources
from fulfillment.connectors.base import Shape
from fulfillment.connectors.manual import paper, papers_of
from fulfillment.jobs import Job
from fulfillment.models import DataSource, ManualTask
from requests_app.casefile import correcting, obligations, owners, read, write
from requests_app.casefile.types import FoundBatch, FoundRecord, Holder, SubjectKeys

KEY_BYTES = 16
KEY_LIFE = timedelta(days=30)
Kind, Outcome = ManualTask.Kind, ManualTask.Outcome


class NotOpen(Exception):
    """The task is shown to nobody: `why` is wrong_key, answered, revoked or expired."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Answer:
    """What the owner says. A paper has the columns of the family; a file is its name and its bytes in pieces."""

    outcome: str
    papers: Sequence[Mapping[str, str]] = ()
    files: Sequence[tuple[str, Iterable[bytes]]] = field(default=())
    remark: str = ""
    rows: int = 0
    on: date | None = None


# --- asking --------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(job: Job, source: DataSource, kind: str) -> ManualTask:
    """One task for each source and stage; the same again only passes it on to the job that asks now."""
    now, today = timezone.now(), read.today()
    due = chase.due_on(today, _answer_due_on(job.case_id))
    task, created = ManualTask.objects.select_for_update().get_or_create(
        case_id=job.case_id,
        source_key=source.key,
        kind=kind,
        entry=job.holder.entry,
        defaults={
            "asked_at": now,
            "key_expires_at": now + KEY_LIFE,
            "due_on": due,
            "next_chase_on": chase.next_on(due, 0, today),
        },
    )
    task.fence = job.fence
    if created:
        _mail(task, source)
    task.save()
    return task


def chase_all() -> int:
    """Ask again whoever is due to be asked again today; how many were."""
    due = ManualTask.objects.filter(answered_at=None, revoked_at=None, next_chase_on__lte=read.today())
    return sum(_chase(task_id) for task_id in due.values_list("pk", flat=True))


@transaction.atomic
def _chase(task_id: UUID) -> bool:
    task = ManualTask.objects.select_for_update().get(pk=task_id)
    if not task.is_open or task.next_chase_on > read.today():
        return False  # answered, or chased by another scheduler, since the list was made
    if not _is_awaited(task):
        task.revoked_at = timezone.now()
        task.save()
        return False
    task.chases += 1
    task.next_chase_on = chase.next_on(task.due_on, task.chases, read.today())
    source = DataSource.objects.filter(key=task.source_key, enabled=True).first()
    if source is not None:
        _mail(task, source)
    if (source is None or chase.is_escalated(task.chases)) and task.escalated_at is None:
        task.escalated_at = timezone.now()
        _escalate(task)
    if task.kind == Kind.FIND:
        owners.wait(_holder(task), source_key=task.source_key, again_at=again_at(task))
    task.save()
    return True


def _escalate(task: ManualTask) -> None:
    """A search holds up its case; what is still owed holds up nobody, and is seen where all of it is."""
    if task.kind == Kind.FIND:
        owners.escalate(_holder(task))
    else:
        obligations.owner_is_silent(task.case_id, task.source_key)


def _mail(task: ManualTask, source: DataSource) -> None:
    """A new key for each mail: only its hash stays here, so it is shown in the mail and never again."""
    key = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
    task.key_hash, task.key_expires_at = _hash(key), timezone.now() + KEY_LIFE
    owners.ask(
        _holder(task),
        _told(task, source),
        owner=source.owner,
        url=f"{settings.PUBLIC_BASE_URL}{reverse('console:task', args=[task.id])}",
        key="-".join(key[start : start + 4] for start in range(0, len(key), 4)),
        chase=task.chases,
    )


def _told(task: ManualTask, source: DataSource) -> owners.Task:
    return owners.Task(task.id, task.kind, source.key, source.name, task.due_on)


# --- answering -----------------------------------------------------------------------------------------------------


def opened(task_id: UUID, key: str, *, lock: bool = False) -> ManualTask:
    """The task, for whoever has the key of its last mail; else NotOpen. LookupError when there is no such task."""
    rows = ManualTask.objects.select_for_update() if lock else ManualTask.objects.all()
    task = rows.filter(pk=task_id).first()
    if task is None:
        raise LookupError(task_id)
    if not hmac.compare_digest(task.key_hash, _hash(key)):
        raise NotOpen("wrong_key")
    if task.answered_at is not None:
        raise NotOpen("answered")
    if task.revoked_at is not None or not _is_awaited(task):
        raise NotOpen("revoked")
    if task.key_expires_at < timezone.now():
        raise NotOpen("expired")
    return task


def exists(task_id: UUID) -> bool:
    return ManualTask.objects.filter(pk=task_id).exists()


def subject(task: ManualTask) -> SubjectKeys:
    """Whom to look for."""
    return read.subject_keys(task.case_id)


def wrong(task: ManualTask) -> list[correcting.Ordered]:
    """What is to be corrected on this person's papers."""
    if task.kind != Kind.CORRECT:
        return []
    return [one for one in correcting.ordered(task.case_id) if one.source_key == task.source_key and not one.is_done]


@transaction.atomic
def answer(task_id: UUID, key: str, said: Answer) -> None:
    """Keep the answer and order the search that reads it. NotOpen as `opened`; owners.NotValid for a file."""
    task = opened(task_id, key, lock=True)
    holder, source = _holder(task), DataSource.objects.get(key=task.source_key)
    kept = owners.keep_files(holder, said.files)
    if said.papers:
        store(holder, source, said.papers)
    task.answered_at, task.outcome = timezone.now(), said.outcome
    task.rows, task.files = len(said.papers) or said.rows, [str(one) for one in kept]
    task.save()
    owners.answered(
        holder,
        _told(task, source),
        outcome=said.outcome,
        rows=task.rows,
        files=len(kept),
        remark=said.remark,
        on=said.on,
    )
    if task.kind != Kind.FIND:
        obligations.owner_has_answered(task.case_id, task.source_key)
        return
    key = f"{task.case_id}:search:{task.source_key}:{task.entry}:answered"
    payload: dict[str, str | int] = {"entry": task.entry, "source": task.source_key}
    jobs.enqueue("search", key=key, case_id=task.case_id, payload=payload)


def newest(case_id: UUID, source_key: str, kind: str) -> ManualTask | None:
    """The newest question of this kind about this person's papers; None when the owner was not asked."""
    asked = ManualTask.objects.filter(case_id=case_id, source_key=source_key, kind=kind)
    return asked.order_by("-asked_at").first()


# --- what both need ------------------------------------------------------------------------------------------------


def store(holder: Holder, source: DataSource, papers: Sequence[Mapping[str, str]], *, files: bool = False) -> None:
    """Papers as records of the source's one collection: those typed and those read from files, each one batch.

    Where only their existence is asked for, none is stored.
    """
    if not read.keeps_rows(holder.case_id):
        return
    shape, kind = shape_of(source), "file" if files else "typed"
    found = [paper(shape, f"{kind}-{number}", one) for number, one in enumerate(papers, 1)]
    lines = [FoundRecord(one.collection, one.key, one.values).line() for one in found]
    batch = FoundBatch(shape.collection, int(files), lines)
    write.add_batches(holder, source_key=source.key, batches=[batch])


def shape_of(source: DataSource) -> Shape:
    return papers_of(sources.shapes(sources.map_of(source).collections))


def again_at(task: ManualTask) -> datetime:
    return datetime.combine(task.next_chase_on, time(), tzinfo=ZoneInfo(settings.UMBS_TIME_ZONE))


def _hash(key: str) -> str:
    """However it was copied: small letters, spaces and dashes do not matter."""
    plain = "".join(letter for letter in key.upper() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _holder(task: ManualTask) -> Holder:
    """What is still owed outlives the state that asked for it."""
    if task.kind == Kind.FIND:
        return Holder(task.case_id, task.entry, task.fence)
    return obligations.holder(task.case_id, task.fence)


def _is_awaited(task: ManualTask) -> bool:
    """The case still stands where it asked, or what was asked for is still owed."""
    if task.kind != Kind.FIND:
        return obligations.is_owed(task.case_id, task.source_key)
    _, entry = read.place_of(task.case_id)
    return entry == task.entry


def _answer_due_on(case_id: UUID) -> date | None:
    return next((clock.due_on for clock in read.snapshot(case_id).clocks if clock.kind == "answer"), None)
