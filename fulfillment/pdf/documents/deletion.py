"""What a deletion did, source by source, and what it could not do: in words that need no knowledge of the systems."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

# In the order in which a reader wants to know it.
ORDER = ("deleted", "pseudonymised", "nulled", "kept", "referred", "deferred", "not_found")
UNTOUCHED = frozenset({"kept", "referred", "deferred"})


@dataclass(frozen=True)
class Provider:
    """For whom the records are held and who decides about them."""

    name: str
    contact: str


@dataclass(frozen=True)
class Group:
    """So many entries of one collection, by its plain name."""

    what: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Entries that are gone or no longer identify anybody. `checked_on`: when the source was asked again."""

    source: str
    group: Group
    result: str
    on: date | None = None
    checked_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Remainder:
    """Entries that are not deleted, or not only deleted, for one reason. Its words are the reader's language already.

    `rightful`: the law lets us keep them; otherwise we are late. `blocked_on`: since when no other use is possible.
    """

    source: str
    groups: tuple[Group, ...]
    result: str
    title: str
    why: str
    then: str
    citation: str
    rightful: bool
    owner: str
    blocked_on: date | None = None
    keep_until: date | None = None
    next_try: date | None = None
    waits_for: str = ""
    attempts: int = 0
    provider: Provider | None = None

    @property
    def rows(self) -> int:
        return sum(group.rows for group in self.groups)


@dataclass(frozen=True, kw_only=True)
class Deletion:
    erasures: tuple[Erasure, ...] = ()
    remainders: tuple[Remainder, ...] = ()

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Result -> entries, each entry once."""
        total: Counter[str] = Counter()
        for erasure in self.erasures:
            total[erasure.result] += erasure.group.rows
        for remainder in self.remainders:
            if remainder.result in UNTOUCHED:
                total[remainder.result] += remainder.rows
        return tuple((result, total[result]) for result in ORDER if result in total)

    @property
    def status(self) -> str:
        """`nothing` was found, `all` of it is done, `some` of it, or `none`."""
        left = any(remainder.result in UNTOUCHED for remainder in self.remainders)
        if self.erasures:
            return "some" if left else "all"
        return "none" if left else "nothing"

    @property
    def refuses(self) -> bool:
        """Part of it is refused on a ground of the law, which may be appealed."""
        return any(remainder.rightful for remainder in self.remainders)
