"""The families of systems that can be connected, each imported on first use: the web process loads none of them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from fulfillment.connectors.base import Capability, Connector, Settings, Shape

FAMILIES: Mapping[str, str] = {
    "sql": "fulfillment.connectors.sql.Sql",
    "files": "fulfillment.connectors.files.Files",
    "manual": "fulfillment.connectors.manual.Manual",
}
# Families without a system to talk to: their source's owner is asked by mail (`fulfillment.owners`).
BY_MAIL = frozenset({"manual"})


def capabilities(family: str) -> frozenset[Capability]:
    """What a source of this family can be asked for, without connecting to it."""
    return _family(family).capabilities


def open_connector(family: str, settings: Settings, shapes: Sequence[Shape]) -> Connector:
    """A connector of the family, not yet connected; use it as a context manager. An unknown family is a KeyError."""
    return _family(family)(settings, shapes)


def _family(family: str) -> type[Connector]:
    module, _, name = FAMILIES[family].rpartition(".")
    connector: type[Connector] = getattr(importlib.import_module(module), name)
    return connector
