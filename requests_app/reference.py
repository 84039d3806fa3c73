"""The spoken reference, `7K4M-29QF-X`: a label to read over the phone, never an authority.

Eight random characters and one check character, all of Crockford's alphabet (no I, L, O, U). The check is a weighted
sum over GF(32), polynomial x^5 + x^2 + 1, weights 2^15 ... 2^8, and 2^0 for the check itself. None is zero and no two
are equal, so every wrong character and every swap of two positions is caught. Crockford's own check character can be
one of `* ~ $ =`, useless by phone.
"""

from __future__ import annotations

import re
import secrets

from django.utils.translation import gettext as _

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EXAMPLE = "7K4M-29QF-X"
_BODY = 8
_HEARD_AS = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-‐-―.]+")
_WORDS = dict(
    zip(
        ALPHABET,
        (
            "zero one two three four five six seven eight nine "
            "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November "
            "Papa Quebec Romeo Sierra Tango Victor Whiskey X-ray Yankee Zulu"
        ).split(),
        strict=True,
    )
)


def new() -> str:
    """A fresh reference; 32^8 are possible, and the database refuses the rare repeat."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_BODY))
    return _shown(body + _check(body))


def parse(text: str) -> str:
    """The canonical form of what somebody typed or heard: O is 0, I and L are 1, case and dashes do not matter.

    ValueError says what is wrong; the check character catches a wrong character and a swap.
    """
    typed = _BETWEEN.sub("", text).upper().translate(_HEARD_AS)
    if unknown := next((character for character in typed if character not in ALPHABET), None):
        message = _("“%(sign)s” is never part of a reference. It has letters and digits only, such as %(example)s.")
        raise ValueError(message % {"sign": unknown, "example": EXAMPLE})
    if len(typed) != _BODY + 1:
        message = _("A reference has %(all)d letters and digits, such as %(example)s; this one has %(typed)d.")
        raise ValueError(message % {"all": _BODY + 1, "example": EXAMPLE, "typed": len(typed)})
    if _check(typed[:_BODY]) != typed[_BODY]:
        message = _("This reference does not add up: one character is wrong, or two are swapped. Please check it.")
        raise ValueError(message)
    return _shown(typed)


def spell(reference: str) -> tuple[str, ...]:
    """One word of the spelling alphabet for each character, in order, for the read-back."""
    return tuple(_WORDS[character] for character in parse(reference).replace("-", ""))


def _shown(characters: str) -> str:
    return f"{characters[:4]}-{characters[4:8]}-{characters[8]}"


def _check(body: str) -> str:
    total = 0
    for character in body:
        total = _double(total) ^ ALPHABET.index(character)
    for _zero in range(_BODY):
        total = _double(total)
    return ALPHABET[total]


def _double(value: int) -> int:
    """Times x in GF(32)."""
    return (value << 1) ^ 0b100101 if value & 0b10000 else value << 1
