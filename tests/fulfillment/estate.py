"""A small company for tests of the machine: real databases, described by data maps, and their jobs run here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from django.db import connection
from django.db.models.functions import Now

from fulfillment import models, survey, tasks
from fulfillment.models import JobState
from requests_app.casefile import read
from requests_app.models import Case, RecordBatch, SystemSearch

Meta = Mapping[str, Any]
Fields = Mapping[str, Meta]
Rows = Sequence[Mapping[str, Any]]
EMAIL: Meta = {"data_categories": ["user.contact.email"], "fides_meta": {"identity": "email"}}
ACCOUNT: Meta = {"data_categories": ["user.account"], "fides_meta": {"identity": "account"}}
PHONE: Meta = {"data_categories": ["user.contact.phone_number"], "fides_meta": {"identity": "phone_number"}}
NAME: Meta = {"data_categories": ["user.name"], "fides_meta": {"umbs": {"person_of": "subject"}}}
BORN: Meta = {"data_categories": ["user.demographic.date_of_birth"]}
STREET: Meta = {"data_categories": ["user.contact.address.street"]}
ZIP: Meta = {"data_categories": ["user.contact.address.postal_code"]}
PLAIN: Meta = {}
ID: Meta = {"fides_meta": {"primary_key": True, "data_type": "integer"}}


def refers(to: str) -> dict[str, Any]:
    """`dataset.collection.field`: values found there are looked up here."""
    dataset, _, field = to.partition(".")
    return {"fides_meta": {"references": [{"dataset": dataset, "field": field, "direction": "from"}]}}


class Estate:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sqlite(self, key: str) -> str:
        return f"sqlite:///{self.folder / key}.sqlite3"

    def connect(
        self,
        key: str,
        tables: Mapping[str, Fields],
        *,
        url: str = "",
        suppress: Mapping[str, Mapping[str, Any]] | None = None,
        extras: Mapping[str, Mapping[str, Any]] | None = None,
        recheck: Sequence[int] = (0,),
        timeout: float = 10,
        provider: bool = False,
        says: Mapping[str, Any] | None = None,
    ) -> None:
        """Describe a system by its data map; its tables need not exist, or not any more."""
        block: dict[str, Any] = {"key": key, "name": key.title(), "owner": "x@example.org", "connector": "sql"}
        block |= {"role": "business_associate" if provider else "controller"}
        block |= {"covered_entity": {"name": "Elm Clinic", "contact": "x@example.org"}} if provider else {}
        block |= {"recheck_after_days": list(recheck), **(says or {})}
        block |= {"connection": {"url": url or self.sqlite(key), "timeout": timeout, "connect_timeout": 2}}
        collections = [
            {
                "name": name,
                "fields": [{"name": field, **meta} for field, meta in fields.items()],
                "fides_meta": {
                    "umbs": {"suppress": dict((suppress or {}).get(name, {})), **(extras or {}).get(name, {})}
                },
            }
            for name, fields in tables.items()
        ]
        path = self.folder / f"{key}.yml"
        path.write_text(yaml.safe_dump({"source": block, "dataset": [{"fides_key": key, "collections": collections}]}))
        survey.apply([path])

    def fill(self, key: str, rows: Mapping[str, Rows], *, url: str = "") -> None:
        """Make the tables that the rows need, and put the rows in."""
        engine, meta = sa.create_engine(url or self.sqlite(key)), sa.MetaData()
        for name, given in rows.items():
            columns = {column: type(value) for row in given for column, value in row.items()}
            sa.Table(name, meta, *(sa.Column(column, _type(kind)) for column, kind in columns.items()))
        meta.create_all(engine)
        with engine.begin() as connected:
            for name, given in rows.items():
                connected.execute(meta.tables[name].insert(), [dict(row) for row in given])
        engine.dispose()

    @contextlib.contextmanager
    def listening(self, statements: list[str]) -> Iterator[None]:
        """Hear every statement that any connector sends to a source."""

        def hear(_c: Any, _k: Any, statement: str, _p: Any, _x: Any, _m: Any) -> None:
            statements.append(statement)

        sa.event.listen(sa.Engine, "before_cursor_execute", hear)
        try:
            yield
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", hear)


def _type(kind: type[Any]) -> Any:
    return {int: sa.Integer(), bool: sa.Boolean(), dict: sa.JSON()}.get(kind, sa.String(200))


# --- the machine, run here ---------------------------------------------------------------------------------------


def due(*kinds: str) -> list[int]:
    ready = models.Job.objects.filter(state=JobState.READY, kind__in=kinds, not_before__lte=Now())
    return list(ready.order_by("pk").values_list("pk", flat=True))


def work(*kinds: str) -> None:
    """Do every job of these kinds that is due, and what they order, until none is."""
    while jobs := due(*kinds):
        for job in jobs:
            tasks.run(job)


def hurry(kind: str = "search") -> None:
    """Do not wait for the next try."""
    models.Job.objects.filter(state=JobState.READY, kind=kind).update(not_before=Now())


def run_in_thread(job: int) -> None:
    with contextlib.closing(connection):
        tasks.run(job)


def search(case: Case, key: str) -> SystemSearch:
    return SystemSearch.objects.get(case=case, source_key=key)


def found(case: Case, key: str) -> list[str]:
    """`collection:key` of every stored row of one source, in the order of the batches."""
    batches = RecordBatch.objects.filter(case=case, search__source_key=key).values_list("id", flat=True)
    return [f"{row.collection}:{row.key}" for batch in batches for row in read.records(batch)]
