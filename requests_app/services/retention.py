"""Our own files age out: first what was gathered, then all that tells of a person.

What stays of a case is a row for the statistics, its clocks, its ledger and the suppression list, none of which names
anybody. A person's facts stay while something is owed: a hold, an obligation, an appeal, a letter that is not posted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from requests_app import regimes
from requests_app.deadlines import calendar_months
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import (
    Attempt,
    Case,
    CodeRequest,
    Deliverable,
    EventKind,
    Evidence,
    Notice,
    Redaction,
)
from requests_app.permissions import SYSTEM
from requests_app.services import clock, evidence, forgetting, obligations
from requests_app.services.transition import locked
from requests_app.sessions import SessionStore
from requests_app.vault import blobs, destroy_key

# A package can be collected for thirty days; a case without one keeps its records as long, for whoever asks back.
GATHERED_FOR = timedelta(days=30)
TRACES_FOR = timedelta(days=2)
ON_THE_WAY = (Notice.State.ORDERED, Notice.State.TO_POST)


@dataclass
class Swept:
    """What a sweep did, or would do: cases by act, and those that are kept by why."""

    purged: int = 0
    forgotten: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    failed: int = 0


def kept_by(case: Case) -> str:
    """What is still owed for this case, as one word; empty when nothing is."""
    if case.holds.filter(lifted_at=None).exists():
        return "hold"
    if case.obligations.filter(state__in=obligations.STANDING).exists():
        return "obligation"
    if case.appeals.exclude(state=State.CLOSED).exists():
        return "appeal"
    if case.notices.filter(state__in=ON_THE_WAY).exists():
        return "notice"
    return ""


def _closed_on(case: Case) -> date:
    if case.closed_at is None:
        message = "An open case has no age yet."
        raise ValueError(message)
    return case.closed_at.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()


def last_day(case: Case) -> date:
    """The last day on which the case file is kept; that of an appeal counts for the case appealed against as well."""
    months = regimes.get(case.regime).records.retention_months
    ends = [calendar_months(_closed_on(one), months) for one in (case, *case.appeals.filter(state=State.CLOSED))]
    return max(ends)


def _is_gathered(case: Case) -> bool:
    answers = case.deliverables.filter(kind__in=Deliverable.ANSWERS)
    files = case.evidence.filter(purpose=Evidence.Purpose.OWNER, destroyed_at=None)
    return case.batches.exists() or answers.filter(revoked_at=None).exists() or files.exists()


def _may_be_collected(case: Case) -> bool:
    packages = case.deliverables.filter(kind=Deliverable.Kind.PACKAGE, revoked_at=None)
    return packages.filter(expires_at__gt=timezone.now()).exists()


def _is_due_to_purge(case: Case) -> bool:
    waited = clock.today() > _closed_on(case) + GATHERED_FOR
    return waited and _is_gathered(case) and not _may_be_collected(case)


def _purge(case: Case) -> None:
    """Records, rulings on them, what one source taught for another, the answer, and what owners handed in."""
    for row in case.evidence.filter(purpose=Evidence.Purpose.OWNER, destroyed_at=None):
        evidence.destroy(row, by=SYSTEM)
    for answer in case.deliverables.filter(kind__in=Deliverable.ANSWERS, revoked_at=None):
        _take_away(answer)
    Redaction.objects.filter(case=case).delete()
    batches, _rows = case.batches.all().delete()
    case.searches.update(learned_sealed=b"")
    chain.append(case.id, EventKind.RECORDS_PURGED, by=SYSTEM, payload={"batches": batches})


def _take_away(document: Deliverable) -> None:
    """The bytes first: whoever is interrupted finds the row again."""
    blobs.remove(document.blob)
    document.revoked_at = timezone.now()
    document.save(update_fields=["revoked_at"])
    payload = {"deliverable": document.id, "kind": document.kind, "sha256": document.sha256}
    chain.append(document.case_id, EventKind.DELIVERABLE_REVOKED, by=SYSTEM, payload=payload)


def _forget(case: Case) -> None:
    """All that tells of the person, then the key: what stands in an old copy is noise from now on."""
    if _is_gathered(case):
        _purge(case)
    for document in case.deliverables.filter(revoked_at=None):
        _take_away(document)
    for row in case.evidence.filter(destroyed_at=None):
        evidence.destroy(row, by=SYSTEM)
    rows = forgetting.forget(case)
    chain.append(case.id, EventKind.CASE_ANONYMISED, by=SYSTEM, payload={"rows": rows})
    destroy_key(case.id)
    chain.append(case.id, EventKind.KEY_DESTROYED, by=SYSTEM, payload={})


@transaction.atomic
def _age_out(case_id: UUID, swept: Swept, *, dry_run: bool) -> None:
    """One case, looked at again under its lock: a hold placed a moment ago counts."""
    case = locked(case_id)
    if State(case.state) is not State.CLOSED or case.key.destroyed_at is not None:
        return
    why = kept_by(case)
    if clock.today() > last_day(case):
        if not why:
            if not dry_run:
                _forget(case)
            swept.forgotten += 1
            return
        swept.kept[why] = swept.kept.get(why, 0) + 1
    # What is still owed to or by a source is known by the plan: for that, no copy of the records is kept.
    if why in {"", "obligation"} and _is_due_to_purge(case):
        if not dry_run:
            _purge(case)
        swept.purged += 1


def sweep(*, dry_run: bool = False) -> Swept:
    """Age out every closed case that is due; one whose files cannot be reached now is counted and left for next time.

    With them go ended sessions, and counters and asked-for codes of former days.
    """
    swept = Swept()
    before = timezone.now() - GATHERED_FOR
    old = Case.objects.filter(state=State.CLOSED, key__destroyed_at=None, closed_at__lt=before)
    for case_id in old.order_by("closed_at").values_list("pk", flat=True):
        try:
            _age_out(case_id, swept, dry_run=dry_run)
        except OSError:
            swept.failed += 1
    if not dry_run:
        SessionStore.clear_expired()
        Attempt.objects.filter(window_start__lt=timezone.now() - TRACES_FOR).delete()
        CodeRequest.objects.filter(asked_at__lt=timezone.now() - TRACES_FOR).delete()
    return swept
