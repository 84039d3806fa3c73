"""The data categories of Fideslang's default taxonomy: the only words for what a column holds."""

from __future__ import annotations

from functools import cache

from fideslang.default_taxonomy import DEFAULT_TAXONOMY

from fulfillment.datamap.words import unknown


@cache
def categories() -> frozenset[str]:
    return frozenset(category.fides_key for category in DEFAULT_TAXONOMY.data_category)


def unknown_category(name: object) -> str | None:
    """What is wrong with the name of a category, or None."""
    return None if name in categories() else unknown("data category", name, sorted(categories()))


def checked(name: str) -> str:
    if message := unknown_category(name):
        raise ValueError(message)
    return name
