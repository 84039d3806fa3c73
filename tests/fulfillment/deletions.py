"""A small shop that knows Ada, and a deletion that she asked for, on its way through the machine."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from requests_app.lifecycle import Right, State
from requests_app.models import Case, PlanStep
from requests_app.services import intake
from requests_app.services.intake import Asked
from tests import factories
from tests.characters import ADA
from tests.fulfillment.estate import EMAIL, ID, NAME, PLAIN, Estate, hurry, refers, work

MAIL = ADA.emails[0]
BODY = {"data_categories": ["user.content.private"]}


def shop(
    estate: Estate,
    extras: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    nickname: Mapping[str, Any] = PLAIN,
    **more: Any,
) -> None:
    """People with orders, each order with lines; a firm that others belong to as well."""
    estate.fill(
        "shop",
        {
            "people": [{"id": 1, "email": MAIL, "name": "Ada Quillfeather", "nickname": "Addie", "firm": 7}],
            "orders": [
                {"id": 10, "person": 1, "placed": "2025-03-01"},
                {"id": 11, "person": 1, "placed": "2001-01-01"},
            ],
            "lines": [{"id": 100, "order_id": 10, "text": "a"}, {"id": 101, "order_id": 11, "text": "b"}],
            "firms": [{"id": 7, "name": "Elm Co"}],
        },
    )
    estate.connect(
        "shop",
        {
            "firms": {
                "id": {"fides_meta": {"primary_key": True, **refers("shop.people.firm")["fides_meta"]}},
                "name": {"data_categories": ["user.workplace"]},
            },
            "people": {"id": ID, "email": EMAIL, "name": NAME, "nickname": nickname, "firm": PLAIN},
            "orders": {"id": ID, "person": refers("shop.people.id"), "placed": PLAIN},
            "lines": {"id": ID, "order_id": refers("shop.orders.id"), "text": BODY},
        },
        extras=extras,
        **more,
    )


def planned(*, tries: int = 1) -> Case:
    case = intake.open_case(Asked(Right.DELETE, ADA, residence="US-CA"))
    with transaction.atomic():
        factories.prove(case, signed=False)
    for _ in range(tries):
        work("gather", "search", "plan")
        hurry()
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW, (case.state, case.attention)
    return case


def blog(estate: Estate) -> None:
    """Another source, which comes before the shop in the order of the keys."""
    rows = [{"id": 5, "email": MAIL, "body": "Hello."}, {"id": 6, "email": "ben@example.org", "body": "Hi."}]
    estate.fill("blog", {"posts": rows})
    estate.connect("blog", {"posts": {"id": ID, "email": EMAIL, "body": BODY}}, recheck=(0, 7, 30))


def carried_out(case: Case, *, tries: int = 1) -> Case:
    factories.approved(case)
    for _ in range(tries):
        work("fulfil")
        hurry("fulfil")
    case.refresh_from_db()
    return case


def rows(estate: Estate, source: str, table: str) -> list[int]:
    with contextlib.closing(sqlite3.connect(estate.folder / f"{source}.sqlite3")) as connection:
        return [number for (number,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]


def seen(estate: Estate, question: str, source: str = "shop") -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(estate.folder / f"{source}.sqlite3")) as connection:
        return connection.execute(question).fetchall()


def change(estate: Estate, source: str, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(estate.folder / f"{source}.sqlite3")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def step(case: Case, collection: str) -> PlanStep:
    found: PlanStep = case.steps.get(collection=collection)
    return found
