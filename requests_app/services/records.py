"""Open stored records, for the package and for the people who review them. A place in a record is a JSON pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from requests_app.ledger import chain
from requests_app.models import EventKind, RecordBatch
from requests_app.permissions import Actor
from requests_app.services import assignment
from requests_app.services.transition import locked
from requests_app.vault import CaseVault


@dataclass(frozen=True)
class Stored:
    collection: str
    key: str
    values: dict[str, Any]


def open_batch(batch_id: UUID) -> list[Stored]:
    """The rows of one batch in their order; memory is bounded by the batch."""
    row = RecordBatch.objects.get(pk=batch_id)
    lines = CaseVault.of(row.case_id).open_lines(row.sealed, place=f"batch.sealed|{row.id}")
    return [
        Stored(row.collection, raw["key"], raw["values"]) for raw in map(json.loads, filter(None, lines.split(b"\n")))
    ]


@transaction.atomic
def viewed(*, case_id: UUID, by: Actor, count: int, page: int) -> None:
    """Somebody who has the case is about to read records: the event comes first; without it nothing is shown (T10)."""
    assignment.require_reader(locked(case_id), by)
    payload = {"count": count, "page": page}
    chain.append(case_id, EventKind.RECORDS_VIEWED, by=by, payload=payload)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every place that holds a value, in the order of the record, with its JSON pointer (RFC 6901)."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}/{number}")
    else:
        yield path, value


def name_of(path: str) -> str:
    """A pointer as people read it: `/address/0/city` is "address 1 city"."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    return " ".join(str(int(part) + 1) if part.isdigit() else part for part in parts)
