"""What the collections of the sources are called where people read of them."""

from __future__ import annotations

from collections.abc import Callable

from fulfillment import sources
from fulfillment.models import DataSource

Name = Callable[[str, str], str]


def plain_names(language: str) -> Name:
    """(source key, collection's address) -> its name; a source that was taken away leaves the bare name.

    The empty address is the whole source, and has none.
    """
    known = {
        (source.key, collection.address): collection.plain_name(language)
        for source in DataSource.objects.all()
        for collection in sources.map_of(source).collections
    }

    def name(source_key: str, address: str) -> str:
        return known.get((source_key, address), address.rpartition(".")[2].replace("_", " "))

    return name
