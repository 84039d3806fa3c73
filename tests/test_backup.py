"""Backup and restore are drilled: all is there again, keys lie apart, and a case whose key is gone stays gone (T14)."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Deliverable, Notice
from requests_app.permissions import Role, consumer, staff
from requests_app.services import collect, messages, retention
from requests_app.vault import CaseVault
from tests.characters import user
from tests.factories import case_in, opened
from tests.services.stage import ROOT, Stage, stage
from umbs_privacy.management import backing
from umbs_privacy.servers.postgres import Postgres

pytestmark = pytest.mark.slow
WORDS = "Please call me after six."


@transaction.atomic
def furnish() -> Case:
    """A closed case with its package and record, and an open one with a file."""
    case = case_in(State.CLOSED)
    Case.objects.filter(pk=case.pk).update(assignee=user(Role.OFFICER))
    case.notices.update(state=Notice.State.SENT)
    messages.write(case_id=case.id, by=consumer(case.id), text=WORDS)
    other = opened(Right.ACCESS)
    messages.upload(case_id=other.id, by=consumer(other.id), name="proof.txt", parts=[b"It is me."])
    return case


def opens_the_package(case: Case) -> None:
    package = Deliverable.objects.get(case=case, kind=Deliverable.Kind.PACKAGE)
    with transaction.atomic():
        served = collect.fetch(deliverable_id=package.id, by=staff(user(Role.OFFICER)))
        assert b"".join(served.parts) == b"PK...the package"
    assert messages.read(case, notes=False)[-1][1] == WORDS
    assert list(chain.verify(case)) == []


@pytest.fixture
def beside(tmp_path: Path) -> Stage:
    """An empty installation on SQLite, with the same key-encryption key."""
    var = tmp_path / "beside"
    return stage(var, f"sqlite:///{var / 'db.sqlite3'}")


def test_it_restores_a_backup_that_is_whole(fresh_sqlite: Stage, beside: Stage, tmp_path: Path) -> None:
    case = furnish()
    manifest = backing.take(tmp_path / "backup")
    assert manifest["rows"]["requests_app_case"] == 2
    with beside.django():
        backing.restore(tmp_path / "backup")
        found = backing.check(tmp_path / "backup")
        assert (found["different"], found["ledger_faults"], found["files_unreadable"]) == ([], 0, [])
        assert found["files_opened"] == manifest["files"]
        opens_the_package(case)
        with pytest.raises(CommandError, match="not empty"):
            backing.restore(tmp_path / "backup")
    assert backing.check(tmp_path / "backup")["different"] == []


def test_it_keeps_the_case_keys_apart(fresh_sqlite: Stage, tmp_path: Path) -> None:
    case = furnish()
    wrapped = bytes(case.key.wrapped)
    backing.take(tmp_path / "backup")
    holding = {
        path.relative_to(tmp_path / "backup").parts[0]
        for path in (tmp_path / "backup").rglob("*")
        if path.is_file() and wrapped in path.read_bytes()
    }
    assert holding == {"keys"}


def test_t14_it_brings_nobody_back_whose_key_was_destroyed(fresh_sqlite: Stage, beside: Stage, tmp_path: Path) -> None:
    """An old backup of everything else, with the keys of today: of the person nothing opens."""
    case = furnish()
    backing.take(tmp_path / "old")
    with time_machine.travel(timezone.now() + timedelta(days=800), tick=False):
        assert retention.sweep().forgotten == 1
    backing.take(tmp_path / "today")
    with contextlib.closing(sqlite3.connect(tmp_path / "today" / "keys" / "case_keys.sqlite3")) as keys:
        alive = keys.execute("SELECT count(*) FROM requests_app_casekey WHERE length(wrapped) > 0").fetchone()
    assert alive == (1,)
    old, new = (tmp_path / name / "keys" / "case_keys.sqlite3" for name in ("old", "today"))
    old.write_bytes(new.read_bytes())
    manifest = json.loads((tmp_path / "old" / "manifest.json").read_text(encoding="utf-8"))
    manifest["sha256"]["keys/case_keys.sqlite3"] = json.loads(
        (tmp_path / "today" / "manifest.json").read_text(encoding="utf-8")
    )["sha256"]["keys/case_keys.sqlite3"]
    (tmp_path / "old" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with beside.django():
        backing.restore(tmp_path / "old")
        assert Case.objects.count() == 2
        with pytest.raises(Exception, match="key of this case was destroyed"):
            CaseVault.of(case.id)


def test_it_refuses_a_backup_that_was_changed(fresh_sqlite: Stage, beside: Stage, tmp_path: Path) -> None:
    furnish()
    backing.take(tmp_path / "backup")
    with pytest.raises(CommandError, match="not empty"):
        backing.take(tmp_path / "backup")
    sealed = next(path for path in (tmp_path / "backup" / "media").rglob("*") if path.is_file())
    sealed.write_bytes(sealed.read_bytes()[:-1])
    with beside.django(), pytest.raises(CommandError, match="was changed"):
        backing.restore(tmp_path / "backup")
    assert not (beside.var / "db.sqlite3").exists()
    with pytest.raises(CommandError, match="no backup"):
        backing.read(tmp_path / "nowhere")


def test_it_tells_what_is_missing_after_a_restore(fresh_sqlite: Stage, tmp_path: Path) -> None:
    case = furnish()
    backing.take(tmp_path / "backup")
    opened(Right.ACCESS)
    for path in (fresh_sqlite.var / "media").rglob("*"):
        if path.is_file():
            path.unlink()
    found = backing.check(tmp_path / "backup")
    assert "requests_app_case" in found["different"]
    assert len(found["files_unreadable"]) == 3
    assert str(case.deliverables.earliest("made_at").id) in found["files_unreadable"]


def test_the_drill_is_carried_out_on_sqlite(fresh_sqlite: Stage) -> None:
    furnish()
    done = drill(fresh_sqlite.env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 cases, 0 faults" in done.stdout
    assert "different [], ledger_faults 0, files_opened 3, files_unreadable []" in done.stdout


@pytest.mark.postgres
def test_the_drill_is_carried_out_on_postgresql(fresh_postgres: Stage, postgres_server: Postgres) -> None:
    case = furnish()
    empty = postgres_server.create()
    try:
        done = drill(fresh_postgres.env | {"DRILL_DATABASE_URL": postgres_server.url(empty)})
        assert done.returncode == 0, done.stdout + done.stderr
        assert "different [], ledger_faults 0, files_opened 3, files_unreadable []" in done.stdout
        copy = replace(fresh_postgres, database_url=postgres_server.url(empty))
        with copy.django():  # the files are those of the original: the drill's own are gone with its scratch folder
            opens_the_package(case)
    finally:
        postgres_server.drop(empty)


def drill(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "script" / "drill-backup")], env=env, capture_output=True, text=True, check=False, timeout=300
    )
