"""What people decide: claim, rule on redactions, approve, send back, refuse, link, merge."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from requests_app import regimes
from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import EXISTENCE_ONLY, MACHINE, State
from requests_app.models import (
    Approval,
    Case,
    CaseLink,
    CorrectionItem,
    EventKind,
    Notice,
    Preparer,
    RecordBatch,
    Redaction,
)
from requests_app.permissions import SYSTEM, Actor, Role, Verb
from requests_app.services import appeal, assignment, messages, notices, records
from requests_app.services.access import require
from requests_app.services.transition import enter_again, locked, move


def _in_review(case: Case) -> None:
    if State(case.state) is not State.IN_REVIEW:
        message = f"This case is not in review; it is {State(case.state).label.lower()}."
        raise WrongState(message)


def digest(case: Case) -> str:
    """SHA-256 over batches, rulings, plan and corrections: what an approval approves, however it came about."""
    total = hashlib.sha256()
    for row in case.batches.order_by("id").values_list("id", "digest"):
        total.update(repr(row).encode())
    rulings = case.redactions.order_by("id").values_list(
        "id", "batch_id", "row", "path", "start", "end", "label", "status"
    )
    for ruling in rulings.iterator():
        total.update(repr(ruling).encode())
    if case.right in EXISTENCE_ONLY:
        for search in case.searches.order_by("source_key"):
            total.update(json.dumps([search.source_key, search.state, search.collections], sort_keys=True).encode())
    for step in case.steps.order_by("source_key", "collection", "action", "reason"):
        total.update(repr(step.planned()).encode())
    for item in case.corrections.order_by("number"):
        total.update(repr(item.ruled()).encode())
    reconsidered = case.events.filter(kind=EventKind.CASE_MOVED, payload__verb=Verb.RECONSIDER.value).count()
    if reconsidered:  # what was approved before counts no more, though the content may be the same
        total.update(repr(reconsidered).encode())
    return total.hexdigest()


def refresh_digest(case: Case) -> None:
    """To be called whenever records or rulings change: approvals of the former content become void."""
    case.content_digest = digest(case)
    case.save(update_fields=["content_digest"])


@transaction.atomic
def rule(*, case_id: UUID, by: Actor, redactions: Collection[UUID], withhold: bool) -> int:
    """Accept (withhold) or reject (release) proposals; returns how many rulings changed.

    Only an officer may release something of a class that is never disclosed (11 CCR 7024(d)), and the artefact scan
    still reads it afterwards.
    """
    case = locked(case_id)
    require(case, Verb.RULE, by)
    _in_review(case)
    rows = Redaction.objects.filter(case=case, pk__in=redactions)
    if rows.count() != len(set(redactions)):
        message = "One of these redactions is not part of this case; reload the page."
        raise NotFound(message)
    if not withhold and by.role is not Role.OFFICER and rows.filter(role=Redaction.Role.NEVER).exists():
        message = "Only an officer may release something that is never disclosed."
        raise NotAllowed(message)
    status = Redaction.Status.ACCEPTED if withhold else Redaction.Status.REJECTED
    changed = rows.exclude(status=status).update(status=status, ruled_by_id=by.user_id, ruled_at=timezone.now())
    if changed:
        Preparer.objects.get_or_create(case=case, user_id=by.person_id)
        refresh_digest(case)
        payload = {"count": changed, "status": status.value, "digest": case.content_digest}
        chain.append(case_id, EventKind.REDACTIONS_RULED, by=by, payload=payload)
    return changed


@transaction.atomic
def add_redaction(
    *, case_id: UUID, by: Actor, batch_id: UUID, row: int, path: str, start: int, end: int, label: str
) -> None:
    """Withhold a place that no detector proposed; `start` = `end` = 0 withholds the whole field."""
    case = locked(case_id)
    require(case, Verb.RULE, by)
    _in_review(case)
    batch = RecordBatch.objects.filter(case=case, pk=batch_id).first()
    if batch is None or not 0 <= row < batch.rows:
        message = "This record is not part of the case; reload the page."
        raise NotFound(message)
    if not (start == end == 0 or 0 <= start < end):
        message = "Mark at least one character."
        raise NotValid(message, field="end")
    Redaction.objects.update_or_create(
        batch=batch,
        row=row,
        path=path,
        start=start,
        end=end,
        label=label,
        defaults={
            "case": case,
            "role": Redaction.Role.OTHER,
            "rule": "by_hand",
            "status": Redaction.Status.ACCEPTED,
            "ruled_by_id": by.user_id,
            "ruled_at": timezone.now(),
        },
    )
    Preparer.objects.get_or_create(case=case, user_id=by.person_id)
    refresh_digest(case)
    payload = {"count": 1, "status": "accepted", "digest": case.content_digest}
    chain.append(case_id, EventKind.REDACTIONS_RULED, by=by, payload=payload)


@transaction.atomic
def withhold_words(*, case_id: UUID, by: Actor, batch_id: UUID, row: int, path: str, words: str) -> int:
    """Withhold every place of one field where these words stand, or the whole field without words; how many places."""
    assignment.require_reader(locked(case_id), by)  # the answer tells what stands in the record
    batch = RecordBatch.objects.filter(case_id=case_id, pk=batch_id).first()
    stored = records.open_batch(batch_id) if batch else []
    if not 0 <= row < len(stored):
        message = "This record is not part of the case; reload the page."
        raise NotFound(message)
    values = dict(records.leaves(stored[row].values))
    if path not in values:
        message = "This record has no such field; reload the page."
        raise NotFound(message)
    text = str(values[path])
    places = [(0, 0)]
    if words.strip():
        places = [found.span() for found in re.finditer(re.escape(words.strip()), text, re.IGNORECASE)]
    if not places:
        message = "These words do not stand in that field; copy them from the record."
        raise NotValid(message, field="words")
    for start, end in places:
        add_redaction(
            case_id=case_id, by=by, batch_id=batch_id, row=row, path=path, start=start, end=end, label="OTHER"
        )
    return len(places)


@transaction.atomic
def approve(*, case_id: UUID, by: Actor, digest: str) -> Case:
    """Approve exactly the content that was shown (`digest`). With enough approvals the case goes on by itself.

    WrongState when the content changed meanwhile, a proposal is not ruled on, or the gate's other conditions fail.
    """
    case = locked(case_id)
    require(case, Verb.APPROVE, by)
    appeal.require_fresh_eyes(case, by)
    _in_review(case)
    if case.redactions.filter(status=Redaction.Status.PROPOSED).exists():
        message = "Rule on every proposed redaction first."
        raise WrongState(message)
    if case.corrections.filter(ruling=CorrectionItem.Ruling.OPEN).exists():
        message = "Rule on every correction first."
        raise WrongState(message)
    if digest != case.content_digest:
        message = "The content changed since this page was shown; look at it again before you approve."
        raise WrongState(message)
    _, created = Approval.objects.get_or_create(
        case=case, by_id=by.person_id, digest=digest, defaults={"at": timezone.now()}
    )
    if created:
        chain.append(case_id, EventKind.APPROVAL_GIVEN, by=by, payload={"digest": digest})
    if case.gate_refusals():
        return case
    return move(case_id, Verb.RELEASE, by=SYSTEM)


@transaction.atomic
def send_back(*, case_id: UUID, by: Actor, note: str) -> Case:
    """Search the sources again, or grant an appeal; the note says what is missing."""
    case = locked(case_id)
    require(case, Verb.SEND_BACK, by)
    appeal.require_fresh_eyes(case, by)
    messages.note(case_id=case_id, by=by, text=note)
    return move(case_id, Verb.SEND_BACK, by=by)


@transaction.atomic
def reconsider(*, case_id: UUID, by: Actor, note: str) -> Case:
    """Take an approval back while nothing has left, as when the artefact scan stopped a package: rule and approve anew.

    Every approval of the content is void; the records and the rulings stay.
    """
    case = locked(case_id)
    require(case, Verb.RECONSIDER, by)
    appeal.require_fresh_eyes(case, by)
    messages.note(case_id=case_id, by=by, text=note)
    moved = move(case_id, Verb.RECONSIDER, by=by)
    refresh_digest(moved)
    return moved


@transaction.atomic
def retry(*, case_id: UUID, by: Actor) -> None:
    """Somebody mended what had failed: the machine enters the present state anew and does its part again."""
    case = locked(case_id)
    require(case, Verb.RETRY, by)
    if State(case.state) not in MACHINE:
        message = "Nothing of this case is waiting for the machine."
        raise WrongState(message)
    enter_again(case, by=by)


@transaction.atomic
def deny(*, case_id: UUID, by: Actor, ground: str, explanation: str) -> Case:
    """Refuse on a ground that the case's law knows for this right, with the explanation that the letter must give.

    On an appeal this upholds the first decision, and the letter names the authority that the consumer can turn to.
    """
    case = locked(case_id)
    require(case, Verb.DENY, by)
    appeal.require_fresh_eyes(case, by)
    allowed = {row.code: row for row in regimes.get(case.regime).rights[case.right].grounds}
    if ground not in allowed:
        message = f"Choose one of: {', '.join(f'{row.title} ({row.code})' for row in allowed.values())}."
        raise NotValid(message, field="ground")
    if len(explanation.strip()) < 20:  # noqa: PLR2004  (a detailed explanation is owed, 11 CCR 7022(f), 7024(e))
        message = "Explain to the consumer, in a sentence or two, why the request is refused."
        raise NotValid(message, field="explanation")
    parameters = {"ground": ground, "citation": allowed[ground].citation, "explanation": explanation.strip()}
    kind = Notice.Kind.DENIAL if case.appeal_of_id is None else Notice.Kind.APPEAL_UPHELD
    notices.order(case, kind, by=by, key=f"denial:{case.entry}", parameters=parameters)
    return move(case_id, Verb.DENY, by=by, ground=ground)


@transaction.atomic
def link(*, case_id: UUID, by: Actor, other: Case, kind: str = CaseLink.Kind.RELATED) -> None:
    """Show two cases beside each other. Neither gains anything by it."""
    case = locked(case_id)
    require(case, Verb.LINK, by)
    if other.pk == case.pk:
        message = "A case cannot be linked to itself."
        raise NotValid(message, field="other")
    for one, two in ((case, other), (other, case)):
        _, created = CaseLink.objects.get_or_create(case=one, other=two, kind=kind)
        if created:
            chain.append(one.pk, EventKind.CASE_LINKED, by=by, payload={"other": two.pk, "kind": str(kind)})


@transaction.atomic
def merge(*, case_id: UUID, by: Actor, into: Case) -> Case:
    """Close this case as a duplicate of another open one for the same right. Identity levels stay as they are."""
    case = locked(case_id)
    require(case, Verb.MERGE, by)
    if into.pk == case.pk or into.right != case.right or not into.is_open or into.merged_into_id:
        message = "Choose another open case for the same right."
        raise NotValid(message, field="into")
    link(case_id=case_id, by=by, other=into, kind=CaseLink.Kind.DUPLICATE)
    return move(case_id, Verb.MERGE, by=by, into=into.pk)
