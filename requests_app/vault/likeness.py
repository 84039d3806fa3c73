"""When two surnames may be one: they sound alike, begin or end alike, or share most of their letters in threes.

Only short keys are indexed (how a name sounds, its first letters, its last ones). An index of every three letters
would let whoever steals the table count them and read the names back; the threes are compared after opening.
"""

from __future__ import annotations

import jellyfish

from requests_app.vault.normal import name_parts

SHORTEST = 3  # letters of a surname before anything is looked up
LONGER = 5


def parts(surname: str) -> list[str]:
    """The words of a surname that are long enough to look up by: `de la Cruz` is looked up as `cruz`."""
    return [part for part in name_parts(surname) if len(part) >= SHORTEST]


def sound(part: str) -> str:
    return jellyfish.metaphone(part)


def edges(part: str) -> list[str]:
    """How a word begins, twice, and how it ends."""
    longer = [f"^{part[:LONGER]}"] if len(part) >= LONGER else []
    return [f"^{part[:SHORTEST]}", *longer, f"{part[-SHORTEST:]}$"]


def edges_of_typed(part: str) -> list[str]:
    """What of a word still being typed can be found: its beginning; its end once it is long enough to have one."""
    return [f"^{part[:LONGER]}", f"{part[-SHORTEST:]}$"] if len(part) >= LONGER else [f"^{part[:SHORTEST]}"]


def likeness(one: str, other: str) -> float:
    """The share of threes that two words have in common, 0 to 1, as PostgreSQL's pg_trgm counts it."""
    ours, theirs = _threes(one), _threes(other)
    return len(ours & theirs) / len(ours | theirs)


def _threes(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
