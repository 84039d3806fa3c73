"""The person's facts by kind, and what a row says of the person it is about, in normal form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from fulfillment.connectors.base import Record
from fulfillment.datamap import graph
from fulfillment.datamap.plan import NAMING
from requests_app.casefile.normal import normal
from requests_app.casefile.types import SubjectKeys

Facts = Mapping[str, tuple[str, ...]]
BY_CATEGORY = {
    "user.contact.email": "email",
    "user.contact.phone_number": "phone",
    "user.demographic.date_of_birth": "date_of_birth",
    "user.contact.address.street": "street",
    "user.contact.address.postal_code": "postal_code",
}


def facts_of(keys: SubjectKeys) -> Facts:
    """Kind of fact -> values as the person gave them; the kinds are those of the data map's seeds."""
    return {
        "email": keys.emails,
        "phone": keys.phones,
        "account": keys.account_numbers,
        "name": keys.names,
        "date_of_birth": (keys.date_of_birth,) if keys.date_of_birth else (),
        "postal_address": (keys.postal_address,) if keys.postal_address else (),
    }


def is_named(held: Collection[str], own: Collection[str]) -> bool:
    """Whether one of the held names may be one of the person's; true when either side gives none.

    Order, middle names and initials differ between systems: every word of the shorter name must stand in the longer.
    """
    return not held or not own or any(_agree(normal("name", one), normal("name", two)) for one in held for two in own)


def _agree(one: str, two: str) -> bool:
    short, long = sorted((one.split(), two.split()), key=len)
    return bool(short) and all(any(_same_word(word, other) for other in long) for word in short)


def _same_word(one: str, two: str) -> bool:
    return one == two or (min(len(one), len(two)) == 1 and one[0] == two[0])


def values_at(values: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path; a list on the way gives each of its elements."""
    name, _, rest = path.partition(".")
    if isinstance(values, list):
        for one in values:
            yield from values_at(one, path)
    elif isinstance(values, dict) and name in values:
        inner = values[name]
        if rest:
            yield from values_at(inner, rest)
        else:
            yield from inner if isinstance(inner, list) else [inner]


def _kind(field: graph.Field) -> str:
    return field.seed or next((BY_CATEGORY[name] for name in field.data_categories if name in BY_CATEGORY), "")


def identifiers(values: Any, item: graph.Collection, *, others: bool = False) -> Iterator[tuple[str, str]]:
    """(kind, value) of each e-mail address, telephone and account number of a row: its person's, or those of others."""
    for field in item.fields:
        kind, is_another_s = _kind(field), field.person_of in graph.NOT_THEIRS
        if kind in NAMING and not field.mentions and is_another_s == others:
            yield from ((kind, str(value)) for value in values_at(values, field.path) if value not in (None, ""))


def name_paths(item: graph.Collection) -> tuple[str, ...]:
    """The fields that together hold the person's name."""
    return tuple(field.path for field in item.fields if _tells(field) and _is_name(field))


def names_at(row: Record, paths: Iterable[str]) -> set[str]:
    """The name that stands in these fields, in normal form; none when all are empty."""
    given = [str(value) for path in paths for value in values_at(row.values, path) if value not in (None, "")]
    return {normal("name", " ".join(given))} if given else set()


def _tells(field: graph.Field) -> bool:
    """Columns about other people or staff say nothing about the person."""
    return field.person_of not in graph.NOT_THEIRS and not field.mentions


def _is_name(field: graph.Field) -> bool:
    return any(name == "user.name" or name.startswith("user.name.") for name in field.data_categories)


def held_by(row: Record, item: graph.Collection) -> dict[str, set[str]]:
    """The row's own facts in normal form."""
    held: dict[str, set[str]] = {kind: set() for kind in ("name", "email", "phone", "account", *BY_CATEGORY.values())}
    held["name"] = names_at(row, name_paths(item))
    for field in item.fields:
        if not _tells(field) or _is_name(field):
            continue
        values = [str(value) for value in values_at(row.values, field.path) if value not in (None, "")]
        kind = _kind(field)
        if kind in NAMING:
            held[kind] |= {normal(kind, value) for value in values}
        elif kind == "date_of_birth":
            held[kind] |= {value[:10] for value in values}
        elif kind in {"street", "postal_code"}:
            held[kind] |= {normal("name", value) for value in values}
    return held
