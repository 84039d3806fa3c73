"""The contract of erasing, kept by every family: what can, does it once and counts again; what cannot, says so."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fulfillment.connectors import FAMILIES, capabilities, open_connector
from fulfillment.connectors.base import Act, Capability, ConnectorError, Erased, Erasure, Kind, Settings, Shape
from tests.fulfillment.systems import LOOPBACK, PATIENTS, System
from tests.fulfillment.test_connector_contract import dead_port, only, sql_only, system

__all__ = ["dead_port", "system"]
HERS: list[dict[str, Any]] = [{"id": 1}, {"id": 3}]
PEOPLE = replace(PATIENTS, personal=("email", "phone", "account", "marketing_ok"), lengths={"phone": 4})
VISITS = Shape(
    "visits",
    "visits",
    ("id", "patient_id", "clerk", "reason", "seen_on"),
    primary_key=("id",),
    personal=("patient_id", "reason", "seen_on"),
    ties=frozenset({"patient_id"}),
)
MADE = (
    """CREATE TABLE visits (id INTEGER PRIMARY KEY, patient_id INTEGER, clerk VARCHAR(20), reason VARCHAR(40) NOT NULL,
    seen_on DATE, FOREIGN KEY (patient_id) REFERENCES patients(id))""",
    "INSERT INTO visits VALUES (10, 1, 'Bo', 'cough', '2025-05-01'), (11, 2, 'Bo', 'knee', '2025-05-02')",
)


@pytest.fixture
def clinic(system: System) -> Iterator[System]:
    """Patients with visits that refer to them."""
    engine = sa.create_engine(system.url)
    with engine.begin() as connection:
        for statement in MADE:
            connection.exec_driver_sql(statement)
    yield system
    engine.dispose()
    _ask(system, "DROP TABLE visits")


def _ask(system: System, question: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(system.url)
    with engine.begin() as connection:
        found = connection.exec_driver_sql(question)
        rows = [tuple(row) for row in found] if found.returns_rows else []
    engine.dispose()
    return rows


def erase(system: System, *erasures: Erasure, shapes: Sequence[Shape] = (PEOPLE, VISITS), **more: Any) -> list[Erased]:
    settings = Settings(url=more.pop("url", system.url), allow=LOOPBACK, connect_timeout=2, **more)
    with open_connector(system.family, settings, shapes) as connector:
        return connector.erase(erasures)


def remaining(system: System, *erasures: Erasure) -> list[int]:
    with open_connector(system.family, Settings(url=system.url, allow=LOOPBACK), [PEOPLE, VISITS]) as connector:
        return connector.remaining(erasures)


DELETE = Erasure("patients", Act.DELETE, HERS)
DELETE_VISIT = Erasure("visits", Act.DELETE, [{"id": 10}])
NULL = Erasure("patients", Act.NULL, HERS)
STAND_IN = Erasure("patients", Act.PSEUDONYMISE, HERS)
TRIM = Erasure("patients", Act.TRIM, HERS, ("phone",))
WHO = "SELECT id, email FROM patients ORDER BY id"


@sql_only
def test_it_deletes_exactly_these_rows_and_counts_again(clinic: System) -> None:
    gone = Erasure("patients", Act.DELETE, [*HERS, {"id": 99}, {"id": "none of ours"}])
    assert remaining(clinic, gone) == [2]
    assert erase(clinic, DELETE_VISIT, gone) == [Erased(1, 0), Erased(2, 0)]
    assert _ask(clinic, WHO) == [(2, "ben@example.org")]
    assert _ask(clinic, "SELECT id FROM visits") == [(11,)]
    assert remaining(clinic, gone) == [0]


@sql_only
@pytest.mark.parametrize("erasure", [DELETE, NULL, STAND_IN], ids=lambda one: one.act)
def test_it_finds_it_done_the_second_time(clinic: System, erasure: Erasure) -> None:
    assert erase(clinic, DELETE_VISIT, erasure)[1] == Erased(2, 0)
    before = _ask(clinic, "SELECT * FROM patients ORDER BY id")
    assert erase(clinic, DELETE_VISIT, erasure) == [Erased(0, 0), Erased(0, 0)]
    assert _ask(clinic, "SELECT * FROM patients ORDER BY id") == before


@sql_only
def test_it_empties_the_person_s_own_columns_and_nothing_else(clinic: System) -> None:
    assert erase(clinic, NULL) == [Erased(2, 0)]
    asked = "SELECT email, phone, account, marketing_ok, secret_note FROM patients WHERE id <> 2"
    assert _ask(clinic, asked) == [(None, None, None, None, "not mapped")] * 2
    assert len(_ask(clinic, "SELECT id FROM patients WHERE id = 2 AND phone = '+1 469-555-0102'")) == 1


@sql_only
def test_it_puts_a_value_that_identifies_nobody_and_cuts_the_tie(clinic: System) -> None:
    visit = Erasure("visits", Act.PSEUDONYMISE, [{"id": 10}])
    assert remaining(clinic, STAND_IN, visit) == [2, 1]
    assert erase(clinic, visit, STAND_IN) == [Erased(1, 0), Erased(2, 0)]
    emails = [email for (email,) in _ask(clinic, "SELECT email FROM patients WHERE id <> 2")]
    assert len(set(emails)) == 2
    assert all(email.startswith("removed-") for email in emails)
    (phone,) = _ask(clinic, "SELECT phone FROM patients WHERE id = 1")[0]
    assert len(phone) == 4
    assert _ask(clinic, "SELECT phone FROM patients WHERE id = 3") == [(None,)], "it says that there was a number"
    (tie, clerk, reason, day) = _ask(clinic, "SELECT patient_id, clerk, reason, seen_on FROM visits WHERE id = 10")[0]
    assert (tie, clerk, reason[:8], str(day)) == (None, "Bo", "removed-", "2000-01-01")
    assert remaining(clinic, STAND_IN, visit) == [0, 0]


@sql_only
def test_it_trims_only_the_columns_it_was_given_and_empties_those_that_may_be(clinic: System) -> None:
    visit = Erasure("visits", Act.TRIM, [{"id": 10}], ("reason", "seen_on"))
    assert remaining(clinic, visit) == [1]
    assert erase(clinic, visit) == [Erased(1, 0)]
    (tie, reason, day) = _ask(clinic, "SELECT patient_id, reason, seen_on FROM visits WHERE id = 10")[0]
    assert (tie, reason[:8], day) == (1, "removed-", None), "a column that may be empty got a value"
    assert (erase(clinic, visit), remaining(clinic, visit)) == ([Erased(0, 0)], [0])
    assert _ask(clinic, "SELECT reason FROM visits WHERE id = 11") == [("knee",)]


@sql_only
@pytest.mark.parametrize(
    "erasures",
    [(DELETE,), (Erasure("patients", Act.DELETE, [{"id": 3}]), Erasure("visits", Act.NULL, [{"id": 11}]))],
    ids=["a record that another one needs", "a column that may not be empty"],
)
def test_it_does_all_or_nothing(clinic: System, erasures: tuple[Erasure, ...]) -> None:
    with pytest.raises(ConnectorError, match="nothing was changed") as caught:
        erase(clinic, *erasures)
    assert (caught.value.kind, caught.value.permanent) == (Kind.CONSTRAINT, True)
    assert [row[0] for row in _ask(clinic, WHO)] == [1, 2, 3]


@sql_only
def test_it_says_that_the_column_has_vanished(clinic: System) -> None:
    assert clinic.lose_column
    clinic.lose_column()
    with pytest.raises(ConnectorError, match=r"patients\.phone") as caught:
        erase(clinic, DELETE_VISIT, DELETE)
    assert (caught.value.kind, caught.value.permanent) == (Kind.MISSING_COLUMN, True)
    assert len(_ask(clinic, "SELECT id FROM visits")) == 2


@sql_only
@pytest.mark.parametrize(
    ("shape", "erasure", "kind"),
    [
        (replace(PEOPLE, append_only=True), DELETE, Kind.NOT_ALLOWED),
        (replace(PEOPLE, append_only=True), TRIM, Kind.NOT_ALLOWED),
        (replace(PEOPLE, read_only=frozenset({"phone"})), TRIM, Kind.NOT_ALLOWED),
        (replace(PEOPLE, read_only=frozenset({"phone"})), NULL, Kind.NOT_ALLOWED),
        (replace(PEOPLE, primary_key=()), DELETE, Kind.MISCONFIGURED),
        (replace(PEOPLE, personal=()), STAND_IN, Kind.MISCONFIGURED),
    ],
    ids=["append-only", "append-only, trimmed", "read-only, trimmed", "read-only field", "no key", "nothing personal"],
)
def test_it_refuses_what_the_map_does_not_let_it_do(clinic: System, shape: Shape, erasure: Erasure, kind: Kind) -> None:
    with pytest.raises(ConnectorError) as caught:
        erase(clinic, erasure, shapes=[shape])
    assert (caught.value.kind, caught.value.permanent) == (kind, True)
    assert len(_ask(clinic, WHO)) == 3


@sql_only
def test_it_empties_where_single_rows_cannot_be_deleted(clinic: System) -> None:
    assert erase(clinic, NULL, shapes=[replace(PEOPLE, append_only=True)]) == [Erased(2, 0)]


@sql_only
def test_it_says_when_the_source_is_down(clinic: System) -> None:
    with pytest.raises(ConnectorError) as caught:
        erase(clinic, DELETE, url=clinic.down)
    assert (caught.value.kind, caught.value.permanent) == (Kind.UNREACHABLE, False)


@only("postgresql")
def test_it_says_when_it_may_not(clinic: System) -> None:
    _ask(clinic, "DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD 'reads'; EXCEPTION WHEN duplicate_object THEN END $$")
    _ask(clinic, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    url = sa.make_url(clinic.url).set(username="reader", password="reads").render_as_string(hide_password=False)
    with pytest.raises(ConnectorError, match="grant") as caught:
        erase(clinic, DELETE, url=url)
    _ask(clinic, "DROP OWNED BY reader")
    assert (caught.value.kind, caught.value.permanent) == (Kind.NOT_ALLOWED, True)


@only("sqlite")
def test_it_gives_up_where_somebody_holds_the_table(clinic: System) -> None:
    engine = sa.create_engine(clinic.url)
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        with pytest.raises(ConnectorError) as caught:
            erase(clinic, DELETE, timeout=0.5)
        assert (caught.value.kind, caught.value.permanent) == (Kind.TIMEOUT, False)
        assert time.monotonic() - begun < 8
    engine.dispose()
    assert len(_ask(clinic, WHO)) == 3


@only("sqlite")
def test_it_has_the_time_for_each_portion_of_many_rows(clinic: System) -> None:
    _ask(
        clinic,
        "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3099) "
        "INSERT INTO patients (id, email) SELECT i, 'many' || i FROM n",
    )
    _ask(
        clinic,
        "CREATE TRIGGER slow AFTER UPDATE ON patients BEGIN SELECT count(*) FROM "
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) SELECT i FROM n); END",
    )
    many = [{"id": number} for number in range(100, 3100)]
    begun = time.monotonic()
    assert erase(clinic, Erasure("patients", Act.PSEUDONYMISE, many), timeout=1) == [Erased(3000, 0)]
    assert time.monotonic() - begun > 1


def test_it_is_refused_by_a_family_that_cannot(tmp_path: Path) -> None:
    cannot = [family for family in FAMILIES if Capability.ERASE not in capabilities(family)]
    assert "files" in cannot
    for family in cannot:
        with open_connector(family, Settings(url=tmp_path.as_uri()), [PEOPLE]) as connector:
            for ask in (connector.erase, connector.remaining):
                with pytest.raises(ConnectorError, match="owner has to") as caught:
                    ask([DELETE])
                assert caught.value.permanent
