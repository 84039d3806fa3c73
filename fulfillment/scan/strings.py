"""Looking for withheld strings however they are written: case, accents' forms, blanks and dashes do not hide them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 4  # letters and digits; what is shorter is found everywhere and says nothing
_LOOSE: Final = 8  # from here a string counts even inside a longer word
_TOKEN: Final = re.compile(r"[^\W_]+")


def normal(text: str) -> str:
    """Letters and digits only, NFKC, case folded."""
    return "".join(_TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()))


class Wanted:
    """The withheld strings of a case, ready to be searched for."""

    def __init__(self, strings: Iterable[str]) -> None:
        forms = {normal(s) for s in strings}
        self.skipped = sum(len(f) < SHORTEST for f in forms)
        self._forms = sorted(f for f in forms if len(f) >= SHORTEST)

    def __bool__(self) -> bool:
        return bool(self._forms)

    def found_in(self, text: str) -> bool:
        """Any of the strings stands in the text."""
        tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
        if not tokens or not self._forms:
            return False
        run = "".join(tokens)
        edges = {0}
        at = 0
        for token in tokens:
            at += len(token)
            edges.add(at)
        return any(_stands(run, form, edges) for form in self._forms)


def _stands(run: str, form: str, edges: set[int]) -> bool:
    at = run.find(form)
    while at >= 0:
        if len(form) >= _LOOSE or (at in edges and at + len(form) in edges):
            return True
        at = run.find(form, at + 1)
    return False
