"""Names of people other than the requester: from the case's own tables, from cue words, from the way they are written.

No language model and no list of the world's names: what the case already knows (`known_people`) is matched exactly,
words such as "spoke with" or "guarantor" announce the rest, and a name found once is a name everywhere in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from fulfillment.redact.canon import fold, scanned
from fulfillment.redact.cues import CUE, FIRST_INITIAL, INITIAL_LAST, OWNER_OF_KIN, TURNED
from fulfillment.redact.labels import Label
from fulfillment.redact.spans import Span, span
from fulfillment.redact.words import EITHER, GIVEN, NOT_NAME, ORGANISATION, PARTICLES

_MOST: Final = 4  # words in a name
_SHORT: Final = 2  # letters; shorter or as short tells nothing by itself
_GAP: Final = 3  # signs between the words of a known name
_KINDS: Final = ("title", "speech", "kin", "office", "close", "weak")
_LOOSE: Final = frozenset("with w/ and re via both for subject called".split())
_TITLES: Final = frozenset("mr mrs ms miss mx dr doctor prof professor rev sr sra srta senor senora".split())
_BEFORE_PLACE: Final = frozenset("at in near the inside outside visiting".split())
_READ: Final = str.maketrans("015", "ols")  # what a scanner put for a letter
_WORD: Final = re.compile(r"(?<![^\W_])[^\W\d_](?:[^\W_]|['’\-](?=[^\W_])){0,60}")
_TOKEN: Final = re.compile(r"[^\W_]{3,60}")
_LOCAL_PART: Final = re.compile(r"[a-z]{4,20}")


@dataclass(slots=True)
class _Words:
    """The words of a text with the forms in which they are compared."""

    text: str
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    folds: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.starts)

    def capital(self, i: int) -> bool:
        return self.text[self.starts[i]].isupper()

    def gap(self, i: int) -> str:
        """What lies between word i and the next one."""
        return self.text[self.ends[i] : self.starts[i + 1]]


class Known:
    """The names a case knows, cut into words that name a person alone and phrases that do so together."""

    def __init__(self, people: Iterable[str], own: Iterable[str]) -> None:
        mine = {fold(w) for name in own for w in _WORD.findall(name)}
        self.words: set[str] = set()
        self.phrases: dict[str, list[tuple[str, ...]]] = {}
        for person in people:
            parts = tuple(fold(w) for w in _WORD.findall(person))
            self.words.update(
                scanned(p) for p in parts if len(p) > _SHORT and p not in mine and p not in NOT_NAME and p not in EITHER
            )
            if len(parts) > 1 and not set(parts) <= mine:
                for order in {parts, (parts[-1], *parts[:-1]), (parts[0], parts[-1])}:
                    self.phrases.setdefault(order[0], []).append(order)
        self.mine = mine


def names(text: str, folded: str, known: Known, mailboxes: Iterable[str] = (), *, guess: bool = True) -> list[Span]:
    """Spans of people's names; `mailboxes` are other people's e-mail addresses found in the text.

    Without `guess` only what the case knows already is found.
    """
    if not (guess or known.phrases or known.words):
        return []
    words = _words(text, folded)
    if not len(words):
        return []
    found = [span(a, b, Label.PERSON, "name-known") for a, b in _phrases(words, known)]
    spread = set(known.words)
    if guess:
        shouting, quiet = _manner(words)
        cued = _after_cues(words, folded, shouting=shouting, quiet=quiet)
        found += [span(a, b, Label.PERSON, "name-cue") for a, b in cued]
        found += [span(a, b, Label.PERSON, "name-shape") for a, b in _shaped(text, words, shouting=shouting)]
        for s in found:
            spread.update(_telling_words(words, s, known))
        for mailbox in mailboxes:
            parts = _LOCAL_PART.findall(fold(mailbox.split("@")[0]))
            spread.update(scanned(part) for part in parts if _telling(part, known))
    again = (m for m in _TOKEN.finditer(scanned(text)) if m.group() in spread)
    return [*found, *(span(m.start(), m.end(), Label.PERSON, "name-again") for m in again)]


def _telling_words(words: _Words, found: Span, known: Known) -> Iterator[str]:
    """The words of a name that stand for the person by themselves."""
    for i in range(bisect_left(words.starts, found.start), bisect_left(words.starts, found.end)):
        if _telling(words.folds[i], known):
            yield scanned(words.folds[i])


def _words(text: str, folded: str) -> _Words:
    words = _Words(text)
    for m in _WORD.finditer(text):
        end = m.end()
        if end - m.start() > _SHORT and folded[end - 2 : end] == "'s":
            end -= 2
        word = folded[m.start() : end]
        if not word.isalpha():
            digits = sum(map(str.isdigit, word))
            if digits * 3 > len(word):
                continue
            word = word.translate(_READ) if digits else word
        words.starts.append(m.start())
        words.ends.append(end)
        words.folds.append(word)
    return words


def _manner(words: _Words) -> tuple[bool, bool]:
    """Written in capitals throughout; written without any. Either way capitals say nothing about names."""
    sample = [words.text[words.starts[i] : words.ends[i]] for i in range(min(len(words), 800))]
    long = [w for w in sample if len(w) > _SHORT] or sample
    loud = sum(map(str.isupper, long))
    proper = sum(w[0].isupper() and not w.isupper() for w in long)
    return loud > 0.6 * len(long), proper < 0.02 * len(long)


def _telling(word: str, known: Known) -> bool:
    return (
        len(word) > _SHORT
        and word not in NOT_NAME
        and word not in EITHER
        and word not in known.mine
        and word not in PARTICLES
    )


def _phrases(words: _Words, known: Known) -> Iterator[tuple[int, int]]:
    for i, word in enumerate(words.folds):
        for phrase in known.phrases.get(word, ()):
            if tuple(words.folds[i : i + len(phrase)]) == phrase and all(
                len(words.gap(j)) <= _GAP for j in range(i, i + len(phrase) - 1)
            ):
                yield words.starts[i], words.ends[i + len(phrase) - 1]


def _after_cues(words: _Words, folded: str, *, shouting: bool, quiet: bool) -> Iterator[tuple[int, int]]:
    for m in CUE.finditer(folded):
        i = bisect_left(words.starts, m.end())
        if i == len(words) or words.starts[i] != m.end():
            continue
        kind = m.lastgroup if m.lastgroup != "gap" else next(k for k in _KINDS if m.group(k))
        if kind == "close" and "\n" not in m.group("gap") and "," not in m.group("gap"):
            continue
        start = words.starts[i]
        while kind != "title" and i + 1 < len(words) and words.folds[i] in _TITLES and words.gap(i) in (" ", ". "):
            i += 1
        sure = kind in ("title", "kin", "speech", "close") or ":" in m.group("gap") or (kind == "office" and quiet)
        header = ":" in m.group("gap") or kind == "title"
        last = _run(words, i, sure=sure, header=header, shouting=shouting)
        if last is None:
            continue
        said = words.text[words.starts[i] : last]
        if kind in ("weak", "office") and not shouting and said.isupper() and len(said) < 6:  # noqa: PLR2004 - an acronym
            continue
        if kind == "weak" and m.group("weak") in _LOOSE and " " not in said and ":" not in m.group("gap"):
            continue
        yield m.start() if kind == "title" else start, last


def _run(words: _Words, first: int, *, sure: bool, header: bool, shouting: bool) -> int | None:
    """The end of the name that starts at word `first`, or None when the word is no name."""
    end: int | None = None
    count = 0
    i = first
    while i < len(words) and count < _MOST:
        word = words.folds[i]
        if word in PARTICLES and _leads_on(words, i, sure=sure, shouting=shouting):
            i += 1
            continue
        if len(word) == 1 and count and words.capital(i):
            end = words.ends[i]  # a middle initial
        elif not _may(words, i, sure=sure, header=header, shouting=shouting, started=count > 0):
            break
        elif count and not words.capital(i) and words.capital(first):
            break  # "Maria called": the name began in capitals
        else:
            end = words.ends[i]
        count += 1
        if i + 1 == len(words) or not _carries_on(words, i, count):
            break
        i += 1
    if end is None:
        return None
    after = bisect_left(words.starts, end)
    if (
        after < len(words)
        and words.folds[after] in ORGANISATION
        and words.capital(after)
        and words.text[end : words.starts[after]] == " "
    ):
        return None
    return end


def _carries_on(words: _Words, i: int, count: int) -> bool:
    gap = words.gap(i)
    if gap in (" ", "  ", "-"):
        return True
    if gap in (". ", "."):
        return words.ends[i] - words.starts[i] == 1
    return gap in (", ", ",", "/") and count == 1 and words.capital(i) and words.capital(i + 1)


def _leads_on(words: _Words, i: int, *, sure: bool, shouting: bool) -> bool:
    """A particle ("de la") is part of a name when a name follows it."""
    if i + 1 == len(words) or words.gap(i) != " ":
        return False
    following = words.folds[i + 1]
    if following in PARTICLES:
        return (
            i + 2 < len(words)
            and words.gap(i + 1) == " "
            and _may(words, i + 2, sure=sure, header=False, shouting=shouting, started=True)
        )
    return _may(words, i + 1, sure=sure, header=False, shouting=shouting, started=True)


def _may(words: _Words, i: int, *, sure: bool, header: bool, shouting: bool, started: bool) -> bool:
    word = words.folds[i]
    if word in NOT_NAME or len(word) < _SHORT:
        return False
    if words.capital(i) and not shouting:
        return True
    if not shouting and not (sure and len(word) > _SHORT):
        return False
    if started or word not in EITHER or header or (sure and word in GIVEN):
        return True
    following = words.folds[i + 1] if i + 1 < len(words) and words.gap(i) == " " else ""
    return sure and shouting and len(following) > _SHORT and following not in NOT_NAME


def _shaped(text: str, words: _Words, *, shouting: bool) -> Iterator[tuple[int, int]]:
    for m in TURNED.finditer(text):
        last, given = fold(m.group("last")), fold(m.group("first"))
        loud = m.group("last").isupper() and m.group("first").isupper()
        line_start = m.start() == 0 or text[: m.start()].rstrip(" \t").endswith(("\n", ":"))
        if (
            (loud or line_start)
            and not any(w in NOT_NAME and w not in PARTICLES for w in (*last.split(), given))
            and not re.search(r"\d\d", m.group())
            and len(given) > _SHORT
        ):
            yield m.span()
    for m in INITIAL_LAST.finditer(text):
        if fold(m.group("last")) not in NOT_NAME:
            yield m.span()
    if shouting:
        return
    for m in FIRST_INITIAL.finditer(text):
        if fold(m.group("first")) not in NOT_NAME:
            yield m.span()
    for m in OWNER_OF_KIN.finditer(text):
        if (
            fold(m.group("name")) not in NOT_NAME
            and fold(m.group("name")) not in EITHER
            and m.group("name")[0].isupper()
        ):
            yield m.span("name")
    yield from _capitals(words)


def _capitals(words: _Words) -> Iterator[tuple[int, int]]:
    """Two to four capitalised words in a row, none of them ordinary, no organisation or place among or around them."""
    i = 0
    while i < len(words) - 1:
        j = i
        strong = 0
        while j < len(words) and j - i < _MOST and words.capital(j) and words.folds[j] not in NOT_NAME:
            strong += (
                (words.folds[j] not in EITHER or (j == i and words.folds[j] in GIVEN))
                and words.ends[j] - words.starts[j] > 1
                and not _acronym(words, j)
            )
            if (
                j + 1 == len(words)
                or words.gap(j) not in (" ", ". ")
                or (words.gap(j) == ". " and len(words.folds[j]) > 1)
            ):
                j += 1
                break
            j += 1
        long = [k for k in range(i, j) if len(words.folds[k]) > 1]
        if len(long) > 1 and strong and not _surrounded(words, i, j):
            yield words.starts[i], words.ends[j - 1]
        i = max(j, i + 1)


def _surrounded(words: _Words, first: int, past: int) -> bool:
    if (
        past < len(words)
        and words.folds[past] in ORGANISATION
        and words.capital(past)
        and words.text[words.ends[past - 1] : words.starts[past]] == " "
    ):
        return True
    return (
        first > 0
        and words.folds[first - 1] in _BEFORE_PLACE
        and words.text[words.ends[first - 1] : words.starts[first]] == " "
    )


def _acronym(words: _Words, i: int) -> bool:
    return words.ends[i] - words.starts[i] < 5 and words.text[words.starts[i] : words.ends[i]].isupper()  # noqa: PLR2004
