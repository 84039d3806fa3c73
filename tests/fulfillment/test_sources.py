from __future__ import annotations

import contextlib
import json
import sqlite3
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.forms.models import model_to_dict

from fulfillment import secrets, sources, survey
from fulfillment.connectors.base import ConnectorError, Kind
from fulfillment.datamap.located import MapError
from fulfillment.models import DataSource
from tests.fulfillment import cabinet
from tests.fulfillment.maps import BILLING, LEADS, write

pytestmark = pytest.mark.django_db

POSTGRES = '{url: "postgresql+psycopg://reader:hunter2@db.example.org/billing"}'


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A live database that BILLING describes exactly."""
    path = tmp_path / "billing.sqlite3"
    change(
        path,
        "CREATE TABLE patients (id INTEGER PRIMARY KEY, email TEXT, phone TEXT, account TEXT, marketing_ok BOOLEAN,"
        " secret_note TEXT); CREATE TABLE visits (id INTEGER, patient_id INTEGER);",
    )
    return path


def change(path: Path, statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)


def billing(database: Path) -> str:
    return BILLING.replace(POSTGRES, f'{{url: "sqlite:///{database}"}}')


def applied(tmp_path: Path, *texts: str) -> str:
    out = StringIO()
    files = [str(write(tmp_path, f"map{number}", text)) for number, text in enumerate(texts)]
    call_command("sources_apply", *files, stdout=out)
    return out.getvalue()


def checked(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("sources_check", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_it_connects_a_source_and_later_changes_it(tmp_path: Path) -> None:
    assert "billing: connected" in applied(tmp_path, BILLING)
    assert "billing: changed" in applied(tmp_path, BILLING.replace("Billing database", "Billing, the new one"))
    assert DataSource.objects.get().name == "Billing, the new one"


def test_it_takes_all_files_or_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"map1\.yml:1: 'owner' is missing\n.*map1\.yml:4: unknown key 'ownr'"):
        applied(tmp_path, BILLING, LEADS.replace("owner:", "ownr:"))
    assert not DataSource.objects.exists()


def test_it_reports_problems_as_json(tmp_path: Path) -> None:
    out, file = StringIO(), write(tmp_path, "bad", BILLING.replace("role: controller", "role: owner"))
    with pytest.raises(CommandError):
        call_command("sources_apply", str(file), "--json", stdout=out)
    assert json.loads(out.getvalue())["problems"][0] == {
        "file": str(file),
        "line": 5,
        "message": "'role' must be 'controller' or 'business_associate'",
    }


def test_it_checks_references_against_sources_applied_before(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="unknown dataset 'billing'"):
        applied(tmp_path, LEADS)
    applied(tmp_path, BILLING)
    assert "leads: connected" in applied(tmp_path, LEADS)


def test_it_seals_the_connection_and_shows_it_nowhere(tmp_path: Path) -> None:
    out = applied(tmp_path, BILLING)
    source = DataSource.objects.get()
    assert b"hunter2" not in bytes(source.sealed_connection)
    opened = secrets.unseal(source.sealed_connection, source=source.key)
    assert opened.values["url"].startswith("postgresql+psycopg://reader:hunter2@")
    shown = f"{out} {model_to_dict(source)} {source.document} {opened!r} {opened} {sources._settings(source)!r}"
    assert "hunter2" not in shown


def test_it_opens_a_connection_for_no_other_source_and_not_when_changed(tmp_path: Path) -> None:
    applied(tmp_path, BILLING)
    sealed = bytes(DataSource.objects.get().sealed_connection)
    for bad, key in (
        (sealed, "other"),
        (sealed[:-1] + b"!", "billing"),
        (b"", "billing"),
        (b"\x02" + sealed[1:], "billing"),
    ):
        with pytest.raises(secrets.CannotOpen):
            secrets.unseal(bad, source=key)
    DataSource.objects.update(sealed_connection=sealed[:-1] + b"!")
    with pytest.raises(ConnectorError, match="give it again") as caught, sources.connect(DataSource.objects.get()):
        pass
    assert caught.value.permanent


def test_it_keeps_the_connection_when_a_map_comes_without_one(tmp_path: Path) -> None:
    without = BILLING.replace(f"  connection: {POSTGRES}\n", "")
    with pytest.raises(CommandError, match="`connection:` is missing"):
        applied(tmp_path, without)
    applied(tmp_path, BILLING)
    before = bytes(DataSource.objects.get().sealed_connection)
    applied(tmp_path, without)
    assert bytes(DataSource.objects.get().sealed_connection) == before


def test_it_reads_the_url_from_a_file_or_a_variable_each_time(
    tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text(f"sqlite:///{database}\n", encoding="utf-8")
    applied(tmp_path, BILLING.replace(POSTGRES, "{url_file: url}"))
    assert checked("billing")[0] == 0
    (tmp_path / "url").unlink()
    assert "`url_file` names cannot be read" in checked("billing")[1]
    applied(tmp_path, BILLING.replace(POSTGRES, "{url_env: BILLING_URL}"))
    assert "`url_env` names is not set" in checked("billing")[1]
    monkeypatch.setenv("BILLING_URL", f"sqlite:///{database}")
    assert checked("billing")[0] == 0


def test_it_says_that_map_and_system_match(tmp_path: Path, database: Path) -> None:
    applied(tmp_path, billing(database))
    assert checked() == (0, "billing: The map matches\n")
    assert DataSource.objects.get().check_result == DataSource.Check.MATCHES


def test_it_names_what_is_missing_unmapped_or_changed(tmp_path: Path, database: Path) -> None:
    applied(tmp_path, billing(database))
    change(
        database,
        "ALTER TABLE patients DROP COLUMN phone; ALTER TABLE patients ADD COLUMN fax TEXT; DROP TABLE visits;"
        "ALTER TABLE patients DROP COLUMN account; ALTER TABLE patients ADD COLUMN account INTEGER;",
    )
    code, out = checked("billing")
    assert code == 1
    assert out.splitlines() == [
        "billing: The map no longer matches",
        "  missing billing.patients.phone: the system has no such column",
        "  changed billing.patients.account: string here, integer there",
        "  unmapped billing.patients.fax: the system has it, the map does not",
        "  missing billing.visits: the system has no such table",
    ]
    stored = DataSource.objects.get()
    assert stored.check_result == DataSource.Check.DRIFTED
    assert len(stored.findings) == 4


def test_it_names_a_collection_that_nothing_reaches(tmp_path: Path, database: Path) -> None:
    applied(
        tmp_path, billing(database).replace("references:", "length: 9 #").replace("\n                - {dataset", "\n#")
    )
    code, out = checked()
    assert code == 1
    assert "unreachable billing.visits: the data map names no identity and no reference for it" in out


def test_it_fails_clearly_when_the_system_is_away(tmp_path: Path) -> None:
    applied(tmp_path, billing(tmp_path / "gone.sqlite3"))
    code, out = checked("--json")
    finding = json.loads(out)["sources"][0]
    assert code == 1
    assert (finding["result"], finding["findings"][0]["kind"]) == ("failed", Kind.UNREACHABLE)


def test_it_knows_no_other_key(tmp_path: Path) -> None:
    applied(tmp_path, BILLING)
    with pytest.raises(CommandError, match=r"No source has the key 'crm'\. Connected: billing\."):
        checked("crm")


def test_it_takes_relative_places_from_where_they_are_meant(
    tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(database.parent)
    applied(tmp_path, billing(Path(database.name)))
    monkeypatch.chdir("/")
    assert checked()[0] == 0


def test_it_checks_only_sources_that_are_enabled_unless_named(tmp_path: Path, database: Path) -> None:
    applied(tmp_path, billing(database))
    DataSource.objects.update(enabled=False)
    assert survey.check() == []
    assert [item.key for item in survey.check(["billing"])] == ["billing"]


def test_it_connects_a_source_whose_owner_is_asked_and_says_so(tmp_path: Path) -> None:
    cabinet.connect(tmp_path)
    out = StringIO()
    call_command("sources_check", "cabinet", stdout=out)
    assert out.getvalue() == f"cabinet: The map matches, asked by mail: {cabinet.OWNER}\n"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"owner": "Room 4"}, "give an e-mail address as `owner`"),
        ({"connection": {"url": "file:///cabinet"}}, "leave `connection` out"),
        (
            {"role": "business_associate", "covered_entity": {"name": "Elm Clinic", "contact": "x@elm.example"}},
            "is the provider's to look into",
        ),
    ],
)
def test_it_refuses_a_paper_source_that_nobody_can_be_asked_about(
    tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(MapError, match=complaint):
        cabinet.connect(tmp_path, **changes)


def test_it_lets_a_paper_source_hold_one_kind_of_thing(tmp_path: Path) -> None:
    described = cabinet.described()
    described["dataset"][0]["collections"].append({"name": "photos", "fields": [{"name": "paper"}]})
    path = tmp_path / "two.yml"
    path.write_text(yaml.safe_dump(described), encoding="utf-8")
    with pytest.raises(MapError, match="exactly one collection"):
        survey.apply([path])
