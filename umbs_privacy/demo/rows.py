"""Rows of one invented database, numbered as they are written, in an order that foreign keys accept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

Row = dict[str, Any]
FIRST_DAY = date(2022, 1, 3)
DAYS = 1_750


class Rows:
    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = defaultdict(list)

    def add(self, table: Table, **row: Any) -> int:
        """Keep the row and return its number, which becomes its `id` when the table has such a column."""
        rows = self._rows[table.name]
        number = len(rows) + 1
        rows.append({"id": number, **row} if "id" in table.c else row)
        return number

    def tables(self, metadata: MetaData) -> Iterator[tuple[Table, list[Row]]]:
        return ((table, self._rows[table.name]) for table in metadata.sorted_tables)


def chance(random: Random, odds: float) -> bool:
    return random.random() < odds


def some_day(random: Random) -> date:
    return FIRST_DAY + timedelta(days=random.randrange(DAYS))


def some_moment(random: Random) -> datetime:
    return datetime.combine(some_day(random), time(random.randrange(7, 21), random.randrange(60), random.randrange(60)))


def key(name: str = "id") -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def text_key(name: str, length: int = 20) -> Column[str]:
    return Column(name, String(length), primary_key=True)


def text(name: str, length: int = 80, *, indexed: bool = False) -> Column[str]:
    return Column(name, String(length), nullable=False, index=indexed)


def optional_text(name: str, length: int = 80, *, indexed: bool = False) -> Column[str]:
    return Column(name, String(length), nullable=True, index=indexed)


def parent(name: str, target: str) -> Column[int]:
    return Column(name, Integer, ForeignKey(target), nullable=False, index=True)


def parent_text(name: str, target: str, length: int = 20) -> Column[str]:
    return Column(name, String(length), ForeignKey(target), nullable=False, index=True)
