"""Ways to reach or place a person: e-mail, phone, postal address, date of birth, network addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fulfillment.redact.canon import digits, fold
from fulfillment.redact.contexts import SAFE, Keyword
from fulfillment.redact.labels import Label
from fulfillment.redact.numbers import is_bare_date
from fulfillment.redact.reading import Reading
from fulfillment.redact.spans import Span, span
from fulfillment.redact.words import PROSE, alternatives

_AT: Final = ("@", "(a)", "(at)", "[at]", "&#64;")
_EMAIL: Final = re.compile(
    (
        r"(?<![\w.+%\-])[\w.+%\-']{1,64}+\s?(?:@|\(a\)|\(at\)|\[at\]"
        r"|&#64;)\s?[\w\-]{1,63}(?:\s?\.\s?[\w\-]{1,63}){0,4}?\s?[.,]\s?[A-Za-z]{2,24}(?![\w@])"
    ),
    re.IGNORECASE,
)
_EMAIL_TIGHT: Final = re.compile(r"(?<![\w.+%\-])[\w.+%\-']{1,64}+@(?:[\w\-]{1,63}\.){1,5}[A-Za-z]{2,24}(?!\w)")
_EMAIL_SAID: Final = re.compile(
    (
        r"(?<![\w.])[\w.+\-]{1,40}+(?: (?:dot|underscore|under score|dash|hyphen|plus|punto|guion bajo) "
        r"[\w]{1,40}){0,4} (?:at|arroba) [\w\-]{1,40}(?: (?:dot|punto) [\w\-]{1,20}){1,3}(?!\w| (?:at"
        r"|arroba|dot|punto)(?!\w))"
    ),
    re.IGNORECASE,
)
_URL: Final = re.compile(r"(?<![\w@])(?:https?://|www\.)[^\s<>\"'\])]{3,500}", re.IGNORECASE)
_IPV4: Final = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)")
_IPV6: Final = re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])", re.IGNORECASE)

_N: Final = r"[0-9OolISBZ]"
_PHONE: Final = re.compile(
    (
        rf"(?<![\w.\-$])(?:\+?1[ .\-]{{0,2}})?\(?(?:[2-9OSBlZ]|[01]){_N}{{2}}\)?[ .\-–/]{{0,3}}{_N}{{3}}[ "
        rf".\-–]{{0,3}}{_N}{{4}}(?:\s?(?:x|ext\.?|extension)\s?#?\d{{1,6}})?(?![\w\-])"
    ),
    re.IGNORECASE,
)
_PHONE_SHORT: Final = re.compile(
    r"(?<![\w.\-$/])[2-9]\d{2}[\-.]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?![\w\-])", re.IGNORECASE
)
_PHONE_ABROAD: Final = re.compile(r"(?<![\w.\-])(?:\+|00)[2-9]\d{0,2}(?:[ .\-/]{0,2}\(?\d{1,4}\)?){2,5}(?!\w)")
_EXTENSION: Final = re.compile(r"(?<![a-z])(?:ext|extension)[.:# ]{1,3}(\d{2,6})(?!\w)")
_EXTENDED: Final = re.compile(r"x|ext", re.IGNORECASE)
_SHORT_CALL: Final = 7  # digits of a number without its area code
_FREE_CALL: Final = ("800", "833", "844", "855", "866", "877", "888")
_NOT_PHONE: Final = re.compile(
    r"(?:npi|claim|clm|inv(?:oice)?|auth|icn|dcn|ref|trace|ticket|order|tracking)[ #:.no]{0,6}$"
)

_MONTH: Final = alternatives(
    r"""
        jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sept?(?:ember)?
        oct(?:ober)? nov(?:ember)? dec(?:ember)? enero febrero marzo abril mayo junio julio agosto septiembre
        octubre noviembre diciembre
    """
)
_NUMBER_WORD: Final = alternatives(
    r"""
        first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
        fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth twenty thirty forty fifty
        sixty seventy eighty ninety ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
        nineteen one two three four five six seven eight nine oh hundred thousand and
    """
)
_DATE: Final = (
    r"(?:[\dOlI]{1,2}[/\-. ]{1,2}[\dOlI]{1,2}[/\-. ]{1,2}[\dOlI]{2,4}|\d{4}[\-/.]\d{1,2}[\-/.]\d{1,2}"
    r"|\d{8}(?!\d)|\d{6}(?!\d)"
    rf"|{_MONTH}\.?[ \-]{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?,?[ \-]{{1,2}}\d{{2,4}}|\d{{1,2}}(?:st|nd|rd"
    rf"|th)?[ \-](?:de |of )?{_MONTH}\.?,?[ \-](?:de |del )?\d{{2,4}}"
    rf"|{_MONTH} {_NUMBER_WORD}(?:[ \-]{_NUMBER_WORD}){{0,6}}|\d{{1,2}}[/\-]\d{{1,2}})"
)
_BORN: Final = re.compile(
    (
        rf"(?<![A-Za-z])(?:d[.]?[o0][.]?b[.]?|date of birth|birth ?date|birth ?day|born(?: on)?|fecha de "
        rf"nacimiento|fdn|nacid[oa])(?:[\s:.,#\-()=*]|is|was|on|el|of|for|his|her){{0,8}}({_DATE})(?!\w)"
    ),
    re.IGNORECASE,
)
_BORN_AFTER: Final = re.compile(
    r"(?<![\w/])(\d{1,2}[/\-.]\d{1,2}[/\-.]\d{2,4})[ ]?\(?(?:dob|d\.o\.b\.?|date of birth)\b", re.IGNORECASE
)

_WAY: Final = alternatives(
    r"""
        street str st avenue aven ave av road rd boulevard blvd lane ln drive drv dr court ct way wy place pl
        terrace ter circle cir highway hwy parkway pkwy trail trl loop square sq alley pike plaza plz crossing
        xing cove cv point ridge rdg bend canyon heights hts freeway fwy expressway route rte broadway walk
        commons green glen hollow springs view vista crescent cres mews del_sol del_mar del_norte
    """
)
_STATES: Final = (
    r"(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]"
    r"|T[NX]|UT|V[TA]|W[AVIY])"
)
_STATE: Final = (
    rf"(?:(?-i:{_STATES}|[A-Z][a-z])|california|texas|calif\.?|tex\.?|nevada|arizona|oregon|florida"
    rf"|washington|new york|new mexico|colorado|{_STATES})"
)
_UNIT: Final = (
    r"(?:,?\s{0,2}(?:apt|apartment|unit|ste|suite|spc|space|bldg|building|floor|fl|rm|lot|no"
    r"|#)\.?\s{0,2}#?\s?[\w\-]{1,8})"
)
_W: Final = r"(?:[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9'’\-]{0,23}|\d{1,3}(?:st|nd|rd|th)|(?:[A-Z]|st|mt|ft|s[rt]a)\.)"
_TAIL: Final = (
    rf"(?:[,\s]{{1,3}}{_W}(?:\s{_W}){{0,3}}?[,\s]{{1,3}}{_STATE}\.?[,\s]{{1,3}}[\dOlIS]{{5}}(?:-\d{{4}})?(?!\w))"
)
_CITY: Final = (
    rf"(?:,\s{{1,2}}(?-i:[A-Z][\w.'\-]{{1,20}}(?: "
    rf"[A-Z][\w.'\-]{{1,20}}){{0,2}})(?:,?\s{{1,2}}(?-i:{_STATES})\b)?)"
)
_STREET: Final = re.compile(
    (
        rf"(?<![\w$/.#\-])[\dlIO]{{0,4}}\d[\dlIOS]{{0,4}}[A-Za-z]?(?:-\d{{1,4}}"
        rf"|\s?½)?\s{{1,2}}(?:[NSEW]{{1,2}}\.?\s{{1,2}}|(?:north|south|east"
        rf"|west)\s)?(?:{_W}\s{{1,2}}){{0,4}}?{_WAY}\b\.?(?:\s{{1,2}}{_WAY}\b\.?){{0,2}}(?:\s(?:[NSEW]"
        rf"|[NS][EW])\b\.?)?(?:{_UNIT}){{0,2}}(?:{_TAIL}|{_CITY})?"
    ),
    re.IGNORECASE,
)
_STREET_FIRST: Final = re.compile(
    (
        rf"(?<![\w$/.#\-])\d{{1,6}}\s{{1,2}}(?:via|camino|calle|avenida|avda|paseo|rancho|rue|caminito"
        rf"|corte|placita|vereda|county road|cr|fm|us|highway|route|interstate)\s{{1,2}}{_W}(?:\s(?!apt"
        rf"|unit|ste|suite|spc)(?-i:[A-Z]){_W}){{0,2}}(?:{_UNIT})?(?:{_TAIL}|{_CITY})?"
        rf"|(?<!\w)(?:calle|avenida|avda\.?|paseo|camino)\s{{1,2}}{_W}(?:\s{_W}){{0,3}}?,?\s(?:#|no\.?"
        rf"|num\.?)?\s?\d{{1,5}}(?:{_UNIT})?(?:{_TAIL})?"
    ),
    re.IGNORECASE,
)
_STREET_SAID: Final = re.compile(
    (
        rf"(?<!\w){_NUMBER_WORD}(?:[ \-]{_NUMBER_WORD}){{0,5}} (?:(?:north|south|east|west) "
        rf")?(?:[a-z']{{2,20}} ){{1,3}}?(?:street|avenue|road|boulevard|lane|drive|court|way|place|circle"
        rf"|terrace|parkway|highway|trail)\b"
    ),
    re.IGNORECASE,
)
_BOX: Final = re.compile(
    (
        rf"(?<!\w)(?:p\.?\s?[o0]\.?\s?b[o0]x|post office box|apartado(?: postal)?"
        rf"|pmb)\s{{1,2}}#?[\w\-]{{1,10}}(?:{_TAIL}|{_CITY})?"
    ),
    re.IGNORECASE,
)
_TOWN: Final = re.compile(
    rf"(?<![\w$])[A-Z][\w.'\-]{{1,20}}(?: [A-Z][\w.'\-]{{1,20}}){{0,3}},? {{1,2}}{_STATES},? "
    rf"{{1,2}}\d{{5}}(?:-\d{{4}})?(?![\w\-])"
)
_STREET_WORDS: Final = frozenset(
    (
        "county via main high school front center court branch first second third old new home power "
        "mill the same full long big north south east west"
    ).split()
)
_POSTCODE: Final = re.compile(r"(?<![a-z])(?:zip|zip ?code|postal code)(?:[\s:#]|is){0,4}(\d{5}(?:-\d{4})?)(?!\w)")


def emails(reading: Reading) -> Iterator[Span]:
    """E-mail addresses, also as spoken ("ana dot ruiz at mail dot com") and as scanners break them."""
    text = reading.text
    if any(sign in reading.folded for sign in _AT):
        for m in _EMAIL_TIGHT.finditer(text):
            yield span(m.start(), m.end(), Label.EMAIL, "email")
        for m in _EMAIL.finditer(text):
            yield span(m.start(), m.end(), Label.EMAIL, "email-broken")
    if " dot " in reading.folded or " punto " in reading.folded:
        for m in _EMAIL_SAID.finditer(text):
            yield span(m.start(), m.end(), Label.EMAIL, "email-spoken")


def phones(reading: Reading) -> Iterator[Span]:
    """Phone and fax numbers; toll-free ones belong to businesses and stay."""
    if not reading.numeric:
        return
    text = reading.text
    for shape in (_PHONE, _PHONE_ABROAD):
        for m in shape.finditer(text):
            value = digits(_EXTENDED.split(m.group())[0])
            if value[-10:].startswith(_FREE_CALL) or sum(map(str.isdigit, m.group())) < _SHORT_CALL:
                continue
            if not _NOT_PHONE.search(reading.folded, max(0, m.start() - 16), m.start()):
                yield span(m.start(), m.end(), Label.PHONE, "phone")
    for m in _PHONE_SHORT.finditer(text):
        if _about_phones(reading.keywords.before(m.start())):
            yield span(m.start(), m.end(), Label.PHONE, "phone-short")
    for number in reading.said:
        close = reading.named(number.start)
        other = close is not None and close.kind not in (Label.PHONE, SAFE)
        short = len(number.value) == _SHORT_CALL and _about_phones(reading.keywords.before(number.start))
        if (len(number.value) in (10, 11) and not other) or short:
            yield span(number.start, number.end, Label.PHONE, "phone-spoken")


def _about_phones(word: Keyword | None) -> bool:
    return word is not None and word.kind == Label.PHONE


def addresses(text: str) -> Iterator[Span]:
    """Street, box and town-with-ZIP lines."""
    for rule, shape in (
        ("street", _STREET),
        ("street-named-first", _STREET_FIRST),
        ("street-spoken", _STREET_SAID),
        ("post-box", _BOX),
        ("town", _TOWN),
    ):
        for m in shape.finditer(text):
            first = fold(m.group().split()[1])
            if rule == "street" and first in PROSE and first not in _STREET_WORDS:
                continue
            if not is_bare_date(m.group().split()[0]):
                yield span(m.start(), m.end(), Label.ADDRESS, rule)
    for m in _POSTCODE.finditer(text.lower()):
        yield span(m.start(1), m.end(1), Label.ADDRESS, "postcode")


def births(text: str) -> Iterator[Span]:
    """Dates that are said to be a date of birth."""
    for shape in (_BORN, _BORN_AFTER):
        for m in shape.finditer(text):
            yield span(m.start(1), m.end(1), Label.DATE_OF_BIRTH, "date-of-birth")


def network(text: str) -> Iterator[Span]:
    """IP addresses and web addresses."""
    for shape in (_IPV4, _IPV6):
        for m in shape.finditer(text):
            yield span(m.start(), m.end(), Label.IP, "ip")
    for m in _URL.finditer(text):
        yield span(m.start(), m.end() - (m.group()[-1] in ".,;:!?"), Label.URL, "url")
