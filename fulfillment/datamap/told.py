"""What a map says of one searched collection to the person: kept with the search, so that an approval covers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fulfillment.datamap.graph import Recipient, SourceMap


def told(source_map: SourceMap, one: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the categories that are held there, from where the source has them, why, and who received them.

    Where nobody could look at columns (papers), all that the map names are held.
    """
    item, source = source_map.collection(one["collection"]), source_map.source
    held = {
        name
        for field in (item.fields if item is not None else ())
        if field.is_theirs and field.path in one.get("held", [field.path])
        for name in field.data_categories
        if name.startswith("user")
    }
    says = {
        "categories": sorted(held),
        "origin": list(source.origin),
        "purposes": list(source.purposes),
        "recipients": [_kept(recipient) for recipient in source.recipients],
    }
    return {**one, **says}


def _kept(recipient: Recipient) -> dict[str, Any]:
    return {
        "key": recipient.key,
        "name": recipient.name,
        "kind": recipient.kind,
        "contact": recipient.contact,
        "channel": recipient.channel,
        "categories": list(recipient.categories),
        "sold_or_shared": recipient.sold_or_shared,
    }


def recipient_of(kept: Mapping[str, Any]) -> Recipient:
    return Recipient(**{**kept, "categories": tuple(kept["categories"])})
