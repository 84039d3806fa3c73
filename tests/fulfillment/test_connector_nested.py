"""A person who can be found only by what stands inside a document that one column holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from django.db import transaction
from django.test import override_settings
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine import Dialect

from fulfillment.connectors import open_connector
from fulfillment.connectors.base import Lookup, Record, Settings, Shape
from fulfillment.connectors.sql_nested import holds, narrowed
from requests_app.models import Case
from tests import factories
from tests.characters import ADA
from tests.fulfillment.estate import EMAIL, ID, PHONE, Estate, found, search, work
from tests.fulfillment.systems import LOOPBACK, System
from tests.fulfillment.test_connector_contract import dead_port, sql_only, system
from tests.services.stage import Stage

__all__ = ["dead_port", "system"]
PHONE_OF_HERS = "214-555-0107"
EMAILS = {"name": "email", **EMAIL}
PHONES = {"name": "phones", **PHONE}
PROFILE: dict[str, Any] = {"fields": [EMAILS, PHONES]}
ROWS = [
    {"id": 1, "profile": {"email": ADA.emails[0].title(), "phones": []}},
    {"id": 2, "profile": {"email": "ben@example.org", "phones": ["972-555-0144"]}},
    {"id": 3, "profile": {"email": "", "phones": ["(214) 555-0107", None]}},
    {"id": 4, "profile": {"note": f"forwarded to {ADA.emails[0]}"}},
]


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        yield Estate(tmp_path)


def gathered(case: Case) -> Case:
    with transaction.atomic():
        factories.prove(case)
    work("gather", "search")
    return case


def connected(estate: Estate) -> Case:
    estate.fill("web", {"visitors": ROWS})
    estate.connect("web", {"visitors": {"id": ID, "profile": PROFILE}})
    return gathered(factories.opened())


@pytest.mark.slow
def test_it_finds_whom_a_document_names_and_nobody_else(estate: Estate) -> None:
    case = connected(estate)
    assert search(case, "web").state == "answered"
    assert found(case, "web") == ["web.visitors:1", "web.visitors:3"]


@pytest.mark.slow
def test_it_reads_a_document_that_is_kept_as_text(estate: Estate) -> None:
    rows = [{"id": 1, "profile": '{"email": "Ada@Example.org"}'}, {"id": 2, "profile": "no document at all"}]
    rows[0]["profile"] = str(rows[0]["profile"]).replace("Ada@Example.org", ADA.emails[0].upper())
    estate.fill("web", {"visitors": rows})
    estate.connect("web", {"visitors": {"id": ID, "profile": PROFILE}})
    assert found(gathered(factories.opened()), "web") == ["web.visitors:1"]


@pytest.mark.slow
def test_it_is_told_plainly_that_no_opt_out_can_be_written_by_it(estate: Estate) -> None:
    estate.fill("web", {"visitors": [{**row, "sold": True} for row in ROWS]})
    fields = {"id": ID, "profile": PROFILE, "sold": {"data_categories": ["system.operations"]}}
    estate.connect("web", {"visitors": fields}, suppress={"visitors": {"sold": False}})
    case = factories.opened("opt_out_sale_sharing")
    work("fulfil")
    row = case.suppressions.get(source_key="web")
    assert "No row can be chosen by a value inside a document" in row.error


KINDS: dict[str, list[Any]] = {
    "postgresql": [postgresql.JSONB(), sa.JSON(), sa.Text()],
    "mysql": [sa.JSON(), sa.Text()],
    "sqlite": [sa.JSON(), sa.Text()],
}
DOCUMENTS = [
    *(row["profile"] for row in ROWS),
    {"account": "A-77", "name": "Zoë Ñúñez"},
    {"account": "B-1", "note": "A-77"},
    [{"email": ADA.emails[0].upper()}, {"email": "ben@example.org"}],
]
HERS = {"1", "3", "5", "7"}


@sql_only
def test_it_finds_whom_a_document_names_in_each_database(system: System) -> None:
    """As JSONB, as JSON and as text, on the real servers."""
    engine = sa.create_engine(system.url)
    for number, kind in enumerate(KINDS[engine.dialect.name]):
        name = f"visitors_{number}"
        table = sa.Table(name, sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("profile", kind))
        written = [json.dumps(one) for one in DOCUMENTS] if isinstance(kind, sa.Text) else DOCUMENTS
        with engine.begin() as connected:
            table.create(connected)
            connected.execute(table.insert(), [{"id": at, "profile": one} for at, one in enumerate(written, start=1)])
        compare = {"profile.email": "email", "profile.phones": "phone"}
        shape = Shape(name, name, ("id", "profile"), primary_key=("id",), compare=compare)
        lookup = Lookup(
            name, {"profile.email": ADA.emails, "profile.phones": ["214-555-0107"], "profile.account": ["A-77"]}
        )
        with open_connector("sql", Settings(url=system.url, allow=LOOPBACK), [shape]) as connector:
            got = [one for one in connector.find(lookup) if isinstance(one, Record)]
        assert {one.key for one in got} == HERS, kind
        assert len(got) == len(HERS)
    engine.dispose()


@pytest.mark.parametrize(
    ("values", "there"),
    [
        ({"a": {"b": "X@y.org"}}, True),
        ({"a": [{"b": ["z", "x@y.org"]}]}, True),
        ({"a": '{"b": "x@y.org"}'}, True),
        ({"a": '"x@y.org"'}, False),
        ({"a": "{broken"}, False),
        ({"a": {"b": {"c": "x@y.org"}}}, False),
        ({"a": None}, False),
        ({}, False),
    ],
)
def test_it_compares_the_value_at_the_path_and_no_other(values: dict[str, Any], *, there: bool) -> None:
    assert holds(values, "a.b", "email", ["x@Y.org"]) == there


@pytest.mark.parametrize("dialect", [postgresql.dialect(), mysql.dialect(), sqlite.dialect()], ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("compare", "value", "narrow"), [("email", "x@y.org", True), ("phone", PHONE_OF_HERS, True), ("exact", "é", False)]
)
def test_it_narrows_the_rows_down_only_where_their_text_is_sure(
    dialect: Dialect, compare: str, value: str, *, narrow: bool
) -> None:
    (clause,) = narrowed(sa.column("profile", sa.JSON()), compare, [value])
    statement = str(clause.compile(dialect=dialect))
    assert ("LIKE" in statement) == narrow
    assert ("IS NOT NULL" in statement) != narrow
