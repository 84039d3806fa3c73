"""Looking for withheld strings however they are written: case, accents' forms, blanks and dashes do not hide them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

SHORTEST: Final = 4  # letters and digits; what is shorter is found everywhere and says nothing
_LOOSE: Final = 8  # from here a string counts even inside a longer word
_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+")  # an edge lies between letters and digits too: "acct123456"


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


class Wanted:
    """The withheld strings of a case, ready to be searched for in one pass over a text."""

    def __init__(self, strings: Iterable[str]) -> None:
        forms = {"".join(_tokens(s)) for s in strings}
        self.skipped = sum(len(form) < SHORTEST for form in forms)
        self._by_head: dict[str, list[str]] = {}
        for form in forms:
            if len(form) >= SHORTEST:
                self._by_head.setdefault(form[:SHORTEST], []).append(form)

    def found_in(self, text: str) -> bool:
        """Any of the strings stands in the text, from a word's edge to a word's edge (a long one also inside)."""
        if not self._by_head:
            return False
        tokens = _tokens(text)
        run = "".join(tokens)
        starts = [0, *accumulate(map(len, tokens))]
        edges = set(starts)
        return any(
            run.startswith(form, at) and (len(form) >= _LOOSE or at + len(form) in edges)
            for at in starts
            for form in self._by_head.get(run[at : at + SHORTEST], ())
        )


class Ours:
    """References and digests that we wrote: taken out exactly as they are, wherever a line was broken in them."""

    def __init__(self, strings: Iterable[str]) -> None:
        forms = sorted({s for s in strings if s}, key=len, reverse=True)
        written = "|".join(r"\s?".join(map(re.escape, form)) for form in forms)
        self._pattern = re.compile(rf"(?<!\w)(?:{written})(?!\w)") if forms else None

    def out_of(self, text: str) -> str:
        return self._pattern.sub(lambda found: " " * len(found.group()), text) if self._pattern else text
