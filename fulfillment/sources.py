"""The connected sources as the machinery uses them: their maps, and a conversation with one of them.

Kept apart from `survey` (which applies and checks maps): this module is loaded by every worker, the validating
libraries are not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from fulfillment import secrets
from fulfillment.connectors import BY_MAIL, open_connector
from fulfillment.connectors.base import Connector, ConnectorError, Kind, Settings, Shape
from fulfillment.datamap import graph
from fulfillment.models import DataSource

OPTIONS = ("connect_timeout", "timeout", "max_bytes")


def enabled() -> QuerySet[DataSource]:
    return DataSource.objects.filter(enabled=True)


def named(key: str) -> DataSource:
    """Raises `ConnectorError` when the source has been taken away meanwhile."""
    source = DataSource.objects.filter(key=key, enabled=True).first()
    if source is None:
        message = "The source is no longer connected; connect it with sources_apply, then retry."
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)
    return source


def map_of(source: DataSource) -> graph.SourceMap:
    """Built once for each version of the document that this process meets."""
    return _built(json.dumps(source.document))


@lru_cache(maxsize=256)
def _built(document: str) -> graph.SourceMap:
    return graph.build(json.loads(document))


def maps() -> list[graph.SourceMap]:
    """The maps of all sources that may be asked."""
    return [map_of(source) for source in enabled()]


def connect(source: DataSource) -> Connector:
    """A conversation with the source; use it as a context manager. Raises `ConnectorError`, also on first use."""
    return open_connector(source.connector, _settings(source), shapes(map_of(source).collections))


def shapes(collections: Iterable[graph.Collection]) -> list[Shape]:
    """What a connector may know of the map. A nested field lies inside its first name's column."""
    return [
        Shape(
            collection=item.address,
            name=item.name,
            columns=tuple(dict.fromkeys(field.path.partition(".")[0] for field in item.fields)),
            primary_key=item.primary_key,
            schema=item.schema,
            glob=item.glob,
            compare={field.path: field.compared_as for field in item.fields},
            suppress=dict(item.suppress),
            unsuppress=dict(item.unsuppress),
            lengths={field.path: field.length for field in item.fields if field.length},
            read_only=frozenset(field.path for field in item.fields if field.read_only),
            personal=item.personal,
            ties=frozenset(field.path for field in item.fields if field.references),
            append_only=item.append_only,
        )
        for item in collections
    ]


def is_asked_by_mail(source: DataSource) -> bool:
    """Nothing to talk to: a person looks, and answers on the page of the task."""
    return source.connector in BY_MAIL


def _settings(source: DataSource) -> Settings:
    if is_asked_by_mail(source):
        return Settings(url="")
    try:
        connection = secrets.unseal(source.sealed_connection, source=source.key).values
    except secrets.CannotOpen:
        message = "The stored connection does not open under this UMBS_KEK; give it again with sources_apply."
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED) from None
    options: dict[str, Any] = {name: connection[name] for name in OPTIONS if name in connection}
    return Settings(url=_url(connection), allow=tuple(settings.UMBS_EGRESS_ALLOW), **options)


def _url(connection: Any) -> str:
    """The URL itself, or what the named file or variable holds now: a rotated password needs no new map."""
    if url := connection.get("url"):
        return str(url)
    if path := connection.get("url_file"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            message = "The file that `url_file` names cannot be read by this process; check its place and its rights."
            raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED) from None
    if url := os.environ.get(connection.get("url_env", "")):
        return url
    message = "The variable that `url_env` names is not set for this process; set it and restart the worker."
    raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)
