"""What a deletion did, source by source, and what it could not do: in words that need no knowledge of the systems."""

from __future__ import annotations

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


@dataclass(frozen=True, kw_only=True)
class Referral:
    """What is held for a provider: its name and contact, since when it knows, by when to expect its answer."""

    source: str
    provider: str
    told_on: date | None = None
    answer_by: date | None = None


@dataclass(frozen=True)
class Group:
    """So many entries of one collection, by its plain name; no name: of the whole source, no number: nobody knows.

    `until`: the last day on which any of them is kept; `first`: the last day of those that go first, if another.
    `only`: not the entries are meant, which are kept, but these details of them.
    """

    what: str
    rows: int
    until: date | None = None
    first: date | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Entries of a source that are gone or no longer identify anybody. `checked_on`: when it was asked again.

    `found_again`: so many were back by then.
    """

    source: str
    groups: tuple[Group, ...]
    result: str
    on: date | None = None
    checked_on: date | None = None
    found_again: int = 0

    @property
    def rows(self) -> int:
        return sum(group.rows for group in self.groups)


@dataclass(frozen=True, kw_only=True)
class Remainder:
    """Entries that are not deleted, or not only deleted, for one reason. Its words are the reader's language already.

    `rightful`: the law lets us keep them; otherwise we are late. `blocked_on`: since when no other use is possible.
    `without`: the details that were taken out of what is kept.
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
    without: tuple[str, ...] = ()
    next_try: date | None = None
    waits_for: str = ""
    attempts: int = 0
    provider: Provider | None = None

    @property
    def is_undone(self) -> bool:
        return self.result in UNTOUCHED

    @property
    def is_dated(self) -> bool:
        """Each of its groups says by itself until when it is kept, so that no other date has to be told."""
        return all(group.until for group in self.groups)


@dataclass(frozen=True)
class Count:
    """What became of how many entries; `at_least`: of some of them nobody knows how many."""

    result: str
    rows: int
    at_least: bool


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """`note`: what we keep of everybody who asked, so that nobody writes to them again."""

    erasures: tuple[Erasure, ...] = ()
    remainders: tuple[Remainder, ...] = ()
    note: str = ""

    @property
    def counts(self) -> tuple[Count, ...]:
        """Each entry once: one that lost details is among those that are kept."""
        rows: dict[str, list[int]] = {}
        told_of: list[Erasure | Remainder] = [*self.erasures]
        told_of += [remainder for remainder in self.remainders if remainder.is_undone]
        for told in told_of:
            if whole := [group.rows for group in told.groups if not group.only]:
                rows.setdefault(told.result, []).extend(whole)
        return tuple(Count(result, sum(rows[result]), 0 in rows[result]) for result in ORDER if result in rows)

    @property
    def status(self) -> str:
        """`nothing` was found, `all` of it is done, `some` of it, or `none`; `late` when we owe all that is left."""
        left = {remainder.result for remainder in self.remainders if remainder.is_undone}
        if self.erasures:
            return "some" if left else "all"
        if left == {"deferred"}:
            return "late"
        return "none" if left else "nothing"

    @property
    def refuses(self) -> bool:
        """Part of it is refused on a ground of the law, which may be appealed."""
        return any(remainder.rightful for remainder in self.remainders)
