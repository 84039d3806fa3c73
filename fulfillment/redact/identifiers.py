"""Never-disclose identifiers: what 11 CCR 7024(d) lists as numbers.

A number is judged by the nearest word that names it, then by its shape, and a long run of digits that nothing explains
is withheld. Check digits (Luhn) and issuing rules only ever add a reason: a number that fails them is still withheld,
since notes hold misread and made-up numbers.
"""

from __future__ import annotations

import re
from typing import Final

from fulfillment.redact.canon import digits
from fulfillment.redact.contexts import PAYER, SAFE, SOFT_ACCOUNT, Keyword
from fulfillment.redact.harmless import counted, dated, harmless, trade_code
from fulfillment.redact.labels import NEVER, Label
from fulfillment.redact.numbers import Number, is_bare_date, is_date, luhn, numeric, written
from fulfillment.redact.reading import Reading
from fulfillment.redact.shapes import shaped
from fulfillment.redact.spans import Ranges, Span, span

_LONG: Final = 6  # digits from which a run that nothing explains is withheld
_FEWEST: Final[dict[str, int]] = {
    Label.SSN: 4, Label.DRIVER_LICENSE: 4, Label.GOV_ID: 4, Label.HEALTH_PLAN_ID: 4, PAYER: 5, Label.BIOMETRIC: 4,
}  # fmt: skip
_FEWEST_OTHER: Final = 3
_FEWEST_BEFORE_NAME: Final = 4  # "4471 is her PIN": the word comes after the number
_CALL: Final = (7, 10, 11)  # digits of a phone number
_CARD: Final = range(13, 20)
_SECURITY_CODE: Final = 6  # an expiry date or a security code is no longer than this
_FREE_CALL: Final = ("800", "833", "844", "855", "866", "877", "888")
_GROUP: Final = re.compile(r" (?:- )?([0-9A-Z*•]{1,8})(?![\w/:]|[.,]\d)")
_GROUPS: Final = 6
_WIDEST: Final = 34  # an IBAN
_NEAR: Final = 40
_SENTENCE_END: Final = re.compile(r"[;\n]|[.?!] [A-Z]")
_PREFIX: Final = re.compile(r"(?<![A-Za-z])([A-Z]{1,3})[ #]{1,2}$")
_NO_PREFIX: Final = frozenset(
    """
    A ABA ACC ACH AND AT CC CVV DL DOB DR EIN EXP FOR IBAN ID IN IS MBI MR MRN MS NO NUM OF ON OR PIN PT RE REF RTN
    SSN THE TIN TO
    """.split()
)


def identifiers(reading: Reading, *, deny_long_runs: bool = True) -> list[Span]:
    """Spans of every never-disclose number. `deny_long_runs` withholds what nothing explains (free text)."""
    if not reading.numeric:
        return []
    found = list(shaped(reading))
    taken = Ranges((s.start, s.end) for s in found)
    past = 0
    for number in _numbers(reading):
        if number.start < past or taken.cover(number.start, number.end):
            continue
        hit = _by_name(number, reading) or _by_itself(number, reading, deny_long_runs=deny_long_runs)
        if hit is not None:
            found.append(hit)
            past = hit.end
    return found


def _numbers(reading: Reading) -> list[Number]:
    heard = Ranges((s.start, s.end) for s in reading.said)
    plain = [n for n in written(reading.text) if not heard.cover(n.start, n.start + 1)]
    return sorted([*reading.said, *plain], key=lambda n: n.start)


def _by_name(number: Number, reading: Reading) -> Span | None:
    """A number that a word right before or right after it names."""
    named = reading.named(number.start)
    if named is None:
        after = reading.keywords.after(number.end)
        if after is None or _label(after) is None or len(number.value) < _FEWEST_BEFORE_NAME:
            return None
        between = reading.text[number.end : after.start]
        if any(c in between for c in "\n.,;:") or harmless(number, reading):
            return None
        return _span(number, reading, after, "named")
    if _label(named) is None:
        return None
    whole = _grown(number, reading)
    return _span(whole, reading, named, "named") if _fits(whole, named, reading) else None


def _by_itself(number: Number, reading: Reading, *, deny_long_runs: bool) -> Span | None:
    """A number without a name beside it: a word in the same sentence, a card's check digit, or its mere length."""
    named = reading.named(number.start)
    if named is not None and named.kind == Label.DATE_OF_BIRTH:
        return None
    if named is not None and named.kind == SAFE:
        return _card(number)
    if harmless(number, reading) or reading.contacts.cover(number.start, number.end):
        return None
    if named is None and len(number.value) >= _LONG:
        near = reading.keywords.before(number.start)
        if near is not None and _label(near) is not None and _same_sentence(near, number, reading):
            return _span(number, reading, near, "near")
    if named is not None and named.kind == Label.PHONE and len(number.value) in _CALL:
        return None
    return _card(number) or (_long_run(number, reading) if deny_long_runs else None)


def _label(word: Keyword) -> Label | None:
    """The kind a word names, None for words of the trade, phones and dates."""
    if word.kind == PAYER:
        return Label.HEALTH_PLAN_ID
    if word.kind == SOFT_ACCOUNT:
        return Label.FINANCIAL_ACCOUNT
    return Label(word.kind) if word.kind in NEVER else None


def _fits(number: Number, named: Keyword, reading: Reading) -> bool:
    """Can be what the word names: long enough, no date, no sum, nothing counted."""
    if len(number.value) < _FEWEST.get(named.kind, _FEWEST_OTHER) or counted(number, reading) or trade_code(number):
        return False
    if named.kind == PAYER and number.text.isdigit() and len(number.value) < _LONG:
        return False
    if named.kind == Label.CARD and len(number.value) <= _SECURITY_CODE:
        return True
    if is_bare_date(number.text):
        return named.kind != SOFT_ACCOUNT
    return not dated(number, year=named.kind not in (Label.SSN, Label.MRN))


def _same_sentence(named: Keyword, number: Number, reading: Reading) -> bool:
    between = reading.text[named.end : number.start]
    return len(between) <= _NEAR and not _SENTENCE_END.search(between)


def _card(number: Number) -> Span | None:
    if len(number.value) in _CARD and numeric(number.text) and luhn(number.value):
        return span(number.start, number.end, Label.CARD, "card-luhn")
    return None


def _long_run(number: Number, reading: Reading) -> Span | None:
    call = len(number.value) in (10, 11)
    if len(number.value) < _LONG or (call and (number.spoken or number.value[-10:].startswith(_FREE_CALL))):
        return None
    card = len(number.value) in _CARD and numeric(number.text)  # as long as a card, whatever its check digit
    start = _start(number, reading)
    return span(start, number.end, Label.CARD if card else Label.FINANCIAL_ACCOUNT, "long-run")


def _span(number: Number, reading: Reading, word: Keyword, how: str) -> Span:
    return span(_start(number, reading), number.end, _label(word) or Label.OTHER, f"{word.kind.lower()}-{how}")


def _start(number: Number, reading: Reading) -> int:
    """Where the number starts, with a letter prefix that stands apart ("H 1234567")."""
    prefix = _PREFIX.search(reading.text, max(0, number.start - 6), number.start)
    if prefix and prefix.group(1) not in _NO_PREFIX and not number.spoken:
        return prefix.start(1)
    return number.start


def _grown(number: Number, reading: Reading) -> Number:
    """The number with the groups of digits that follow it after a blank ("208 805 639")."""
    if number.spoken or is_date(number.text):
        return number
    text, end = reading.text, number.end
    for _ in range(_GROUPS):
        group = _GROUP.match(text, end)
        if group is None or end - number.start > _WIDEST or not any(c.isdigit() for c in group.group(1)):
            break
        following = Number(group.start(1), group.end(1), group.group(1), digits(group.group(1)))
        if counted(following, reading):
            break
        end = group.end()
    whole = text[number.start : end]
    return number if end == number.end else Number(number.start, end, whole, digits(whole))
