"""Where a data map may say `kept: false`: fields that no law needs in a row that it keeps, and that can be emptied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from fulfillment.datamap.graph import Collection, collections_of, meta
from fulfillment.datamap.located import Located, Path

Place = tuple[str, str]  # a collection's address and a field of it


def needed_elsewhere(collections: Iterable[Collection]) -> frozenset[Place]:
    """The fields that other rows lean on: those that a reference names, and the day from which a row is kept."""
    found: set[Place] = set()
    for item in collections:
        for field in item.fields:
            found |= {(f"{one.dataset}.{one.collection}", one.field) for one in field.references}
        if item.keep_for:
            other, _, column = item.keep_for[1].rpartition(".")
            found.add((f"{item.dataset}.{other or item.name}", column))
    return frozenset(found)


def check(
    located: Located, path: Path, dataset: Mapping[str, Any], *, erases: bool, needed: AbstractSet[Place]
) -> None:
    """Note every `kept: false` of the dataset that cannot be. `erases`: the connector can empty single fields."""
    for item, number in zip(collections_of(dataset), range(len(dataset["collections"])), strict=True):
        for here, name in _marked(dataset["collections"][number], (*path, "collections", number)):
            why = _why_not(item, name, needed) if erases else "the connector cannot empty a field"
            if why:
                located.problem((*here, "fides_meta", "umbs", "kept"), f"`kept: false` cannot be: {why}")


def _marked(raw: Mapping[str, Any], path: Path, prefix: str = "") -> Iterator[tuple[Path, str]]:
    for position, field in enumerate(raw.get("fields") or ()):
        here, name = (*path, "fields", position), f"{prefix}{field['name']}"
        if (meta(field).get("umbs") or {}).get("kept") is False:
            yield here, name
        yield from _marked(field, here, f"{name}.")


def _why_not(item: Collection, name: str, needed: AbstractSet[Place]) -> str:
    field = item.field(name)
    if field is None or "." in name:
        return "only a column without parts can be emptied by itself"
    if not item.primary_key:
        return "the collection has no primary_key, so that a row of it cannot be named"
    if field.primary_key or field.references or (item.address, name) in needed:
        return "rows are named by this field, held together by it, or kept for a time that is counted from it"
    if field.read_only or item.append_only:
        return "it may not be changed there (read_only, append_only)"
    if name in dict(item.suppress):
        return "an opt-out is written there"
    return ""
