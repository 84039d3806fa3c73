"""Text folded to a form that survives accents, case and poor scanning, without moving a single offset."""

from __future__ import annotations

import unicodedata
from typing import Final

# What a scanner reads for what was printed. Wide: for names and addresses, where a false meeting is harmless.
_SCAN: Final = {
    "o": "0",
    "q": "0",
    "l": "1",
    "i": "1",
    "|": "1",
    "s": "5",
    "z": "2",
    "b": "8",
    "6": "8",
    "h": "8",
    "e": "c",
}
# Narrow: letters that stand for a digit inside a number. Digits are never confused with one another here.
_DIGIT: Final = {"o": "0", "q": "0", "l": "1", "i": "1", "|": "1", "!": "1", "s": "5", "z": "2", "b": "8", "g": "9"}


class _Table(dict[int, str]):
    """Filled as characters are met: str.translate then costs one look-up a character."""

    def __init__(self, letters: dict[str, str]) -> None:
        super().__init__()
        self._letters = letters

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code))[0].lower()[0]
        self[code] = value = self._letters.get(plain, plain)
        return value


_FOLD_TABLE: Final = _Table({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "‐": "-", "‑": "-", "–": "-", "—": "-"})
_SCAN_TABLE: Final = _Table(_SCAN)
_DIGIT_TABLE: Final = _Table(_DIGIT)


def fold(text: str) -> str:
    """Lower case without accents, same length."""
    return text.translate(_FOLD_TABLE)


def scanned(text: str) -> str:
    """Folded, and every letter that a scanner confuses mapped to one sign, same length."""
    return text.translate(_SCAN_TABLE)


def digits(text: str) -> str:
    """The digits in the text, letters that a scanner puts for digits included."""
    return "".join(c for c in text.translate(_DIGIT_TABLE) if "0" <= c <= "9")
