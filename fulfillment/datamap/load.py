"""Read a data map from YAML and refuse it with every mistake at its line, or hand back the checked document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fulfillment.connectors import BY_MAIL, FAMILIES, capabilities
from fulfillment.connectors.base import Capability
from fulfillment.datamap import graph, unneeded
from fulfillment.datamap.fides import check_dataset
from fulfillment.datamap.located import Located, MapError, Problem, read
from fulfillment.datamap.schema import SourceBlock
from fulfillment.datamap.words import say, unknown

TOP = ("source", "dataset", "dataset_file")


@dataclass(frozen=True, slots=True)
class Loaded:
    """`document` is safe to store and to show; the connection, which holds a password, travels apart from it."""

    document: dict[str, Any]
    connection: dict[str, Any]
    map: graph.SourceMap


@dataclass(slots=True)
class _Draft:
    """One source file while it is being checked; `datasets` are (where it was read, its path there, its value)."""

    located: Located
    block: SourceBlock | None
    datasets: list[tuple[Located, tuple[str | int, ...], dict[str, Any]]]


def load(paths: Iterable[Path], *, known: Iterable[graph.SourceMap] = ()) -> list[Loaded]:
    """Check all files together, since references cross them; `known` are the sources applied earlier."""
    drafts: list[_Draft] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            drafts.append(_draft(path))
        except MapError as error:
            problems += error.problems
    applied = {draft.block.key for draft in drafts if draft.block}
    _check_links(drafts, [item for item in known if item.source.key not in applied])
    problems += [problem for draft in drafts for problem in draft.located.problems]
    problems += [problem for draft in drafts for located, _, _ in draft.datasets for problem in located.problems]
    if problems:
        raise MapError(problems)
    return [_finish(draft) for draft in drafts]


def _draft(path: Path) -> _Draft:
    located = _open(path, shown=str(path))
    if not isinstance(located.value, dict) or "source" not in located.value:
        raise MapError([Problem(located.file, 1, "a data map starts with `source:`")])
    for name in located.value:
        if name not in TOP:
            located.problem((name,), unknown("key", name, TOP))
    draft = _Draft(located, _block(located), [])
    if draft.block and draft.block.connector not in FAMILIES:
        located.problem(("source", "connector"), unknown("connector", draft.block.connector, FAMILIES))
    _read_datasets(draft, path.parent)
    if draft.block and draft.block.connector in BY_MAIL:
        _check_one_collection(draft)
    return draft


def _check_one_collection(draft: _Draft) -> None:
    """What an owner finds is one kind of thing: papers."""
    if sum(len(raw["collections"]) for _, _, raw in draft.datasets) != 1:
        draft.located.problem(("source", "connector"), "a source whose owner is asked has exactly one collection")


def _read_datasets(draft: _Draft, folder: Path) -> None:
    top = draft.located
    if ("dataset" in top.value) == ("dataset_file" in top.value):
        top.problem(("source",), "give either `dataset:` or `dataset_file:`")
        return
    where = top
    if "dataset_file" in top.value:
        name = str(top.value["dataset_file"])
        try:
            where = _open(folder / name, shown=name)
        except MapError as error:
            top.problems += error.problems
            return
    value = where.value.get("dataset") if isinstance(where.value, dict) else None
    items = [value] if isinstance(value, dict) else value
    if not isinstance(items, list) or not items:
        where.problem(("dataset",), "`dataset:` must list at least one Fideslang dataset")
        return
    for position, item in enumerate(items):
        path = ("dataset",) if isinstance(value, dict) else ("dataset", position)
        if check_dataset(where, path, item):
            draft.datasets.append((where, path, item))


def _open(path: Path, *, shown: str) -> Located:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise MapError([Problem(shown, 1, "the file is not UTF-8 text")]) from None
    except OSError as error:
        raise MapError([Problem(shown, 1, f"the file cannot be read: {error.strerror}")]) from None
    return read(text, file=shown)


def _block(located: Located) -> SourceBlock | None:
    try:
        return SourceBlock.model_validate(located.value["source"])
    except ValidationError as error:
        for item in error.errors(include_url=False):
            located.problem(("source", *item["loc"]), say(item, SourceBlock))
        return None


def _check_links(drafts: list[_Draft], known: list[graph.SourceMap]) -> None:
    """Every key is used once, and every reference leads to a field that some map declares."""
    fields = {
        (item.dataset, item.name): {field.path for field in item.fields}
        for other in known
        for item in other.collections
    }
    owners = {dataset: other.source.key for other in known for dataset in other.datasets}
    keys: set[str] = set()
    for draft in drafts:
        if draft.block and draft.block.key in keys:
            draft.located.problem(("source", "key"), f"source '{draft.block.key}' is described by two files")
        keys |= {draft.block.key} if draft.block else set()
        for located, path, raw in draft.datasets:
            if owner := owners.get(raw["fides_key"]):
                located.problem((*path, "fides_key"), f"dataset '{raw['fides_key']}' already belongs to '{owner}'")
            owners[raw["fides_key"]] = draft.block.key if draft.block else "another file"
            for collection in graph.collections_of(raw):
                fields[collection.dataset, collection.name] = {field.path for field in collection.fields}
    for draft in drafts:
        for located, path, raw in draft.datasets:
            _check_references(located, path, raw, fields)
    _check_unneeded(drafts, known, fields)


def _check_unneeded(drafts: list[_Draft], known: list[graph.SourceMap], fields: Iterable[tuple[str, str]]) -> None:
    names = {dataset: frozenset(name for owner, name in fields if owner == dataset) for dataset, _ in fields}
    drawn = [item for draft in drafts for _, _, raw in draft.datasets for item in graph.collections_of(raw, names)]
    needed = unneeded.needed_elsewhere([*drawn, *(item for other in known for item in other.collections)])
    for draft in drafts:
        family = draft.block.connector if draft.block else ""
        erases = family in FAMILIES and Capability.ERASE in capabilities(family)
        for located, path, raw in draft.datasets:
            unneeded.check(located, path, raw, erases=erases, needed=needed)


def _check_references(
    located: Located, path: tuple[str | int, ...], raw: dict[str, Any], fields: dict[tuple[str, str], set[str]]
) -> None:
    for place, reference in _references(raw, path):
        dataset = str(reference["dataset"])
        names = frozenset(name for owner, name in fields if owner == dataset)
        if not names:
            known = sorted({owner for owner, _ in fields})
            located.problem((*place, "dataset"), unknown("dataset", dataset, known))
            continue
        collection, column = graph.split_reference(str(reference["field"]), names)
        if collection not in names:
            located.problem((*place, "field"), unknown("collection", collection, sorted(names)))
        elif column not in fields[dataset, collection]:
            located.problem((*place, "field"), unknown("field", column, sorted(fields[dataset, collection])))


def _references(raw: dict[str, Any], path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], dict[str, Any]]]:
    found = []
    for name in ("collections", "fields"):
        for position, child in enumerate(raw.get(name) or ()):
            found += _references(child, (*path, name, position))
    for name in ("fides_meta", "fidesops_meta"):
        for position, reference in enumerate((raw.get(name) or {}).get("references") or ()):
            found.append(((*path, name, "references", position), reference))
    return found


def _finish(draft: _Draft) -> Loaded:
    assert draft.block is not None  # noqa: S101 - a draft without a block has a problem and never gets here
    source = draft.block.model_dump(mode="json", exclude={"connection"})
    connection = draft.block.connection.model_dump(mode="json", exclude_none=True) if draft.block.connection else {}
    document = {"source": source, "datasets": [item for _, _, item in draft.datasets]}
    return Loaded(document=document, connection=connection, map=graph.build(document))
