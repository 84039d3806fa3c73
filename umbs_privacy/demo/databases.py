"""The databases of the demo company, written alike to SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from random import Random
from types import ModuleType

from sqlalchemy import MetaData, create_engine, insert

from umbs_privacy.demo import analytics, archive, billing, crm, ehr, hr
from umbs_privacy.demo.characters import CHARACTERS
from umbs_privacy.demo.people import POPULATION, Person, seeded, strangers
from umbs_privacy.demo.rows import Rows

DATABASES: dict[str, ModuleType] = {"billing": billing, "crm": crm, "analytics": analytics, "hr": hr}
# One is held for a clinic, the other refuses to change or delete a row.
SPECIAL: dict[str, ModuleType] = {"ehr": ehr, "archive": archive}
EVERY: dict[str, ModuleType] = {**DATABASES, **SPECIAL}
BATCH = 5_000


@cache
def people(size: int = POPULATION) -> tuple[Person, ...]:
    return (*CHARACTERS, *strangers(size))


def invented(key: str, size: int = POPULATION) -> tuple[MetaData, Rows]:
    """Every row of one database, the same on each call."""
    write: Callable[[Iterable[Person], Random], Rows] = EVERY[key].rows
    metadata: MetaData = EVERY[key].METADATA
    return metadata, write(people(size), seeded(key))


def seed(key: str, url: str, size: int = POPULATION) -> int:
    """Replace the tables of this database at `url` and return the number of rows written."""
    metadata, rows = invented(key, size)
    engine = create_engine(url)
    written = 0
    with engine.begin() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        for table, all_rows in rows.tables(metadata):
            for start in range(0, len(all_rows), BATCH):
                connection.execute(insert(table), all_rows[start : start + BATCH])
            written += len(all_rows)
    engine.dispose()
    return written
