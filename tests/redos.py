"""Texts that nearly match a regular expression, made from the expression itself: what one costs, and whether it grows.

For each repeat in it: what leads there, then the repeated part many times, then something that fits nowhere.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

REPEATS = {kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT}
LETTERS = "a0 A.-@:/,_\"'<(\n\té"
ENDS = ("\x00", "!", "\n\x00")
SIZES = (*range(6, 24, 2), 24, 28, 32, 48, 72, 200, 700)
LIMIT = 0.05
LONGEST = 1_500


def attacks(pattern: str, size: int) -> Iterator[str]:
    """Near-matches of at most LONGEST characters, with each of its repeats done `size` times."""
    for lead, body in _pumps(parser.parse(pattern)):
        for end in ENDS:
            yield lead + (body * size)[: LONGEST - len(lead)] + end


def slowest(pattern: re.Pattern[str]) -> float:
    """Seconds of CPU time for the worst near-match, or the first over LIMIT: what explodes is met while it is small."""
    worst = 0.0
    for size in SIZES:
        for text in dict.fromkeys(attacks(pattern.pattern, size)):
            for method in (pattern.search, pattern.fullmatch):
                worst = max(worst, _took(method, text))
                if worst > LIMIT:
                    return worst
    return worst


def _took(method: Any, text: str) -> float:
    began = time.thread_time()
    method(text)
    return time.thread_time() - began


def _pumps(parsed: Any, lead: str = "") -> Iterator[tuple[str, str]]:
    """(what leads to it, what is repeated) for each repeat without a small end, the inner ones too."""
    for kind, value in parsed:
        if kind in REPEATS:
            if value[1] > max(SIZES[0], value[0]):
                yield from ((lead, body) for body in _bodies(value[2]) if body)
            yield from _pumps(value[2], lead)
        else:
            for inner in _inside(kind, value):
                yield from _pumps(inner, lead)
        lead += _sample(kind, value)


def _inside(kind: Any, value: Any) -> list[Any]:
    if kind is kinds.SUBPATTERN:
        return [value[-1]]
    if kind is kinds.ATOMIC_GROUP:
        return [value]
    if kind is kinds.BRANCH:
        return list(value[1])
    if kind in {kinds.ASSERT, kinds.ASSERT_NOT}:
        return [value[1]]
    return []


def _bodies(parsed: Any) -> list[str]:
    """Samples of what is repeated: the plain one, and one for each way of its first choice."""
    plain = _text(parsed)
    for place, (kind, value) in enumerate(parsed):
        if kind in {kinds.BRANCH, kinds.SUBPATTERN}:
            ways = value[1] if kind is kinds.BRANCH else [value[-1]]
            before, behind = _text(parsed[:place]), _text(parsed[place + 1 :])
            return [plain, *(before + body + behind for way in ways for body in _bodies(way))]
    return [plain]


def _text(parsed: Any) -> str:
    return "".join(_sample(kind, value) for kind, value in parsed)


def _sample(kind: Any, value: Any) -> str:
    if kind is kinds.LITERAL:
        return chr(value)
    if kind in REPEATS:
        return _text(value[2]) * max(1, value[0])
    if kind is kinds.IN:
        return next((one for one in (*_named(value), *LETTERS) if _fits(one, value)), "a")
    if kind is kinds.NOT_LITERAL:
        return next(one for one in LETTERS if ord(one) != value)
    if kind is kinds.ANY:
        return "a"
    if kind in {kinds.SUBPATTERN, kinds.ATOMIC_GROUP, kinds.BRANCH}:
        return _text(_inside(kind, value)[0])
    return ""


def _named(members: Any) -> list[str]:
    return [chr(value if kind is kinds.LITERAL else value[0]) for kind, value in members if kind in _PLAIN]


_PLAIN = {kinds.LITERAL, kinds.RANGE}
_CATEGORIES = {
    kinds.CATEGORY_DIGIT: r"\d",
    kinds.CATEGORY_NOT_DIGIT: r"\D",
    kinds.CATEGORY_SPACE: r"\s",
    kinds.CATEGORY_NOT_SPACE: r"\S",
    kinds.CATEGORY_WORD: r"\w",
    kinds.CATEGORY_NOT_WORD: r"\W",
}


def _fits(letter: str, members: Any) -> bool:
    fits = any(
        (kind is kinds.LITERAL and ord(letter) == value)
        or (kind is kinds.RANGE and value[0] <= ord(letter) <= value[1])
        or (kind is kinds.CATEGORY and re.match(_CATEGORIES[value], letter) is not None)
        for kind, value in members
    )
    return fits != (members[0][0] is kinds.NEGATE)
