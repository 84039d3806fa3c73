"""What the collections of the sources, and their fields, are called where people read of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fulfillment import sources
from fulfillment.models import DataSource
from fulfillment.policy import policy

Name = Callable[[str, str], str]
Fields = Callable[[str, str, Iterable[str]], tuple[str, ...]]


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


def plain_fields(language: str) -> Fields:
    """(source key, collection's address, columns) -> what the policy calls what they hold, each once."""
    kinds = {
        (source.key, collection.address, field.path): [
            kind.said(language) for name in field.data_categories if (kind := policy().kind(name))
        ]
        for source in DataSource.objects.all()
        for collection in sources.map_of(source).collections
        for field in collection.fields
    }

    def fields(source_key: str, address: str, columns: Iterable[str]) -> tuple[str, ...]:
        told = (kinds.get((source_key, address, name)) or [name.replace("_", " ")] for name in columns)
        return tuple(dict.fromkeys(word for words in told for word in words))

    return fields
