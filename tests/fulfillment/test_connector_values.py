from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from fulfillment.connectors.base import ConnectorError, Json, Kind
from fulfillment.connectors.egress import pin
from fulfillment.connectors.portable import portable
from fulfillment.connectors.sql_values import bindable, type_word
from fulfillment.facts import is_named, values_at

PARIS = dt.timezone(dt.timedelta(hours=2))
ID = uuid.UUID(int=7)


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        (None, None),
        (True, True),
        (2**70, 2**70),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (Decimal("10.50"), "10.50"),
        (dt.datetime(2026, 1, 2, 3, 4, tzinfo=PARIS), "2026-01-02T03:04:00+02:00"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.time(3, 4), "03:04:00"),
        (dt.timedelta(days=1), "1 day, 0:00:00"),
        (ID, str(ID)),
        (b"\0\xff", {"bytes": 2, "base64": "AP8="}),
        ({"a": [Decimal(1), {"b": b""}]}, {"a": ["1", {"b": {"bytes": 0, "base64": ""}}]}),
        ("half \ud800 pair, old \udcff name", "half \ufffd pair, old \ufffd name"),
        ("whole 😀", "whole 😀"),
    ],
    ids=range(15),
)
def test_it_carries_any_value_as_json(value: Any, carried: Json) -> None:
    assert portable(value) == carried
    assert json.loads(json.dumps(portable(value), ensure_ascii=False).encode()) == carried


@pytest.mark.parametrize(
    ("kind", "given", "asked"),
    [
        (sa.Integer(), ["17", 18, "A-17", "1e9", None, 10**30, True], [17, 18]),
        (sa.String(), ["a", 17, "with\0nul", None, {"x": 1}, "a"], ["a", "17"]),
        (sa.Uuid(), [str(ID), "no"], [ID]),
        (sa.Date(), ["2026-01-02", "soon"], [dt.datetime(2026, 1, 2)]),  # noqa: DTZ001 - a date column has no zone
        (sa.Numeric(), ["1.5", "x"], [Decimal("1.5")]),
        (sa.Boolean(), [0], [False]),
        (sa.LargeBinary(), ["x"], []),
    ],
    ids=["integer", "string", "uuid", "date", "float", "boolean", "binary"],
)
def test_it_asks_a_column_only_for_what_it_can_hold(kind: Any, given: list[Any], asked: list[Any]) -> None:
    assert bindable(kind, given) == asked


def test_it_names_every_type_in_the_words_of_a_data_map() -> None:
    kinds = (
        sa.Boolean(),
        sa.BigInteger(),
        sa.Float(),
        sa.Text(),
        sa.Date(),
        sa.DateTime(),
        sa.Time(),
        sa.JSON(),
        sa.Uuid(),
    )
    words = ["boolean", "integer", "float", "string", "date", "date", "time", "object", "uuid"]
    assert [type_word(kind) for kind in kinds] == words
    assert type_word(sa.types.NullType()) == "other"


@pytest.mark.parametrize(
    ("host", "allow", "address"),
    [
        ("8.8.8.8", (), "8.8.8.8"),
        ("127.0.0.1", ("127.0.0.1",), "127.0.0.1"),
        ("10.1.2.3", ("10.0.0.0/8",), "10.1.2.3"),
        ("localhost", ("localhost",), None),
        ("[::1]", ("::1",), "::1"),
        ("::ffff:10.1.2.3", ("10.0.0.0/8",), "10.1.2.3"),
    ],
)
def test_it_reaches_a_host_that_is_allowed(host: str, allow: tuple[str, ...], address: str | None) -> None:
    found = pin(host, 5432, allow)
    assert found == address or address is None
    assert found


@pytest.mark.parametrize(
    ("host", "allow"),
    [
        ("8.8.8.8", ("db.example.org",)),
        ("10.1.2.3", ("10.2.0.0/16", "not a rule")),
        ("evil-localhost", ("localhost",)),
        *(
            (host, ())
            for host in "127.0.0.1 127.1 0 0x7f.1 2130706433 017700000001 localhost 10.0.0.1 172.16.0.1".split()
        ),
        *((host, ()) for host in "192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255 224.0.0.1".split()),
        *((host, ()) for host in "::1 :: fe80::1 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe".split()),
        *((host, ()) for host in "64:ff9b::7f00:1 2002:7f00:1:: 2002:a9fe:a9fe::1 [::1]".split()),
    ],
)
def test_it_reaches_no_other_host(host: str, allow: tuple[str, ...]) -> None:
    with pytest.raises(ConnectorError) as caught:
        pin(host, 5432, allow)
    assert caught.value.kind in {Kind.NOT_ALLOWED, Kind.UNREACHABLE}


@pytest.mark.parametrize(
    ("held", "own", "same"),
    [
        ("Ada Quill", "Ada Quill", True),
        ("QUILL, ADA M.", "Ada Quill", True),
        ("A. Quill", "Ada Quill", True),
        ("Quill", "Ada Quill", True),
        ("Ada María Muñoz Quill", "Ada Munoz", True),
        ("Theo Quill", "Ada Quill", False),
        ("Ada Orr", "Ada Quill", False),
        ("Adam Quill", "Ada Quill", False),
    ],
)
def test_it_knows_a_name_in_other_ways_of_writing(held: str, own: str, same: bool) -> None:
    assert is_named({held}, {own}) is same


def test_it_holds_no_name_against_anybody() -> None:
    assert is_named(set(), {"Ada"})
    assert is_named({"Ada"}, set())


def test_it_takes_every_value_on_a_path() -> None:
    nested = {"a": [{"b": 1}, {"b": [2, 3]}, {"c": 4}], "d": {"b": 5}}
    assert list(values_at(nested, "a.b")) == [1, 2, 3]
    assert list(values_at(nested, "d.b")) == [5]
    assert list(values_at(nested, "x.b")) == []
