"""The data map as frozen objects: what a source holds, how its collections hang together. Pure; no library, no I/O.

Built from the normalised document that `datamap.load` has checked: {"source": {…}, "datasets": [Fideslang dataset, …]}.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Names = Mapping[str, frozenset[str]]

# Fideslang's `identity` is free text; these are the names that mean one of the facts a request brings.
SEED_KINDS: Mapping[str, str] = {
    "email": "email",
    "email_address": "email",
    "phone": "phone",
    "phone_number": "phone",
    "account": "account",
    "account_number": "account",
    "external_id": "account",
    "name": "name",
    "date_of_birth": "date_of_birth",
    "postal_address": "postal_address",
}
# A column of one of these categories is compared as what it is, also when a reference (not an identity) leads to it.
COMPARED_BY_CATEGORY: Mapping[str, str] = {
    "user.contact.email": "email",
    "user.contact.phone_number": "phone",
}
NOT_THEIRS = frozenset({"other", "staff"})


@dataclass(frozen=True, slots=True)
class Reference:
    """`direction` is Fideslang's: from = values of the other field find this one, to = the reverse, None = either."""

    dataset: str
    collection: str
    field: str
    direction: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """One leaf, addressed by its dotted path inside the collection."""

    path: str
    data_categories: tuple[str, ...] = ()
    data_type: str | None = None
    identity: str | None = None
    references: tuple[Reference, ...] = ()
    primary_key: bool = False
    length: int | None = None
    read_only: bool = False
    return_all_elements: bool = False
    kept: bool = True
    never_disclose: bool = False
    free_text: bool = False
    person_of: str | None = None
    mentions: tuple[str, ...] = ()

    @property
    def seed(self) -> str | None:
        """The kind of fact that finds this field; an identity outside the table keeps its own name."""
        return SEED_KINDS.get(self.identity, self.identity) if self.identity else None

    @property
    def is_theirs(self) -> bool:
        """About the person, not about somebody else or a member of staff who stands in the same row."""
        return any(name.startswith("user") for name in self.data_categories) and self.person_of not in NOT_THEIRS

    @property
    def compared_as(self) -> str:
        """email, phone or exact: how a value is compared with what the source holds."""
        kinds = (self.seed, *(COMPARED_BY_CATEGORY.get(name) for name in self.data_categories))
        return next((kind for kind in kinds if kind in COMPARED_BY_CATEGORY.values()), None) or "exact"


@dataclass(frozen=True, slots=True)
class Collection:
    """A table, a folder, an endpoint."""

    dataset: str
    name: str
    fields: tuple[Field, ...]
    schema: str | None = None
    glob: str | None = None
    after: tuple[str, ...] = ()
    erase_after: tuple[str, ...] = ()
    skip_processing: bool = False
    on_delete: str | None = None
    keep_for: tuple[int, str] | None = None  # years after the day in this column
    append_only: bool = False
    retention: str | None = None
    suppress: tuple[tuple[str, str | int | bool | None], ...] = ()
    unsuppress: tuple[tuple[str, str | int | bool | None], ...] = ()
    called: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        return f"{self.dataset}.{self.name}"

    def plain_name(self, language: str) -> str:
        """What people call it: as the map says, else its own name without underscores."""
        return dict(self.called).get(language, self.name.replace("_", " "))

    @property
    def personal(self) -> tuple[str, ...]:
        """The columns that say something about the person, so that an erasure that keeps the row empties them."""
        theirs = (field for field in self.fields if field.is_theirs and not field.primary_key)
        return tuple(dict.fromkeys(field.path.partition(".")[0] for field in theirs))

    @property
    def unneeded(self) -> tuple[str, ...]:
        """The columns that no law needs where it keeps the row."""
        return tuple(field.path for field in self.fields if not field.kept)

    @property
    def primary_key(self) -> tuple[str, ...]:
        return tuple(field.path for field in self.fields if field.primary_key)

    def field(self, path: str) -> Field | None:
        return next((field for field in self.fields if field.path == path), None)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who received data from the source (who must be told of a deletion, 11 CCR 7022)."""

    key: str
    name: str
    kind: str
    contact: str | None
    channel: str | None
    categories: tuple[str, ...]
    sold_or_shared: bool


@dataclass(frozen=True, slots=True)
class Source:
    """The source block: who answers for the system and in which role the company holds its data."""

    key: str
    name: str
    owner: str
    role: str
    connector: str
    covered_entity: tuple[str, str] | None
    recheck_after_days: tuple[int, ...]
    origin: tuple[str, ...]
    purposes: tuple[str, ...]
    recipients: tuple[Recipient, ...]

    @property
    def located_only(self) -> bool:
        """Held for a provider: existence and count, no row is stored (decisions.md 12, 45 CFR 164.504(e))."""
        return self.role == "business_associate"


@dataclass(frozen=True, slots=True)
class SourceMap:
    source: Source
    collections: tuple[Collection, ...]

    @property
    def datasets(self) -> frozenset[str]:
        return frozenset(collection.dataset for collection in self.collections)

    def collection(self, address: str) -> Collection | None:
        return next((item for item in self.collections if item.address == address), None)


def build(document: Document) -> SourceMap:
    """The graph of a document that `datamap.load` accepted; nothing is checked here again."""
    datasets = document["datasets"]
    names = {item["fides_key"]: frozenset(raw["name"] for raw in item["collections"]) for item in datasets}
    collections = tuple(found for item in datasets for found in collections_of(item, names))
    return SourceMap(source=_source(document["source"]), collections=collections)


def collections_of(dataset: Document, names: Names | None = None) -> tuple[Collection, ...]:
    """The collections of one Fideslang dataset; `names` are the collections of its neighbours, for dotted tables."""
    return tuple(_collection(dataset, raw, names or {}) for raw in dataset["collections"])


def meta(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """`fides_meta`, or its older name `fidesops_meta`, which Fides still reads."""
    return raw.get("fides_meta") or raw.get("fidesops_meta") or {}


def split_reference(reference: str, names: frozenset[str]) -> tuple[str, str]:
    """`collection.field.sub` in two; the longest known collection name wins, since a table may have a dot in it."""
    known = [name for name in names if reference.startswith(f"{name}.")]
    if known:
        name = max(known, key=len)
        return name, reference[len(name) + 1 :]
    collection, _, field = reference.partition(".")
    return collection, field


def _source(raw: Mapping[str, Any]) -> Source:
    entity = raw.get("covered_entity")
    return Source(
        key=raw["key"],
        name=raw["name"],
        owner=raw["owner"],
        role=raw["role"],
        connector=raw["connector"],
        covered_entity=(entity["name"], entity["contact"]) if entity else None,
        recheck_after_days=tuple(raw["recheck_after_days"]),
        origin=tuple(raw["origin"]),
        purposes=tuple(raw["purposes"]),
        recipients=tuple(
            Recipient(
                key=item["key"],
                name=item["name"],
                kind=item["kind"],
                contact=item.get("contact"),
                channel=item.get("channel"),
                categories=tuple(item["categories"]),
                sold_or_shared=item["sold_or_shared"],
            )
            for item in raw["recipients"]
        ),
    )


def _collection(dataset: Mapping[str, Any], raw: Mapping[str, Any], names: Names) -> Collection:
    own = meta(raw)
    extras = own.get("umbs") or {}
    inherited = (*(dataset.get("data_categories") or ()), *(raw.get("data_categories") or ()))
    namespace = meta(dataset).get("namespace") or {}
    return Collection(
        dataset=dataset["fides_key"],
        name=raw["name"],
        fields=tuple(_fields(raw.get("fields") or (), prefix="", inherited=inherited, names=names)),
        schema=namespace.get("schema"),
        glob=extras.get("glob"),
        after=tuple(own.get("after") or ()),
        erase_after=tuple(own.get("erase_after") or ()),
        skip_processing=bool(own.get("skip_processing")),
        on_delete=extras.get("on_delete"),
        keep_for=(extras["keep_for"]["years"], extras["keep_for"]["after"]) if extras.get("keep_for") else None,
        append_only=bool(extras.get("append_only")),
        retention=extras.get("retention"),
        suppress=tuple((extras.get("suppress") or {}).items()),
        unsuppress=_unsuppress(extras),
        called=tuple((extras.get("called") or {}).items()),
    )


def _unsuppress(extras: Mapping[str, Any]) -> tuple[tuple[str, str | int | bool | None], ...]:
    """How an opt-out is taken back: as the map says, else the opposite of each yes or no, else not by us."""
    suppress = extras.get("suppress") or {}
    if given := extras.get("unsuppress"):
        return tuple(given.items())
    if not all(isinstance(value, bool) for value in suppress.values()):
        return ()
    return tuple((name, not value) for name, value in suppress.items())


def _fields(raws: Any, *, prefix: str, inherited: tuple[str, ...], names: Names) -> Iterator[Field]:
    for raw in raws:
        path = f"{prefix}{raw['name']}"
        categories = tuple(dict.fromkeys((*inherited, *(raw.get("data_categories") or ()))))
        if raw.get("fields"):
            yield from _fields(raw["fields"], prefix=f"{path}.", inherited=categories, names=names)
            continue
        own = meta(raw)
        extras = own.get("umbs") or {}
        yield Field(
            path=path,
            data_categories=categories,
            data_type=own.get("data_type"),
            identity=own.get("identity"),
            references=tuple(_reference(item, names) for item in own.get("references") or ()),
            primary_key=bool(own.get("primary_key")),
            length=own.get("length"),
            read_only=bool(own.get("read_only")),
            return_all_elements=bool(own.get("return_all_elements")),
            kept=bool(extras.get("kept", True)),
            never_disclose=bool(extras.get("never_disclose")),
            free_text=bool(extras.get("free_text")),
            person_of=extras.get("person_of"),
            mentions=tuple(SEED_KINDS[name] for name in extras.get("mentions") or ()),
        )


def _reference(raw: Mapping[str, Any], names: Names) -> Reference:
    collection, field = split_reference(raw["field"], names.get(raw["dataset"], frozenset()))
    return Reference(dataset=raw["dataset"], collection=collection, field=field, direction=raw.get("direction"))
