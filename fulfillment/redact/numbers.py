"""Number-like stretches of a text: written, masked, scanned badly or spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fulfillment.redact.canon import digits

_TEENS: Final = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORD_DIGITS: Final[dict[str, str]] = {
    **{word: str(n) for n, word in enumerate("zero one two three four five six seven eight nine".split())},
    **{word: str(n) for n, word in enumerate("cero uno dos tres cuatro cinco seis siete ocho nueve".split())},
    **{word: str(n) for n, word in enumerate(_TEENS.split(), 10)},
    **{word: str(n * 10) for n, word in enumerate(_TENS.split(), 2)},
    "oh": "0",
    "o": "0",
    "hundred": "00",
}
_TIMES: Final = {"double": 2, "triple": 3}
_SAYABLE: Final = "|".join(sorted([*_WORD_DIGITS, *_TIMES], key=len, reverse=True))
_SPOKEN: Final = re.compile(
    rf"(?<![\w-])(?:{_SAYABLE}|\d)"
    rf"(?:[ ,.\-]{{1,3}}(?:(?:uh|um|and|dash|then)[ ,]{{1,2}})?(?:{_SAYABLE}|\d{{1,4}})(?![\w])){{3,39}}+"
)
_LONG_WORDS: Final = tuple(word for word in _WORD_DIGITS if word != "o")
_FEWEST_SAID: Final = 3  # plain digits may stand between ("five 5 5 one")
_SAID: Final = re.compile(r"[a-z]+|\d+")

# A word with a digit in its first 25 signs, joined to its neighbours by dashes, dots or slashes.
_CHAIN: Final = re.compile(
    r"(?<![0-9A-Za-z*•|\-])(?=[A-Za-z*•|\-./#]{0,24}[0-9])[0-9A-Za-z*•"
    r"|]{1,64}+(?:[\-–./#]{1,2}[0-9A-Za-z*•|]{1,64}+){0,12}+"
)
_NUMERIC: Final = re.compile(r"[0-9OoIlSB|*•xX]{1,19}")
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY: Final = (
    r"(?:(?:0?[1-9]|1[0-2])[/.\-](?:0?[1-9]|[12]\d|3[01])[/.\-](?:(?:19|20)\d\d|\d\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[/.\-](?:0?[1-9]|1[0-2])[/.\-](?:19|20)\d\d"
    r"|(?:19|20)\d\d[/.\-](?:0?[1-9]|1[0-2])[/.\-](?:0?[1-9]|[12]\d|3[01])(?:t[\d:.+\-z]*)?"
    rf"|(?:0?[1-9]|[12]\d|3[01])[\-./]{_MONTH}[\-./](?:(?:19|20)?\d\d))"
)
_DATES: Final = re.compile(rf"{_DAY}(?:[\-–]{_DAY})?\.?", re.IGNORECASE)
_BARE_DATE: Final = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A stretch that holds digits; `value` are the digits alone, scanner's letters turned back."""

    start: int
    end: int
    text: str
    value: str
    spoken: bool = False

    @property
    def real(self) -> int:
        """Digits that were written as digits."""
        return sum(c.isdigit() for c in self.text)


def written(text: str) -> Iterator[Number]:
    """Every word-like stretch with a digit in it, in order; blanks separate."""
    for m in _CHAIN.finditer(text):
        end = m.end()
        while text[end - 1] in "-./#–":
            end -= 1
        part = text[m.start() : end]
        yield Number(m.start(), end, part, _value(part))


def spoken(folded: str) -> Iterator[Number]:
    """Runs of at least four spelled digits ("nine five one, oh two ..."), from folded text."""
    if folded.count(" ") < _FEWEST_SAID or sum(folded.count(word) for word in _LONG_WORDS) < _FEWEST_SAID:
        return
    for m in _SPOKEN.finditer(folded):
        said = m.group()
        if any(c.isalpha() for c in said):
            yield Number(m.start(), m.end(), said, unspeak(said), spoken=True)


def unspeak(said: str) -> str:
    """The digits of spelled-out numbers: "double five oh" is 550, "forty two" is 42."""
    out: list[str] = []
    times = 1
    tens = False
    for word in _SAID.findall(said.lower()):
        if word in _TIMES:
            times = _TIMES[word]
            continue
        value = _WORD_DIGITS.get(word, word if word.isdigit() else "")
        if tens and len(value) == 1 and value != "0":
            out[-1] = out[-1][:-1] + value
        else:
            out.append(value * times)
        tens = len(value) == 2 and value.endswith("0") and value >= "20"  # noqa: PLR2004 - twenty to ninety
        times = 1
    return "".join(out)


def numeric(text: str) -> bool:
    """Made of digits, scanner's letters or mask signs only."""
    return _NUMERIC.fullmatch(text) is not None and any(c.isdigit() for c in text)


def is_date(text: str) -> bool:
    """A calendar date or a range of two, with separators."""
    return _DATES.fullmatch(text) is not None


def is_bare_date(text: str) -> bool:
    """Eight digits that read as a date of the 20th or 21st century."""
    return _BARE_DATE.fullmatch(text) is not None


def luhn(value: str) -> bool:
    """The check digit of payment cards."""
    total = 0
    for i, c in enumerate(reversed(value)):
        d = int(c)
        if i % 2:
            d = d * 2 - 9 * (d > 4)  # noqa: PLR2004 - two-digit products lose nine
        total += d
    return total % 10 == 0


def _value(part: str) -> str:
    plain = "".join(c for c in part if c.isdigit())
    read = digits(part)
    # Letters count as digits only where digits are the rule: "SB0l" in a number, not the l of "12lbs".
    return read if len(plain) * 2 >= len(read) and len(plain) > 2 else plain  # noqa: PLR2004
