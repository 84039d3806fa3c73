"""One Fideslang dataset checked: by the `fideslang` models, then for the words that those models let pass."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from fideslang.models import (
    CollectionMeta,
    Dataset,
    DatasetCollection,
    DatasetField,
    DatasetMetadata,
    FidesDatasetReference,
    FidesMeta,
)
from pydantic import BaseModel, ValidationError

from fulfillment.datamap.located import Located, Path
from fulfillment.datamap.schema import CollectionExtras, FieldExtras, Strict
from fulfillment.datamap.taxonomy import unknown_category
from fulfillment.datamap.words import say, unknown

# Written by earlier releases of Fideslang and Fides; files that still carry them load unchanged.
RETIRED = frozenset(
    {"fidesops_meta", "fidesctl_meta", "data_qualifier", "retention", "third_country_transfers", "joint_controller"}
)


def check_dataset(located: Located, path: Path, raw: Any) -> bool:
    """Note every problem of the dataset at `path`; True when its shape is sound enough to look at references.

    The extras of `raw` are replaced by their checked form (`on_delete: null` becomes the word "null").
    """
    if not isinstance(raw, dict):
        located.problem(path, "a dataset is a mapping with fides_key and collections")
        return False
    try:
        Dataset.model_validate(copy.deepcopy(raw))
    except ValidationError as error:
        for item in error.errors(include_url=False):
            located.problem((*path, *item["loc"]), say(item))
        return False
    _check_keys(located, path, raw, Dataset)
    _check_meta(located, path, raw, DatasetMetadata, None)
    _check_categories(located, path, raw)
    fields = {one["name"]: [field["name"] for field in one["fields"]] for one in raw["collections"]}
    for position, collection in enumerate(raw["collections"]):
        _check_collection(located, (*path, "collections", position), collection, fields)
    return True


def _check_collection(located: Located, path: Path, raw: dict[str, Any], fields: dict[str, list[str]]) -> None:
    _check_keys(located, path, raw, DatasetCollection)
    _check_categories(located, path, raw)
    extras = _check_meta(located, path, raw, CollectionMeta, CollectionExtras)
    names = fields[raw["name"]]
    for key in ("suppress", "unsuppress"):
        for name in extras.get(key) or ():
            if name not in names:
                located.problem((*path, "fides_meta", "umbs", key, name), unknown("field", name, names))
    if (extras.get("unsuppress") or {}) and set(extras["unsuppress"]) != set(extras.get("suppress") or {}):
        located.problem((*path, "fides_meta", "umbs", "unsuppress"), "`unsuppress` names the columns of `suppress`")
    if after := (extras.get("keep_for") or {}).get("after"):
        here = (*path, "fides_meta", "umbs", "keep_for", "after")
        other, _, column = after.rpartition(".")
        if other and other not in fields:
            located.problem(here, unknown("collection", other, fields))
        elif column not in fields[other or raw["name"]]:
            located.problem(here, unknown("field", column, fields[other or raw["name"]]))
    for position, field in enumerate(raw["fields"]):
        _check_field(located, (*path, "fields", position), field)


def _check_field(located: Located, path: Path, raw: dict[str, Any]) -> None:
    _check_keys(located, path, raw, DatasetField)
    _check_categories(located, path, raw)
    extras = _check_meta(located, path, raw, FidesMeta, FieldExtras)
    if extras.get("mentions") and not extras.get("free_text"):
        located.problem((*path, "fides_meta", "umbs", "mentions"), "`mentions` needs `free_text: true` beside it")
    for position, child in enumerate(raw.get("fields") or ()):
        _check_field(located, (*path, "fields", position), child)


def _check_keys(located: Located, path: Path, raw: dict[str, Any], model: type[BaseModel]) -> None:
    known = model.model_fields
    for name in raw:
        if name not in known and name not in RETIRED:
            located.problem((*path, str(name)), unknown("key", name, known))


def _check_meta(
    located: Located, path: Path, raw: dict[str, Any], model: type[BaseModel], extras: type[Strict] | None
) -> dict[str, Any]:
    """Check `fides_meta` word by word and put the checked form of its `umbs` part in its place."""
    for name in ("fides_meta", "fidesops_meta"):
        meta = raw.get(name)
        if not isinstance(meta, dict):
            continue
        known = (*model.model_fields, *(("umbs",) if extras else ()))
        for key in meta:
            if key not in known:
                located.problem((*path, name, str(key)), unknown("key", key, known))
        for position, reference in enumerate(meta.get("references") or ()):
            here = (*path, name, "references", position)
            _check_keys(located, here, reference, FidesDatasetReference)
        if extras and "umbs" in meta:
            checked = _check_extras(located, (*path, name, "umbs"), meta["umbs"], extras)
            meta["umbs"] = checked
            return checked
    return {}


def _check_extras(located: Located, path: Path, raw: Any, model: type[Strict]) -> dict[str, Any]:
    try:
        return model.model_validate(raw).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            located.problem((*path, *item["loc"]), say(item, model))
        return {}


def _check_categories(located: Located, path: Path, raw: dict[str, Any]) -> None:
    listed: Iterable[Any] = raw.get("data_categories") or ()
    for position, name in enumerate(listed):
        if message := unknown_category(name):
            located.problem((*path, "data_categories", position), message)
