"""What every connector is given and gives back. Plain Python: no model, nothing of `requests_app`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, ClassVar, Self

Json = str | int | float | bool | None | list[Any] | dict[str, Any]


class Capability(StrEnum):
    FIND = "find"
    ERASE = "erase"
    CORRECT = "correct"
    SUPPRESS = "suppress"


class Kind(StrEnum):
    """Closed list of what goes wrong with a source; each is counted, shown and acted on by name."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    MISSING_TABLE = "missing_table"
    MISSING_COLUMN = "missing_column"
    NOT_ALLOWED = "not_allowed"
    UNREADABLE = "unreadable"
    DOES_NOT_FIT = "does_not_fit"
    CONSTRAINT = "constraint"
    MISCONFIGURED = "misconfigured"
    FAILED = "failed"


class ConnectorError(Exception):
    """The source did not answer. `permanent` decides between another try and a person (house.md).

    The message is shown to staff: it names the system's part and the next step, never a value and never a password.
    """

    def __init__(self, message: str, *, permanent: bool, kind: Kind) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach one system. `allow` are the hosts that the deployment lets connectors reach (UMBS_EGRESS_ALLOW)."""

    url: str = field(repr=False)
    connect_timeout: float = 5.0
    timeout: float = 30.0
    max_bytes: int = 20 * 1024 * 1024
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One collection as the data map declares it: the allow-list of names that may appear in a query.

    `collection` is how everybody here speaks of it (`dataset.name`), `name` how the source does. `compare` says for a
    column: email, phone or exact. `personal` are the columns that an erasure empties where the row stays, `ties` those
    that refer to another collection: these are cut, never replaced.
    """

    collection: str
    name: str
    columns: tuple[str, ...]
    primary_key: tuple[str, ...] = ()
    schema: str | None = None
    glob: str | None = None
    compare: Mapping[str, str] = field(default_factory=dict)
    suppress: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    unsuppress: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    read_only: frozenset[str] = frozenset()
    personal: tuple[str, ...] = ()
    ties: frozenset[str] = frozenset()
    append_only: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """Any-of: a record answers when one of `keys` (column -> values) or `mentions` (kind of fact -> values) fits."""

    collection: str
    keys: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    mentions: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """`key` names the row in its collection; `values` can be written as JSON."""

    collection: str
    key: str
    values: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Unread:
    """Something the source holds that could not be read: the search is complete but for this, and says so."""

    collection: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is in the live system; `type` is one word: string, integer, float, boolean, date."""

    collection: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """How many records are the person's, and how many of them had to be changed now."""

    matched: int
    changed: int


class Act(StrEnum):
    """What an erasure does to a row."""

    DELETE = "delete"
    NULL = "null"
    PSEUDONYMISE = "pseudonymise"
    TRIM = "trim"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to happen to the rows of one collection that have these primary keys; of rows to trim, to which columns.

    A trimmed column is emptied where it may be, else it gets a value that identifies nobody.
    """

    collection: str
    act: Act
    keys: Sequence[Mapping[str, Json]]
    columns: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of the rows had still something to erase, and how many have it now, as the source itself counts."""

    before: int
    left: int


class Connector(ABC):
    """One open conversation with one system."""

    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.FIND})

    def __init__(self, settings: Settings, shapes: Sequence[Shape]) -> None:
        self.settings = settings
        self.shapes = {shape.collection: shape for shape in shapes}

    @abstractmethod
    def find(self, lookup: Lookup) -> Iterator[Record | Unread]:
        """Stream the records that answer; memory does not grow with their number. Raises `ConnectorError`."""

    @abstractmethod
    def describe(self) -> list[Column]:
        """The live schema of the declared collections; one that is absent has no columns here."""

    def suppress(self, lookup: Lookup, *, lifted: bool = False) -> Suppressed:
        """Set what the map's `suppress` names on every record that answers; a second call changes nothing.

        `lifted`: the person allows it again, so set what `unsuppress` names.
        """
        del lifted
        message = f"{lookup.collection} cannot record an opt-out; add `suppress` to its data map or ask its owner."
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)

    def can_suppress(self, collection: str) -> bool:
        return Capability.SUPPRESS in self.capabilities and bool(self.shapes[collection].suppress)

    def correct(self, collection: str, keys: Sequence[Mapping[str, Json]], column: str, old: Json, new: str) -> int:
        """Write `new` where `old` still stands, in the rows of these primary keys; how many of them now hold it.

        All or nothing, and the same again changes nothing. A row whose value has changed meanwhile is left alone.
        """
        del keys, old, new
        message = f"{collection}.{column} cannot be corrected from here; its owner has to do it by hand."
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)

    def erase(self, erasures: Sequence[Erasure]) -> list[Erased]:
        """Carry out all of them in the order given, or none; then count again. The same again changes nothing."""
        message = f"{_named(erasures)} cannot be erased from here; its owner has to do it by hand."
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)

    def remaining(self, erasures: Sequence[Erasure]) -> list[int]:
        """How many of these rows have still something to erase; to be asked in a conversation of its own."""
        message = f"{_named(erasures)} cannot be counted from here; its owner has to look."
        raise ConnectorError(message, permanent=True, kind=Kind.MISCONFIGURED)

    def close(self) -> None:  # noqa: B027 - a family that keeps nothing open has nothing to close
        """Let go of whatever is open; safe to call twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _named(erasures: Sequence[Erasure]) -> str:
    return ", ".join(dict.fromkeys(erasure.collection for erasure in erasures)) or "Nothing"
