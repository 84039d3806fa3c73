"""The owner of a source that only a person can look into is asked by mail; what the machinery reports about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from requests_app.casefile.types import Holder
from requests_app.casefile.write import _hold, _search
from requests_app.exceptions import NotValid
from requests_app.ledger import chain
from requests_app.models import Attention, EventKind, Evidence, Notice, SystemSearch
from requests_app.permissions import SYSTEM
from requests_app.services import messages, notices
from requests_app.services.transition import flag
from requests_app.uploads import is_too_large
from requests_app.vault import CaseVault, blobs

__all__ = [
    "NotValid",
    "Task",
    "answered",
    "ask",
    "cannot_search",
    "escalate",
    "is_too_large",
    "keep_files",
    "open_file",
    "wait",
]

WAITING = "waiting_for_owner"
ARRIVED = "owner_answered"


@dataclass(frozen=True)
class Task:
    """What the case file is told of a task: `kind` is find, erase or correct."""

    id: UUID
    kind: str
    source_key: str
    source_name: str
    due_on: date


@transaction.atomic
def ask(holder: Holder, task: Task, *, owner: str, url: str, key: str, chase: int) -> None:
    """Mail the task to the owner, the first time or as the n-th chase. The mail carries the key, and nobody's name."""
    case = _hold(holder, stage=False)
    due = task.due_on.isoformat()
    parameters = {
        "source": task.source_name,
        "what": task.kind,
        "task_url": url,
        "task_key": key,
        "due_on": due,
        "chase": chase,
    }
    notices.order(
        case, Notice.Kind.OWNER_TASK, by=SYSTEM, key=f"owner:{task.id}:{chase}", to=owner, parameters=parameters
    )
    payload = {"source": task.source_key, "task": task.id, "kind": task.kind, "chase": chase, "due": due}
    chain.append(case.id, EventKind.OWNER_ASKED, by=SYSTEM, payload=payload)


@transaction.atomic
def wait(holder: Holder, *, source_key: str, again_at: datetime) -> None:
    """The search stays pending until the owner answers, and says so; the owner is asked again at that time."""
    search = _search(holder, source_key)
    search.state, search.reason, search.next_try_at = SystemSearch.State.PENDING, WAITING, again_at
    search.save()


@transaction.atomic
def escalate(holder: Holder) -> None:
    """The owner does not answer: an officer has to."""
    flag(_hold(holder, stage=False), Attention.SEARCH_FAILED, by=SYSTEM)


@transaction.atomic
def answered(
    holder: Holder, task: Task, *, outcome: str, rows: int, files: int, remark: str, on: date | None = None
) -> None:
    """The owner has answered; the remark becomes a note of the case. The answer is read by the work that follows."""
    case = _hold(holder, stage=False)
    if task.kind == "find":
        search = _search(holder, task.source_key)
        search.reason, search.next_try_at = ARRIVED, None
        search.save()
    if remark:
        messages.keep_note(case, remark, by=SYSTEM)
    payload = {"source": task.source_key, "task": task.id, "outcome": outcome, "rows": rows, "files": files}
    if on is not None:
        payload["on"] = on.isoformat()
    chain.append(case.id, EventKind.OWNER_ANSWERED, by=SYSTEM, payload=payload)
    if case.attention == Attention.SEARCH_FAILED and not _others_failed(case.id):
        flag(case, Attention.NONE, by=SYSTEM)


def _others_failed(case_id: UUID) -> bool:
    return SystemSearch.objects.filter(case_id=case_id, state=SystemSearch.State.FAILED).exists()


@transaction.atomic
def cannot_search(holder: Holder, *, source_key: str, reason: str) -> None:
    """The source was not searched, for this reason code: what it holds is not in a searchable form (11 CCR 7024(c))."""
    search = _search(holder, source_key)
    search.state, search.reason, search.finished_at = SystemSearch.State.NOT_SEARCHED, reason, timezone.now()
    search.save()
    payload = {"source": source_key, "rows": 0, "attempt": search.attempts, "reason": reason}
    chain.append(holder.case_id, EventKind.SEARCH_ANSWERED, by=SYSTEM, payload=payload)


@transaction.atomic
def keep_files(holder: Holder, files: Sequence[tuple[str, Iterable[bytes]]]) -> list[UUID]:
    """Seal the files that the owner hands in; NotValid (and none kept) when one is empty, too large or no such type."""
    case = _hold(holder, stage=False)
    kept: list[Evidence] = []
    try:
        for name, parts in files:
            kept.append(messages.keep(case, by=SYSTEM, name=name, parts=parts, purpose=Evidence.Purpose.OWNER))
    except BaseException:
        for row in kept:
            blobs.remove(row.blob)
        raise
    return [row.id for row in kept]


def open_file(case_id: UUID, file_id: UUID) -> tuple[str, bytes]:
    """A file that an owner handed in: its name and its bytes."""
    row = Evidence.objects.get(pk=file_id, case_id=case_id, purpose=Evidence.Purpose.OWNER)
    vault = CaseVault.of(case_id)
    return vault.open_text(row.name_sealed, place=f"evidence.name|{row.id}"), b"".join(blobs.read(vault, row.blob))
