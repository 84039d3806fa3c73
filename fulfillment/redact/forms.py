"""The ways in which a profile's values may be written: patterns over folded or scanned text.

A pattern costs milliseconds to compile, so each form carries an anchor: it is compiled only when the anchor stands in
the text at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fulfillment.redact.canon import fold, scanned

_MONTHS: Final = tuple(
    zip(
        "january february march april may june july august september october november december".split(),
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
        strict=True,
    )
)
_TITLES: Final = frozenset("mr mrs ms miss mx dr sr sra srta don dona jr ii iii iv md".split())
_TITLED: Final = f"(?:{'|'.join(scanned(title) for title in ('mr', 'mrs', 'ms', 'miss', 'mx', 'dr', 'sr', 'sra'))})"
_ABBREVIATED: Final = dict(
    pair.split("=")
    for pair in """
        street=st avenue=ave boulevard=blvd lane=ln court=ct drive=dr road=rd place=pl terrace=ter circle=cir
        highway=hwy parkway=pkwy apartment=apt suite=ste north=n south=s east=e west=w
        california=ca texas=tx trail=trl square=sq
    """.split()
)
_NOT_WAYS: Final = frozenset("n s e w ca tx north south east west california texas".split())


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern, and a string without which it cannot be found."""

    anchor: str
    pattern: str

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Where it stands as words of its own."""
        if self.anchor in text:
            yield from _compiled(self.pattern).finditer(text)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


def find_any(forms: Iterable[Form], text: str) -> Iterator[re.Match[str]]:
    """Where any of the forms stands."""
    for form in forms:
        yield from form.find(text)


def name_forms(name: str) -> tuple[list[Form], list[Form]]:
    """Forms of the full name, and of the first name by itself; over scanned text."""
    turned = ([*name.split(",", 1)[1].split(), name.split(",", 1)[0]]) if "," in name else name.split()
    words = [w for w in turned if fold(w).strip(".") not in _TITLES]
    if not words:
        return [], []
    if len(words) == 1:
        return [Form(_anchor(words[0]), _scan(words[0]))], []
    first, last = _scan(words[0]), _scan(words[-1])
    if len(words) > 2:  # noqa: PLR2004 - two family names, or a middle name
        middle = [_scan(w) for w in words[1:-1]]
        between = r"\W{1,2}".join(rf"(?:{m}|{m[0] if m[0] != chr(92) else m[:2]}\.?)" for m in middle)
    else:
        middle, between = [], ""
    suffix = r"(?!\W{0,2}(?:jr|5r|jun10r|5cn10r|111?|1v)(?![a-z0-9]))"  # a father or son is someone else
    between = rf"(?:{between}\W{{1,2}})?" if between else r"(?:[0-9a-z]\.?\s)?"
    initial = rf"(?:\s[0-9a-z]\.?(?!\w)|\s{middle[0]})?" if middle else r"(?:\s[0-9a-z]\.?(?!\w))?"
    by_last = (
        rf"{first}\W{{1,2}}{between}{last}{suffix}",
        rf"{last}\s?[,/]\s?{first}{initial}{suffix}",
        rf"{last} {first}{suffix}",
        rf"{_scan(words[0][0])}\.? ?{last}{suffix}",
        rf"{_TITLED}\.? {last}{suffix}",
    )
    by_first = (
        rf"{first} {_scan(words[-1][0])}(?:\.|(?!\w))",
        *((rf"{first} {middle[0]}{suffix}",) if middle else ()),
    )
    full = [Form(_anchor(words[-1]), "|".join(by_last)), Form(_anchor(words[0]), "|".join(by_first))]
    return full, [Form(_anchor(words[0]), first)]


def _anchor(word: str) -> str:
    """The longest piece of a word that every form of it holds (a dash may be a blank)."""
    return max(scanned(word).split("-"), key=len)


def _scan(word: str) -> str:
    return re.escape(scanned(word)).replace("\\-", "[\\- ]?")


def email_form(email: str) -> Form:
    """Over folded text."""
    said = {
        "@": r"(?:\s?@\s?| at |\(a\)|\(at\)| arroba )",
        ".": r"(?:\s?\.\s?| dot | punto )",
        "_": r"(?:_| underscore | guion bajo )",
        "-": r"(?:-| dash | hyphen )",
    }
    plain = fold(email.strip())
    anchor = max(re.split(r"[@._\-]", plain), key=len)
    return Form(anchor, "".join(said.get(c) or re.escape(c) for c in plain))


def birth_forms(born: str) -> Iterator[Form]:
    """Over folded text; `born` is ISO 8601, anything else is searched for as it is."""
    m = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", born.strip())
    if m is None or not 1 <= int(m.group(2)) <= len(_MONTHS):
        plain = fold(born.strip())
        yield Form(plain, re.escape(plain))
        return
    year, month, day = m.group(1), int(m.group(2)), int(m.group(3))
    mo, d, y = rf"0?{month}", rf"0?{day}", rf"(?:{year}|{year[2:]})"
    sep = r"[/\-. ]{1,2}"
    long, spanish = _MONTHS[month - 1]
    name = rf"(?:{long}|{long[:3]}|{long[:4]}|{spanish})"
    written = (
        rf"{mo}{sep}{d}{sep}{y}|{d}{sep}{mo}{sep}{year}|{year}{sep}{mo}{sep}{d}",
        rf"{month:02}{day:02}{year}|{year}{month:02}{day:02}|{month:02}{day:02}{year[2:]}",
        rf"{name}\.?[ \-]{d}(?:st|nd|rd|th)?,?[ \-]{y}",
        rf"{d}(?:st|nd|rd|th)?[ \-](?:de |of )?{name}\.?,?[ \-](?:de |del )?{y}",
    )
    yield Form(year[2:], "|".join(written))


def address_form(address: str, *, whole: bool = False) -> Form:
    """Over scanned text: number and street, and as much of the rest as follows; or all of it (`whole`)."""
    words = [w for w in re.findall(r"[\w']+", fold(address)) if w]
    back = {v: k for k, v in _ABBREVIATED.items()}
    head = next(
        (i for i, w in enumerate(words) if i and (w in _ABBREVIATED or w in back) and w not in _NOT_WAYS),
        min(2, len(words) - 1),
    )

    def either(word: str) -> str:
        other = _ABBREVIATED.get(word) or back.get(word)
        return rf"(?:{_scan(word)}|{_scan(other)})" if other else _scan(word)

    sep = r"\W{1,3}"
    start = sep.join(either(w) for w in words[: head + 1])
    rest = "".join(rf"(?:{sep}{either(w)}){'' if whole else '?'}" for w in words[head + 1 :])
    return Form(scanned(words[0]), rf"{start}\.?{rest}")
