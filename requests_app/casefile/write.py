"""What happened, as the machinery reports it. A writer is refused (Superseded) when a newer holder has taken over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from requests_app.casefile.types import FoundBatch, Holder, ProposedRedaction
from requests_app.exceptions import Superseded
from requests_app.ledger import chain
from requests_app.lifecycle import EXISTENCE_ONLY, State
from requests_app.models import (
    Attention,
    Case,
    Clock,
    EventKind,
    RecordBatch,
    Redaction,
    SuppressionResult,
    SystemSearch,
)
from requests_app.permissions import SYSTEM, Verb
from requests_app.services import clock, handed_on, identity, review
from requests_app.services.transition import flag, locked, move
from requests_app.vault import CaseVault


def _hold(holder: Holder, *, stage: bool = True) -> Case:
    """Lock the case and make sure that this holder is the newest one that has written in this stage."""
    case = locked(holder.case_id)
    if case.entry != holder.entry or (stage and case.stage_fence > holder.fence):
        raise Superseded
    if stage and case.stage_fence < holder.fence:
        case.stage_fence = holder.fence
        case.save(update_fields=["stage_fence"])
    return case


def _search(holder: Holder, source_key: str) -> SystemSearch:
    _hold(holder, stage=False)
    search = SystemSearch.objects.select_for_update().get(case_id=holder.case_id, source_key=source_key)
    if search.fence > holder.fence:
        raise Superseded
    search.fence = holder.fence
    return search


@transaction.atomic
def record_match(case_id: UUID, *, kinds: Sequence[str], on_file: Sequence[str]) -> None:
    """Facts compared: `kinds` that agree (email, phone, date_of_birth, account, postal_address, name) and which given
    addresses a source holds, by position (`email:0`). Never a value. The case goes on by itself when it is enough.
    """
    identity.matched(locked(case_id), kinds=list(kinds), on_file=list(on_file))


@transaction.atomic
def open_search(holder: Holder, *, source_key: str, source_name: str, state: str, reason: str = "") -> None:
    """One row per source, also for a source that is not searched (state and reason say why).

    A search of an earlier entry of the case (it was sent back) starts afresh: its records and rulings go.
    """
    _hold(holder, stage=False)
    search, created = SystemSearch.objects.get_or_create(
        case_id=holder.case_id, source_key=source_key, defaults={"source_name": source_name}
    )
    if not created and search.entry == holder.entry:
        return
    search.batches.all().delete()
    fresh = SystemSearch(id=search.id, case_id=holder.case_id, source_key=source_key, source_name=source_name)
    fresh.state, fresh.reason, fresh.entry = state, reason, holder.entry
    if state in {SystemSearch.State.NOT_SEARCHED, SystemSearch.State.REFERRED}:
        fresh.finished_at = timezone.now()
    fresh.save(force_update=True)


@transaction.atomic
def start_search(holder: Holder, *, source_key: str) -> None:
    search = _search(holder, source_key)
    search.state = SystemSearch.State.RUNNING
    search.started_at = search.started_at or timezone.now()
    search.attempts += 1
    search.error = search.error_kind = search.reason = ""
    search.next_try_at = None
    search.save()
    payload = {"source": source_key, "attempt": search.attempts}
    chain.append(holder.case_id, EventKind.SEARCH_STARTED, by=SYSTEM, payload=payload)


@transaction.atomic
def add_batches(holder: Holder, *, source_key: str, batches: Sequence[FoundBatch]) -> None:
    """Store them, all or none. The same (collection, sequence) again is the resumed search: it replaces nothing."""
    search = _search(holder, source_key)
    stored = set(search.batches.values_list("collection", "sequence"))
    vault = CaseVault.of(holder.case_id)
    fresh = [_sealed(search, one, vault) for one in batches if (one.collection, one.sequence) not in stored]
    RecordBatch.objects.bulk_create(fresh)
    search.rows_found += sum(batch.rows for batch in fresh)
    search.save(update_fields=["fence", "rows_found"])


def _sealed(search: SystemSearch, found: FoundBatch, vault: CaseVault) -> RecordBatch:
    lines = b"\n".join(found.lines)
    batch = RecordBatch(
        case_id=search.case_id,
        search=search,
        collection=found.collection,
        sequence=found.sequence,
        rows=len(found.lines),
        digest=hashlib.sha256(lines).hexdigest(),
    )
    batch.sealed = vault.seal_lines(lines, place=f"batch.sealed|{batch.id}")
    return batch


@transaction.atomic
def search_answered(
    holder: Holder,
    *,
    source_key: str,
    identifiers_used: Mapping[str, int],
    collections: Sequence[Mapping[str, Any]],
    warnings: Sequence[str] = (),
    learned: Mapping[str, Mapping[str, Sequence[Any]]] | None = None,
    inputs: str = "",
    rows_located: int | None = None,
) -> list[str]:
    """The source was searched to its end with the values from other sources whose digest is `inputs`.

    `learned`: other source -> place -> values that lead there. Returns the sources (perhaps this one) that are open
    again, because something was learned that they had not used. `rows_located` counts rows of a source that is
    located, not disclosed. Where only existence is asked, no row was stored, and the collections tell their number.
    """
    search = _search(holder, source_key)
    search.state = SystemSearch.State.REFERRED if rows_located is not None else SystemSearch.State.ANSWERED
    if rows_located is not None:
        search.rows_found = rows_located
    elif search.case.right in EXISTENCE_ONLY:
        search.rows_found = sum(one["rows"] for one in collections)
    search.identifiers_used = dict(identifiers_used)
    search.collections = [dict(one) for one in collections]
    search.warnings = list(warnings)
    search.inputs_digest = inputs
    search.finished_at = timezone.now()
    if learned:
        plain = {key: {place: list(values) for place, values in places.items()} for key, places in learned.items()}
        search.learned_sealed = CaseVault.of(holder.case_id).seal_json(plain, place=f"search.learned|{search.id}")
    search.save()
    payload = {"source": source_key, "rows": search.rows_found, "attempt": search.attempts, "warnings": len(warnings)}
    chain.append(holder.case_id, EventKind.SEARCH_ANSWERED, by=SYSTEM, payload=payload)
    again = []
    done = [SystemSearch.State.ANSWERED, SystemSearch.State.REFERRED]
    for other in SystemSearch.objects.select_for_update().filter(case_id=holder.case_id, state__in=done):
        if handed_on.digest(handed_on.to(holder.case_id, other.source_key)) != other.inputs_digest:
            other.state, other.finished_at = SystemSearch.State.PENDING, None
            other.save(update_fields=["state", "finished_at"])
            again.append(other.source_key)
    return again


@transaction.atomic
def search_failed(holder: Holder, *, source_key: str, error: str, kind: str, next_try_at: datetime | None) -> None:
    """The source gave no answer. With `next_try_at` it is tried again; without, somebody has to look."""
    search = _search(holder, source_key)
    search.state = SystemSearch.State.PENDING if next_try_at else SystemSearch.State.FAILED
    search.error, search.error_kind, search.next_try_at = error[:400], kind[:32], next_try_at
    search.finished_at = None if next_try_at else timezone.now()
    search.save()
    payload = {"source": source_key, "error": kind, "attempt": search.attempts, "final": next_try_at is None}
    chain.append(holder.case_id, EventKind.SEARCH_FAILED, by=SYSTEM, payload=payload)
    if next_try_at is None:
        flag(locked(holder.case_id), Attention.SEARCH_FAILED, by=SYSTEM)


@transaction.atomic
def propose_redactions(holder: Holder, *, batch_id: UUID, proposals: Iterable[ProposedRedaction]) -> None:
    """Every proposal of one batch at once; the batch counts as examined. The same batch again changes nothing."""
    case = _hold(holder)
    batch = RecordBatch.objects.select_for_update().get(pk=batch_id, case_id=holder.case_id)
    if batch.examined:
        return
    rows = [
        Redaction(
            case=case,
            batch=batch,
            row=one.row,
            path=one.path,
            start=one.start,
            end=one.end,
            label=one.label,
            role=one.role,
            rule=one.rule[:64],
        )
        for one in proposals
    ]
    Redaction.objects.bulk_create(rows, ignore_conflicts=True)
    batch.examined = True
    batch.save(update_fields=["examined"])
    payload = {"batch": batch.id, "count": len(rows)}
    chain.append(case.id, EventKind.REDACTIONS_PROPOSED, by=SYSTEM, payload=payload)


@transaction.atomic
def count_released(holder: Holder, *, source_key: str, withheld: int, released: int) -> None:
    """How many of a source's rows were withheld whole, and how many go out (perhaps with parts withheld)."""
    _hold(holder)
    SystemSearch.objects.filter(case_id=holder.case_id, source_key=source_key).update(
        rows_withheld=withheld, rows_released=released
    )


@transaction.atomic
def record_suppression(
    holder: Holder, *, source_key: str, source_name: str, result: str, rows: int = 0, error: str = ""
) -> None:
    """What one source answered to an opt-out. Reported again, the last answer stands."""
    case = _hold(holder)
    SuppressionResult.objects.update_or_create(
        case=case,
        source_key=source_key,
        defaults={
            "source_name": source_name,
            "result": result,
            "rows": rows,
            "error": error[:400],
            "fence": holder.fence,
            "at": timezone.now(),
        },
    )
    payload = {"source": source_key, "result": result, "rows": rows}
    chain.append(case.id, EventKind.SUPPRESSION_WRITTEN, by=SYSTEM, payload=payload)


@transaction.atomic
def first_effect(holder: Holder) -> None:
    """To be called before the first effect outside: from here on the request can no longer be withdrawn."""
    case = _hold(holder)
    if case.first_effect_at is None:
        case.first_effect_at = timezone.now()
        case.save(update_fields=["first_effect_at"])


@transaction.atomic
def fulfilled(holder: Holder, *, outcome: str, ground: str = "") -> None:
    """Everything this right asks for is done as far as it can be; the case goes on to its record."""
    case = _hold(holder)
    case.fulfilment_reported = True
    case.save(update_fields=["fulfilment_reported"])
    clock.meet(case, Clock.Kind.OPT_OUT, by=SYSTEM)
    move(case.id, Verb.FINISH_STAGE, by=SYSTEM, outcome=outcome, ground=ground)


@transaction.atomic
def stage_finished(holder: Holder) -> None:
    """The machine has done its part of the present stage. The case moves only when the stage owes nothing more."""
    case = _hold(holder, stage=False)
    if case.stage_owes():
        return
    match State(case.state):
        case State.RECORDING:
            if case.has_record():
                move(case.id, Verb.CLOSE, by=SYSTEM)
        case State.GATHERING | State.REDACTING | State.PLANNING:
            review.refresh_digest(case)
            move(case.id, Verb.FINISH_STAGE, by=SYSTEM)
        case _:
            return


@transaction.atomic
def stage_failed(holder: Holder, *, attention: str, code: str, places: Sequence[str] = ()) -> None:
    """Something somebody has to look at; `code` and `places` name it (never contents). The case stays where it is."""
    case = _hold(holder, stage=False)
    payload = {"stage": str(case.state), "code": code, "places": list(places)}
    chain.append(case.id, EventKind.STAGE_FAILED, by=SYSTEM, payload=payload)
    flag(case, Attention(attention), by=SYSTEM)


@transaction.atomic
def work_given_up(case_id: UUID, *, kind: str, error: str) -> None:
    """A job of this case failed for the last time; `error` is the name of its class. Somebody has to look.

    A job that names no case of ours is given up all the same: a refusal here would start it again for ever.
    """
    if not Case.objects.filter(pk=case_id).exists():
        return
    case = locked(case_id)
    payload = {"stage": str(case.state), "work": kind, "code": error}
    chain.append(case_id, EventKind.STAGE_FAILED, by=SYSTEM, payload=payload)
    if case.is_open:
        flag(case, Attention.STAGE_FAILED, by=SYSTEM)
