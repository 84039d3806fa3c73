"""Bringing data maps in, and holding them against the live systems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from fulfillment import secrets, sources
from fulfillment.connectors import BY_MAIL
from fulfillment.connectors.base import Column, ConnectorError
from fulfillment.datamap import graph
from fulfillment.datamap.load import Loaded, load
from fulfillment.datamap.located import MapError, Problem
from fulfillment.datamap.plan import plan
from fulfillment.jobs import Job
from fulfillment.models import DataSource

# What a declared Fideslang type may be in a live system; SQLite and MySQL keep booleans as whole numbers.
FITS = {
    "string": {"string", "uuid", "other"},
    "integer": {"integer"},
    "float": {"float"},
    "boolean": {"boolean", "integer"},
    "object": {"object", "string"},
    "object_id": {"string", "other"},
}
# Families whose columns are an offer of ours, from which the map chooses; of other systems every column is mapped.
OFFERED = frozenset({"files", *BY_MAIL})
SEED_KINDS = frozenset(graph.SEED_KINDS.values())


@dataclass(frozen=True, slots=True)
class Finding:
    """How map and system differ (missing, unmapped, changed, unreachable), or why the system is silent."""

    kind: str
    collection: str
    column: str
    detail: str

    def __str__(self) -> str:
        place = ".".join(filter(None, (self.collection, self.column)))
        return f"{self.kind} {place}: {self.detail}" if place else self.detail


@dataclass(frozen=True, slots=True)
class Checked:
    """`asked_by_mail` is the owner of a source that has no system to hold against its map."""

    key: str
    result: str
    findings: tuple[Finding, ...]
    asked_by_mail: str = ""


def apply(paths: Sequence[Path]) -> list[tuple[str, bool]]:
    """Store the maps, all or none; source keys, each with whether it is new. Raises `MapError` with every problem.

    A map without `connection` changes the description of a source and keeps its connection.
    """
    applied = {source.key: source for source in DataSource.objects.all()}
    loaded = load(paths, known=[sources.map_of(source) for source in applied.values()])
    unconnected = [
        Problem(str(path), 1, "`connection:` is missing: nothing is stored yet for this source")
        for path, item in zip(paths, loaded, strict=True)
        if not item.connection and item.map.source.key not in applied and item.map.source.connector not in BY_MAIL
    ]
    if unconnected:
        raise MapError(unconnected)
    with transaction.atomic():
        return [_store(item, path.absolute().parent) for path, item in zip(paths, loaded, strict=True)]


def _store(item: Loaded, folder: Path) -> tuple[str, bool]:
    source = item.map.source
    values: dict[str, Any] = {
        "name": source.name,
        "owner": source.owner,
        "role": source.role,
        "connector": source.connector,
        "document": item.document,
        "applied_at": timezone.now(),
        "checked_at": None,
        "check_result": DataSource.Check.NEVER,
        "findings": [],
    }
    if item.connection:
        connection = _absolute(item.connection, source.connector, folder)
        values["sealed_connection"] = secrets.seal(connection, source=source.key)
    _, created = DataSource.objects.update_or_create(key=source.key, defaults=values)
    return source.key, created


def _absolute(connection: dict[str, Any], connector: str, folder: Path) -> dict[str, Any]:
    """Workers run elsewhere. Files are meant from the map's folder; a SQLite path, as in SQLAlchemy, from here."""
    made = dict(connection)
    url = str(made.get("url", ""))
    if "url_file" in made:
        made["url_file"] = str(folder / made["url_file"])
    if connector == "files" and url and "://" not in url:
        made["url"] = (folder / url).resolve().as_uri()
    if url.startswith("sqlite:///"):
        made["url"] = f"sqlite:///{Path(url.removeprefix('sqlite:///')).absolute()}"
    return made


def check(keys: Iterable[str] = ()) -> list[Checked]:
    """Ask each source (all by default) for its live schema and note what differs from its map."""
    wanted = list(keys)
    chosen = DataSource.objects.filter(key__in=wanted) if wanted else sources.enabled()
    unreachable: dict[str, list[Finding]] = defaultdict(list)
    for item in plan(sources.maps(), SEED_KINDS).unreachable:
        unreachable[item.source].append(Finding("unreachable", item.collection, "", item.reason))
    return [_check(source, [] if sources.is_asked_by_mail(source) else unreachable[source.key]) for source in chosen]


def handle(job: Job) -> None:
    """The check that somebody ordered from the page of sources."""
    check([str(job.payload["source"])])


def _check(source: DataSource, unreachable: list[Finding]) -> Checked:
    try:
        with sources.connect(source) as connector:
            live = connector.describe()
    except ConnectorError as error:
        checked = Checked(source.key, DataSource.Check.FAILED, (Finding(error.kind, "", "", str(error)),))
    else:
        findings = (*_compare(sources.map_of(source), live), *unreachable)
        result = DataSource.Check.DRIFTED if findings else DataSource.Check.MATCHES
        checked = Checked(source.key, result, findings, source.owner if sources.is_asked_by_mail(source) else "")
    DataSource.objects.filter(pk=source.pk).update(
        checked_at=timezone.now(),
        check_result=checked.result,
        findings=[asdict(finding) for finding in checked.findings],
    )
    return checked


def _compare(source_map: graph.SourceMap, live: Iterable[Column]) -> Iterator[Finding]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for column in live:
        found[column.collection][column.name] = column.type
    for collection in source_map.collections:
        columns = found[collection.address]
        if not columns:
            yield Finding("missing", collection.address, "", "the system has no such table")
            continue
        declared = {field.path.partition(".")[0]: field for field in collection.fields}
        for name, field in declared.items():
            if name not in columns:
                yield Finding("missing", collection.address, name, "the system has no such column")
            elif not _fits(field, name, columns[name]):
                yield Finding("changed", collection.address, name, f"{field.data_type} here, {columns[name]} there")
        if source_map.source.connector not in OFFERED:
            for name in sorted(set(columns) - set(declared)):
                yield Finding("unmapped", collection.address, name, "the system has it, the map does not")


def _fits(field: graph.Field, name: str, live: str) -> bool:
    if field.path != name:
        return live in {"object", "array", "string"}
    if field.data_type is None:
        return True
    if field.data_type.endswith("[]"):
        return live in {"array", "object", "string"}
    return live in FITS.get(field.data_type, {live})
