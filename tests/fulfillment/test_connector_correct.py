"""The contract of correcting, kept by every family: what can, does it once; what cannot, says so."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from fulfillment.connectors import FAMILIES, open_connector
from fulfillment.connectors.base import Capability, ConnectorError, Kind, Lookup, Record, Settings, Shape
from fulfillment.connectors.dates import date_form
from tests.fulfillment.systems import LOOPBACK, PATIENTS, System
from tests.fulfillment.test_connector_contract import dead_port, only, silent_port, sql_only, system

__all__ = ["dead_port", "silent_port", "system"]
HERS, BENS = {"id": 1}, {"id": 2}
OLD, NEW = "(469) 555-0101", "214-555-0107"


def phones(system: System) -> list[object]:
    with system.open() as connector:
        found = connector.find(Lookup("patients", {"account": ["A-1001", "A-1002", "A-1003"]}))
        return [row.values["phone"] for row in sorted(found, key=lambda row: row.key) if isinstance(row, Record)]


@sql_only
def test_it_corrects_where_the_old_value_stands_and_nowhere_else(system: System) -> None:
    with system.open() as connector:
        assert Capability.CORRECT in connector.capabilities
        assert connector.correct("patients", [HERS, BENS, {"id": 99}], "phone", OLD, NEW) == 1
    assert phones(system) == [NEW, "+1 469-555-0102", None]


@sql_only
def test_it_finds_it_done_the_second_time(system: System) -> None:
    with system.open() as connector:
        assert connector.correct("patients", [HERS], "phone", OLD, NEW) == 1
        assert connector.correct("patients", [HERS], "phone", OLD, NEW) == 1
    assert phones(system)[0] == NEW


@sql_only
def test_it_leaves_alone_what_somebody_else_has_changed_meanwhile(system: System) -> None:
    with system.open() as connector:
        connector.correct("patients", [HERS], "phone", OLD, "972-555-0144")
        assert connector.correct("patients", [HERS], "phone", OLD, NEW) == 0
    assert phones(system)[0] == "972-555-0144"


@sql_only
def test_it_says_that_the_column_has_vanished(system: System) -> None:
    assert system.lose_column
    system.lose_column()
    with system.open() as connector, pytest.raises(ConnectorError, match=r"patients\.phone") as caught:
        connector.correct("patients", [HERS], "phone", OLD, NEW)
    assert (caught.value.kind, caught.value.permanent) == (Kind.MISSING_COLUMN, True)


@sql_only
def test_it_writes_no_part_of_a_value_that_does_not_fit(system: System) -> None:
    with system.open() as connector, pytest.raises(ConnectorError) as caught:
        connector.correct("patients", [HERS], "phone", OLD, "5" * 41)
    assert (caught.value.kind, caught.value.permanent) == (Kind.DOES_NOT_FIT, True)
    assert phones(system)[0] == OLD


@sql_only
def test_it_keeps_to_the_length_that_the_map_declares(system: System) -> None:
    short = replace(PATIENTS, lengths={"phone": 5})
    settings = Settings(url=system.url, allow=LOOPBACK)
    with open_connector("sql", settings, [short]) as connector, pytest.raises(ConnectorError) as caught:
        connector.correct("patients", [HERS], "phone", OLD, NEW)
    assert caught.value.kind is Kind.DOES_NOT_FIT


@sql_only
@pytest.mark.parametrize(
    ("shape", "column", "kind"),
    [
        (replace(PATIENTS, read_only=frozenset({"phone"})), "phone", Kind.NOT_ALLOWED),
        (PATIENTS, "id", Kind.NOT_ALLOWED),
        (replace(PATIENTS, primary_key=()), "phone", Kind.MISCONFIGURED),
    ],
    ids=["read-only field", "primary key", "no key"],
)
def test_it_refuses_what_may_not_be_written(system: System, shape: Shape, column: str, kind: Kind) -> None:
    settings = Settings(url=system.url, allow=LOOPBACK)
    with open_connector("sql", settings, [shape]) as connector, pytest.raises(ConnectorError) as caught:
        connector.correct("patients", [HERS], column, OLD, NEW)
    assert (caught.value.kind, caught.value.permanent) == (kind, True)
    assert phones(system)[0] == OLD


@sql_only
def test_it_takes_a_hostile_value_for_a_value(system: System) -> None:
    hostile = "'); DROP TABLE patients; --"
    with system.open() as connector:
        assert connector.correct("patients", [HERS], "phone", OLD, hostile) == 1
    assert phones(system)[0] == hostile


@sql_only
def test_it_says_when_the_source_is_down(system: System) -> None:
    with system.open(url=system.down) as connector, pytest.raises(ConnectorError) as caught:
        connector.correct("patients", [HERS], "phone", OLD, NEW)
    assert (caught.value.kind, caught.value.permanent) == (Kind.UNREACHABLE, False)


@only("sqlite")
def test_it_gives_up_where_somebody_holds_the_table(system: System) -> None:
    engine = sa.create_engine(system.url)
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        with system.open(timeout=0.5) as connector, pytest.raises(ConnectorError) as caught:
            connector.correct("patients", [HERS], "phone", OLD, NEW)
        assert (caught.value.kind, caught.value.permanent) == (Kind.TIMEOUT, False)
        assert time.monotonic() - begun < 8
    engine.dispose()
    assert phones(system)[0] == OLD


def test_it_writes_a_date_and_a_number_as_what_the_column_holds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'typed.sqlite3'}"
    engine, meta = sa.create_engine(url), sa.MetaData()
    table = sa.Table(
        "people",
        meta,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("born", sa.Date),
        sa.Column("seen", sa.DateTime),
        sa.Column("age", sa.Integer),
    )
    meta.create_all(engine)
    with engine.begin() as connection:
        row = {"id": 1, "born": dt.date(1966, 3, 22), "seen": dt.datetime(2026, 1, 2), "age": 59}  # noqa: DTZ001
        connection.execute(table.insert().values(row))
    shape = Shape("people", "people", ("id", "born", "seen", "age"), primary_key=("id",))
    with open_connector("sql", Settings(url=url), [shape]) as connector:
        assert connector.correct("people", [HERS], "born", "1966-03-22", "March 23, 1966") == 1
        assert connector.correct("people", [HERS], "seen", "2026-01-02T00:00:00", "01/03/2026") == 1
        assert connector.correct("people", [HERS], "age", 59, "60") == 1
        for column, nonsense in (("born", "yesterday"), ("age", "sixty")):
            with pytest.raises(ConnectorError) as caught:
                connector.correct("people", [HERS], column, "1966-03-23", nonsense)
            assert caught.value.kind is Kind.DOES_NOT_FIT
        (found,) = connector.find(Lookup("people", {"id": [1]}))
    assert isinstance(found, Record)
    assert (found.values["born"], found.values["age"]) == ("1966-03-23", 60)
    assert str(found.values["seen"]).startswith("2026-01-03")
    engine.dispose()


def test_it_is_refused_by_a_family_that_cannot() -> None:
    cannot = []
    for family in FAMILIES:
        with open_connector(family, Settings(url="none://"), [PATIENTS]) as connector:
            if Capability.CORRECT not in connector.capabilities:
                cannot.append(family)
                with pytest.raises(ConnectorError, match="by hand") as caught:
                    connector.correct("patients", [HERS], "phone", OLD, NEW)
                assert caught.value.permanent
    assert "files" in cannot


@pytest.mark.parametrize("text", ["1966-03-23", "03/23/1966", "3-23-1966", "March 23, 1966", "Mar 23, 1966"])
def test_it_reads_a_date_as_people_write_it(text: str) -> None:
    assert date_form(text) == dt.date(1966, 3, 23)


@pytest.mark.parametrize("text", ["", "23 March", "1966-13-01", "214-555-0107", "Garland"])
def test_it_takes_nothing_else_for_a_date(text: str) -> None:
    assert date_form(text) is None
