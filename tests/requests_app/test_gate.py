"""The release gate, in code and in the database: each condition missing in turn, past every service (T4, T11)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from requests_app.exceptions import GateClosed, NotFound, WrongState
from requests_app.lifecycle import State
from requests_app.models import (
    Approval,
    Case,
    CaseEvent,
    Deliverable,
    Evidence,
    Hold,
    IdentityCheck,
    Level,
    Preparer,
    Release,
    Representation,
)
from requests_app.permissions import Role, consumer, staff
from requests_app.services import collect, holds, review
from tests import factories
from tests.characters import user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


@pytest.fixture
def ready() -> Case:
    """Approved by two officers who did not prepare it; nothing released yet."""
    return factories.case_in(State.FULFILLING)


def release_row(case: Case, *, scan_passed: bool = True, digest: str | None = None) -> None:
    """Straight into the table, past every service."""
    made = Deliverable.objects.create(
        case=case,
        kind="package",
        name="x.zip",
        content_type="application/zip",
        size=1,
        sha256="0" * 64,
        blob="0" * 32,
        scan_passed=scan_passed,
        key=f"{case.id}:{timezone.now().isoformat()}",
        made_at=timezone.now(),
    )
    case.refresh_from_db()
    chosen = case.content_digest if digest is None else digest
    Release.objects.create(deliverable=made, case=case, content_digest=chosen, at=timezone.now())


def without_approvals(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(content_digest="f" * 64)


def with_one_approval(case: Case) -> None:
    without_approvals(case)
    Approval.objects.create(case=case, by=user(Role.OFFICER, "cleo"), digest="f" * 64, at=timezone.now())


def approved_by_preparers(case: Case) -> None:
    for name in ("cleo", "cato"):
        Preparer.objects.create(case=case, user=user(Role.OFFICER, name))


def with_a_hold(case: Case) -> None:
    Hold.objects.create(case=case, ground_sealed=b"x", placed_by=user(Role.OFFICER), placed_at=timezone.now())


def merged(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(merged_into=factories.opened())


def less_identity(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(identity_level=Level.REASONABLE)


def asked_by_an_agent_not_heard(case: Case) -> None:
    Representation.objects.create(case=case, kind="agent", sealed=b"x")


def asked_by_an_agent_refused(case: Case) -> None:
    Representation.objects.create(case=case, kind="agent", sealed=b"x", ruling="refused")


def with_a_file_that_another_request_has(case: Case) -> None:
    for other in (case, factories.opened()):
        factories.file_of(other)


def with_such_a_file_cleared_by_a_preparer(case: Case) -> None:
    with_a_file_that_another_request_has(case)
    case.evidence.update(cleared_by=user(Role.ANALYST), cleared_at=timezone.now())  # anna ruled on the redactions


BREAKS: list[Callable[[Case], None]] = [
    without_approvals,
    with_one_approval,
    approved_by_preparers,
    with_a_hold,
    merged,
    less_identity,
    asked_by_an_agent_not_heard,
    asked_by_an_agent_refused,
    with_a_file_that_another_request_has,
    with_such_a_file_cleared_by_a_preparer,
]


def test_it_lets_a_release_pass_when_nothing_is_missing(ready: Case) -> None:
    release_row(ready)
    assert ready.releases.count() == 1


@pytest.mark.parametrize("break_it", BREAKS)
def test_it_refuses_the_row_itself_when_a_condition_is_missing(ready: Case, break_it: Callable[[Case], None]) -> None:
    break_it(ready)
    with pytest.raises(DatabaseError, match="release gate"), transaction.atomic():
        release_row(ready)
    assert not ready.releases.exists()
    ready.refresh_from_db()
    assert ready.gate_refusals() != [], "the function and the database must say the same"


def test_it_lets_a_release_pass_once_the_agent_may_act(ready: Case) -> None:
    Representation.objects.create(case=ready, kind="agent", sealed=b"x", ruling="accepted")
    release_row(ready)
    assert ready.releases.count() == 1


def test_t3_it_lets_a_release_pass_once_the_file_is_cleared_or_is_no_proof(ready: Case) -> None:
    with_a_file_that_another_request_has(ready)
    ready.evidence.update(cleared_by=user(Role.OFFICER, "cato"), cleared_at=timezone.now())
    factories.file_of(ready, digest="e" * 64, purpose=Evidence.Purpose.OWNER)
    factories.file_of(factories.opened(), digest="e" * 64, purpose=Evidence.Purpose.OWNER)
    release_row(ready)
    assert ready.releases.count() == 1


def test_it_refuses_a_package_that_was_not_scanned_or_of_other_content(ready: Case) -> None:
    with pytest.raises(DatabaseError, match="scan"), transaction.atomic():
        release_row(ready, scan_passed=False)
    with pytest.raises(DatabaseError, match="release gate"), transaction.atomic():
        release_row(ready, digest="e" * 64)
    with pytest.raises(GateClosed, match="scan"):
        factories.package(ready, scan_passed=False)
    assert not Deliverable.objects.filter(case=ready).exists()


def test_it_never_takes_an_identity_level_without_evidence_of_this_very_case() -> None:
    case, other = factories.opened(), factories.opened()
    IdentityCheck.objects.create(case=other, method="officer", result="accepted", level=3, at=timezone.now())
    IdentityCheck.objects.create(case=case, method="officer", result="refused", level=3, at=timezone.now())
    with pytest.raises(DatabaseError, match="without evidence"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(identity_level=Level.HIGH)


@pytest.mark.parametrize("model", [CaseEvent, Approval, Release])
def test_t12_it_keeps_events_approvals_and_releases_for_ever(ready: Case, model: Any) -> None:
    release_row(ready)
    table = model._meta.db_table
    before = model.objects.count()
    assert before
    for statement in (
        f"DELETE FROM {table}",
        f"UPDATE {table} SET case_id = case_id",
        *([f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"] if connection.vendor == "sqlite" else []),
        *([f"TRUNCATE {table} CASCADE"] if connection.vendor == "postgresql" else []),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert model.objects.count() == before


def test_it_needs_two_people_and_one_who_did_not_prepare() -> None:
    case = factories.ruled(factories.case_in(State.IN_REVIEW), by=Role.OFFICER)
    review.approve(case_id=case.id, by=staff(user(Role.OFFICER)), digest=case.content_digest)
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    assert case.gate_refusals() == ["approvals"]
    review.approve(case_id=case.id, by=staff(user(Role.OFFICER)), digest=case.content_digest)
    case.refresh_from_db()
    assert case.gate_refusals() == ["approvals"], "the same person twice is one person"
    review.approve(case_id=case.id, by=staff(user(Role.ANALYST)), digest=case.content_digest)
    case.refresh_from_db()
    assert case.state == State.FULFILLING


def test_it_voids_approvals_when_the_content_changes() -> None:
    case = factories.ruled(factories.case_in(State.IN_REVIEW))
    review.approve(case_id=case.id, by=staff(user(Role.OFFICER)), digest=case.content_digest)
    shown = case.content_digest
    batch = case.batches.get()
    review.add_redaction(
        case_id=case.id,
        by=staff(user(Role.ANALYST)),
        batch_id=batch.id,
        row=1,
        path="/note",
        start=0,
        end=4,
        label="OTHER",
    )
    with pytest.raises(WrongState, match="changed"):
        review.approve(case_id=case.id, by=staff(user(Role.OFFICER, "cato")), digest=shown)
    case.refresh_from_db()
    assert case.gate_refusals() == ["approvals"]


def test_it_asks_the_gate_again_when_bytes_are_read(ready: Case) -> None:
    factories.fulfilled(ready)
    package = ready.deliverables.get(kind="package")
    me = consumer(ready.id)
    with pytest.raises(NotFound):
        collect.fetch(deliverable_id=package.id, by=me)
    served = collect.fetch(deliverable_id=package.id, by=me, fresh_code=True)
    assert b"".join(served.parts) == b"PK...the package"
    holds.place(case_id=ready.id, by=staff(user(Role.OFFICER)), ground="subpoena")
    with pytest.raises(NotFound):
        collect.fetch(deliverable_id=package.id, by=me, fresh_code=True)
    with pytest.raises(GateClosed, match="hold"):
        collect.fetch(deliverable_id=package.id, by=staff(user(Role.OFFICER)))


def test_it_merges_without_giving_or_taking_an_identity_level() -> None:
    proven, stranger = factories.case_in(State.GATHERING), factories.opened()
    review.merge(case_id=proven.id, by=staff(user(Role.OFFICER)), into=stranger)
    proven.refresh_from_db()
    stranger.refresh_from_db()
    assert (proven.identity_level, stranger.identity_level) == (Level.HIGH, Level.NONE)
    assert (proven.state, proven.outcome, stranger.state) == (State.RECORDING, "merged", State.VERIFYING)
