"""Our own case files age out: what goes when, what keeps them, and what is left of a person afterwards: nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections, models, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from requests_app.casefile import deliver
from requests_app.exceptions import KeyDestroyed, NotFound
from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import (
    CallRecord,
    Case,
    CaseKey,
    CodeRequest,
    CorrectionItem,
    CorrectionPlace,
    Deliverable,
    EventKind,
    Notice,
    Obligation,
    PlanStep,
    Representation,
)
from requests_app.permissions import Role, consumer, staff
from requests_app.services import assignment, codes, collect, holds, messages, restrictions, retention
from requests_app.services.restrictions import Decision
from requests_app.vault import CaseVault, blobs
from tests.characters import ADA, user
from tests.factories import ROAD, holder, opened, prove
from tests.requests_app.test_staff_accounts import with_password
from tests.services.stage import Stage

MONTH = timedelta(days=31)
TWO_YEARS = timedelta(days=2 * 366)
WORDS = "Call me after six, says Ada."


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path / 'media'}"
    return tmp_path / "media"


def later(after: timedelta) -> time_machine.travel:
    return time_machine.travel(timezone.now() + after, tick=False)


def sent(case: Case) -> Case:
    """No message of this case is still on its way."""
    case.notices.update(state=Notice.State.SENT)
    return case


def finished(right: str = Right.ACCESS) -> Case:
    case = opened(right)
    messages.write(case_id=case.id, by=consumer(case.id), text=WORDS)
    licence = f"Ada Quillfeather, for {case.reference}".encode()  # the same file in two cases shuts the gate of both
    messages.upload(case_id=case.id, by=consumer(case.id), name="Ada's licence.txt", parts=[licence])
    case.refresh_from_db()
    if case.state == State.FULFILLING:
        return sent(case_closed(case))
    return sent(case_closed(prove(case)))


def case_closed(case: Case) -> Case:
    while State(case.state) is not State.CLOSED:
        ROAD[State(case.state)](case)
    return case


def files(store: Path) -> int:
    return sum(path.is_file() for path in store.rglob("*"))


def sweep(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command("retention_sweep", "--json", *words, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


@pytest.mark.django_db
def test_it_leaves_a_case_alone_while_its_package_can_be_collected() -> None:
    case = finished()
    with later(timedelta(days=29)):
        assert sweep() == {"purged": 0, "forgotten": 0, "kept": {}, "failed": 0, "dry_run": False}
    assert case.batches.exists()


@pytest.mark.django_db
def test_it_destroys_what_was_gathered_once_the_package_has_expired(store: Path) -> None:
    case = finished()
    before = files(store)
    with later(MONTH):
        assert sweep("--dry-run")["purged"] == 1
        assert files(store) == before
        assert case.batches.exists()
        assert sweep()["purged"] == 1
        assert sweep()["purged"] == 0
    assert not case.batches.exists()
    assert not case.redactions.exists()
    package = case.deliverables.get(kind=Deliverable.Kind.PACKAGE)
    assert package.revoked_at is not None
    assert files(store) == before - 1
    assert case.deliverables.get(kind=Deliverable.Kind.RECORD).revoked_at is None  # the record stays
    assert messages.read(case, notes=False)[0][1] == WORDS
    assert case.events.filter(kind=EventKind.RECORDS_PURGED).count() == 1
    assert list(chain.verify(case)) == []
    with pytest.raises(NotFound):
        collect.fetch(deliverable_id=package.id, by=staff(user(Role.OFFICER)))


@pytest.mark.django_db
def test_it_keeps_a_case_for_the_months_of_its_law_to_the_day() -> None:
    case = finished(Right.OPT_OUT_SALE_SHARING)
    assert case.closed_at is not None
    last = retention.last_day(case)
    closed_on = retention._closed_on(case)
    assert (last.year - closed_on.year, last.month) == (2, closed_on.month)
    with later(timedelta(days=(last - closed_on).days)):
        assert sweep()["forgotten"] == 0
    with later(timedelta(days=(last - closed_on).days + 1)):
        assert sweep()["forgotten"] == 1


@pytest.mark.django_db
def test_it_leaves_nothing_of_the_person_but_suppression_tokens(store: Path) -> None:
    case = finished()
    signal = finished(Right.OPT_OUT_SALE_SHARING)
    with later(TWO_YEARS):
        assert sweep()["forgotten"] == 2
    assert files(store) == 0
    assert not CaseKey.objects.exclude(wrapped=b"").exists()
    for one in (case, signal):
        one.refresh_from_db()
        assert list(chain.verify(one)) == []
        assert [event.kind for event in one.events.order_by("-sequence")[:2]] == ["key:destroyed", "case:anonymised"]
        with pytest.raises(KeyDestroyed):
            CaseVault.of(one.id)
    assert (case.outcome, case.right, case.residence) == (Outcome.FULFILLED, Right.ACCESS, "US-CA")


@pytest.mark.django_db
def test_it_empties_every_sealed_column_of_a_case() -> None:
    """Read from the models themselves, so that a column that comes later is not forgotten."""
    case = finished()
    _written_to(case)
    held = holds.place(case_id=case.id, by=staff(user(Role.OFFICER)), ground="A subpoena names her.")
    holds.lift(case_id=case.id, by=staff(user(Role.OFFICER)), hold_id=held.id)
    assignment.break_glass(case_id=case.id, by=staff(user(Role.OFFICER)), reason="The court asks for it today.")
    assert sealed_columns() == filled_columns() | {"CallDraft.sealed"}  # a draft is emptied when it becomes a case
    with later(TWO_YEARS):
        assert sweep()["forgotten"] == 1
    assert filled_columns() == set()


def sealed_columns() -> set[str]:
    return {f"{model.__name__}.{column.name}" for model, column in _sealed()}


def filled_columns() -> set[str]:
    return {
        f"{model.__name__}.{column.name}"
        for model, column in _sealed()
        if any(model.objects.values_list(column.name, flat=True))
    }


def _sealed() -> Iterator[tuple[Any, Any]]:
    for model in apps.get_app_config("requests_app").get_models():
        yield from ((model, one) for one in model._meta.get_fields() if isinstance(one, models.BinaryField))


def _written_to(case: Case) -> None:
    """Rows that this case would have had with another right or channel, sealed like the others."""
    vault = CaseVault.of(case.id)
    item = CorrectionItem(case=case, number=1, result=CorrectionItem.Result.CORRECTED)
    item.sealed = item.explanation_sealed = item.statement_sealed = vault.seal_text("Mill Rd", place="anything")
    item.save()
    Case.objects.filter(pk=case.pk).update(details_sealed=item.sealed)
    case.identity_checks.update(reason_sealed=item.sealed)
    case.clocks.update(extension_reason_sealed=item.sealed)
    case.notices.update(sealed=item.sealed)
    case.searches.update(learned_sealed=item.sealed)
    case.evidence.update(cleared_reason_sealed=item.sealed)
    Representation.objects.create(case=case, kind="agent", sealed=item.sealed, reason_sealed=item.sealed)
    CallRecord.objects.create(
        case=case, by=user(Role.INTAKE), override_sealed=item.sealed, began_at=timezone.now(), ended_at=timezone.now()
    )
    CorrectionPlace.objects.create(
        item=item,
        source_key="crm",
        source_name="CRM",
        collection="crm.people",
        column="street",
        keys_sealed=item.sealed,
    )
    PlanStep.objects.create(
        case=case,
        source_key="crm",
        source_name="CRM",
        collection="crm.people",
        action="delete",
        keys_sealed=item.sealed,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["hold", "obligation", "appeal", "notice"])
def test_it_keeps_a_case_of_which_something_is_still_owed(why: str) -> None:
    case = finished()
    owe(case, why)
    with later(TWO_YEARS):
        told = sweep()
        assert (told["forgotten"], told["kept"]) == (0, {why: 1})
    assert CaseVault.of(case.id)
    assert messages.read(case, notes=False)[0][1] == WORDS
    assert case.batches.exists() is (why != "obligation")


@pytest.mark.django_db
def test_it_keeps_no_copy_of_records_for_what_a_source_owes_for_years(store: Path) -> None:
    case = finished()
    owe(case, "obligation")
    before = files(store)
    with later(MONTH):
        assert sweep() == {"purged": 1, "forgotten": 0, "kept": {}, "failed": 0, "dry_run": False}
    assert not case.batches.exists()
    assert files(store) == before - 1
    with later(TWO_YEARS):
        assert sweep() == {"purged": 0, "forgotten": 0, "kept": {"obligation": 1}, "failed": 0, "dry_run": False}
        case.obligations.update(state=Obligation.State.DONE)
        assert sweep()["forgotten"] == 1


def owe(case: Case, why: str) -> None:
    now = timezone.now()
    match why:
        case "hold":
            holds.place(case_id=case.id, by=staff(user(Role.OFFICER)), ground="A subpoena of November 20.")
        case "obligation":
            Obligation.objects.create(
                case=case,
                kind="retry",
                source_key="crm",
                owner="crm@umbs.example",
                due_on=now.date(),
                key="owed",
                opened_at=now,
                state=Obligation.State.ESCALATED,
            )
        case "appeal":
            Case.objects.filter(pk=opened().pk).update(appeal_of=case)
        case "notice":
            case.notices.filter(pk=case.notices.latest("ordered_at").pk).update(state=Notice.State.TO_POST)


@pytest.mark.django_db
def test_it_looks_at_holds_last_under_the_lock_of_the_case() -> None:
    """T28, F22: a hold that comes after the list was made, and before the case is reached, counts."""
    case = finished()
    swept = retention.Swept()
    with later(TWO_YEARS):
        owe(case, "hold")
        retention._age_out(case.id, swept, dry_run=False)
    assert (swept.forgotten, swept.kept) == (0, {"hold": 1})


@pytest.mark.django_db
def test_it_keeps_what_was_appealed_against_as_long_as_the_appeal() -> None:
    case = finished(Right.OPT_OUT_SALE_SHARING)
    with later(timedelta(days=200)):
        appeal = finished(Right.OPT_OUT_SALE_SHARING)
        Case.objects.filter(pk=appeal.pk).update(appeal_of=case)
    with later(TWO_YEARS):
        assert sweep()["forgotten"] == 0
    with later(TWO_YEARS + timedelta(days=200)):
        assert sweep()["forgotten"] == 2


@pytest.mark.django_db
def test_it_goes_on_where_it_was_interrupted(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    """F16: the bytes go first, so that whoever is killed in between finds the rows and ends the work."""
    finished()
    second = finished()
    real, gone = blobs.remove, []

    def killed(name: str) -> None:
        if len(gone) == 2:
            raise OSError("the store is away")
        gone.append(name)
        real(name)

    monkeypatch.setattr(blobs, "remove", killed)
    with later(TWO_YEARS):
        with pytest.raises(CommandError, match="tried again tomorrow"):
            sweep()
        assert CaseVault.of(second.id)  # nothing half-done is on record
        monkeypatch.setattr(blobs, "remove", real)
        assert sweep()["forgotten"] == 2
    assert files(store) == 0
    for one in Case.objects.all():
        assert one.events.filter(kind=EventKind.KEY_DESTROYED).count() == 1
        assert list(chain.verify(one)) == []


@pytest.mark.django_db
def test_it_is_reached_by_nobody_and_breaks_no_page_afterwards(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    case = finished()
    with later(TWO_YEARS):
        sweep()
        with_password(Role.OFFICER)
        client = Client()
        client.force_login(user(Role.OFFICER), backend="django.contrib.auth.backends.ModelBackend")
        for part in ("", "messages/", "history/", "review/"):
            assert client.get(f"/staff/cases/{case.reference}/{part}").status_code == 200, part
        assert b"Quillfeather" not in client.get(f"/staff/cases/{case.reference}/").content
        assert client.get("/staff/?view=closed").status_code == 200
        client.post("/staff/search/", {"text": ADA.family_name})
        assert case.reference.encode() not in client.get("/staff/?found=1").content
        document = case.deliverables.get(kind=Deliverable.Kind.RECORD)
        assert client.get(f"/staff/documents/{document.id}/").status_code == 404
        why = {"reason": "The court asks for it today."}
        assert client.post(f"/staff/cases/{case.reference}/open/", why).status_code == 400  # nothing is left to open
        out = StringIO()
        call_command("case_show", case.reference, stdout=out)
        assert "closed" in out.getvalue()
        call_command("ledger_verify", stdout=out)
        asked = CodeRequest.objects.create(reference=case.reference, purpose="status", asked_at=timezone.now())
        codes.answer(asked.id)
        assert not case.codes.exists()


@pytest.mark.slow
def test_it_leaves_in_the_database_file_nothing_but_tokens_that_still_deny(fresh_sqlite: Stage) -> None:
    """SQLite overwrites what it deletes (`secure_delete`); F17: two sweeps at once do the work once."""
    with transaction.atomic():
        case = finished()
        choice = opened(Right.OPT_OUT_SALE_SHARING)
        deliver.restrict(holder(choice))
        sent(case_closed(choice))
    wrapped, sealed = bytes(case.key.wrapped), bytes(case.person.sealed)
    file = fresh_sqlite.var / "db.sqlite3"
    assert wrapped in written(file)

    def run(_number: int) -> int:
        try:
            return retention.sweep().forgotten
        finally:
            connections.close_all()

    with later(TWO_YEARS), ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 2
    assert case.events.filter(kind=EventKind.KEY_DESTROYED).count() == 1
    left = written(file)
    told = (
        WORDS,
        ADA.family_name,
        ADA.postal_address,
        ADA.date_of_birth,
        *ADA.emails,
        *ADA.phones,
        *ADA.account_numbers,
    )
    assert [part in left for part in (wrapped, sealed)] == [False, False]
    assert [value for value in told if value.encode() in left] == []
    assert restrictions.check("marketing", [("email", ADA.emails[0])]).decision == Decision.DENY


def written(file: Path) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()
