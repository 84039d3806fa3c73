"""A person who can be found only by what stands inside a document that one column holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from django.db import transaction
from django.test import override_settings
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine import Dialect

from fulfillment.connectors.sql_nested import holds, narrowed
from requests_app.models import Case
from tests import factories
from tests.characters import ADA
from tests.fulfillment.estate import EMAIL, ID, PHONE, Estate, found, search, work
from tests.services.stage import Stage

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
