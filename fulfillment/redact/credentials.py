"""Passwords, security questions with their answers, biometric templates: never disclosed, whatever they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fulfillment.redact.labels import Label
from fulfillment.redact.spans import Span, span
from fulfillment.redact.words import alternatives

_QUOTED: Final = r"\"[^\"\n]{1,64}\"|“[^”\n]{1,64}”|'[^'\n]{1,64}'|‘[^’\n]{1,64}’"
_NAMED: Final = re.compile(
    r"(?<![a-z])(?:pass[ \-]?words?|passwd|pwd|p/w|pw|pass[ \-]?codes?|pass[ \-]?phrases?|passkey"
    r"|temp(?:orary)? pass|pass|pins?|pin (?:code|number|no)|log[ \-]?in|credentials?|creds|secret(?: "
    r"key| code)?"
    r"|api[ _\-]?key|access (?:code|key)|token|contrasena|clave|one[ \-]time code|otp)(?![a-z])"
    r"(?:[ \t]{1,2}(?:on|for|to|in|at|de|del|para)[ \t](?:(?:the|my|her|his|their|our|your|la|el|su"
    r"|patient|pt)[ \t]){0,2}[\w.@\-]{1,30}(?:[ \t](?:account|portal|login|email|file|web|site))?)?"
    r"(?P<link>[ \t]{0,2}(?:(?:is now|is still|(?:was |has been |been )?(?:reset|changed|set|updated) "
    r"(?:to|as|from)|is|was|are|to|as|es|now|hint|used)(?![a-z])|=|:|->|—|–|-)?[ \t]{0,2}[:=\-]?[ "
    r"\t\"“'‘(]{0,3})(?P<wrapped>(?<=[a-z:=])\n)?",  # a page breaks its lines anywhere
)
_QUOTES: Final = "\"“”'‘’"
_TRAILING: Final = f".:)]{_QUOTES}"
_ADDRESS: Final = re.compile(r"[\w.+\-]+@[\w.\-]+")
_VALUE: Final = re.compile(rf"{_QUOTED}|[^\s\"“”,;()<>]{{1,64}}")
_NOT_A_VALUE: Final = frozenset(
    (
        "a an and the is was are be been not no none n/a na or if of on in at to for from with by so he "
        "she they it we i you who that this still again also will would could can cannot"
        " reset resets changed change changes expired expires required incorrect wrong unknown invalid "
        "protected sent needed given provided verified updated locked failed works worked"
        " doesn't didn't won't isn't wasn't has had have does did number numbers code codes hint hints "
        "policy page link email e-mail mail text portal account accounts help issue issues"
        " problem problems request requested requests question questions forgotten forgot lost new old "
        "same above below via per when after before then but please pls pad info screen"
        " field fields error errors attempts attempt away through over along on-file only until since "
        "was/is her his my your their our its"
    ).split()
)
_PAIR: Final = re.compile(r"@[\w.\-]{3,80}+\s{0,2}(?:/|\||,|:|pw|pass|w/)\s{0,2}(?P<value>[^\s\"',;]{5,40})")
_STRONG: Final = re.compile(
    r"(?<![\w@/:.\-])(?=[^\s]{0,24}[A-Z])(?=[^\s]{0,24}[a-z])(?=[^\s]{0,24}\d)(?=[^\s]{0,24}[!@#$%^&*?+=~])[^\s\"',;()<>]{7,40}(?![\w])"
)
_KEY: Final = re.compile(r"(?<![\w\-])(?:sk|pk|rk|ghp|gho|xox[abp]|AKIA|AIza|eyJ)[\w\-.]{12,200}(?![\w\-])")

_ASKED: Final = alternatives(
    r"""
        (?:(?:mother|mom|mum|father|dad|maternal|grandmother)'?s?'?_)?maiden(?:_name)?
        (?:name_of_)?(?:(?:his|her|my|your|the)_)?(?:first|1st|childhood|favou?rite|fav)[_\-](?:pet|dog|cat|school|car|job|teacher|food|color|colour|movie|book|team|friend|street|concert|band|song|boss|crush|hero|sport)(?:'?s)?(?:_name)?
        pet'?s?_name street_(?:you_|i_|he_|she_|they_)?grew_up(?:_on|_in)? grew_up_on(?:_street)?
        (?:born_in|birth)_(?:what_|which_)?city city_(?:of_birth|(?:you|she|he)_(?:were|was)_born(?:_in)?)
        high_school_mascot school_mascot
        where_(?:did_)?(?:you|they|she|he)_(?:met|meet)_(?:your_|her_|his_)?spouse
        secret_(?:question|answer|word)
        security_(?:questions?|q(?:uestion)?s?(?:_?&_?a|_?/_?a|_and_answer)?|answers?|q&a|word|phrase)
        challenge_(?:questions?|answers?) verbal_(?:password|passcode) apellido_de_soltera
        pregunta_(?:de_seguridad|secreta) primera_mascota
    """
)
_BROKEN: Final = _ASKED.replace(" ", r"\s")  # a page breaks its lines anywhere
_ANSWER: Final = re.compile(
    (
        rf"(?<![a-z])(?:{_BROKEN})(?![a-z])(?P<q>[^\n:=?]{{0,50}}?)(?P<link>\?[ "
        rf"\t\n]{{0,3}}(?:a(?:ns(?:wer)?)?[.:\-][ \t]{{0,2}}|answered |answer |- |-> )?|[ \t]{{0,2}}[:=][ "
        rf"\t]{{0,3}}|[ \t\n]{{1,2}}(?:answer(?:ed)?(?: is| was| given)?|ans|respuesta|is|was|es|->|->|-)[ "
        rf"\t\n:]{{1,3}})"
        r"(?P<value>\"[^\"\n]{1,40}\"|'[^'\n]{1,40}'|(?:(?:mr|mrs|ms|dr|st)\. )?[^\n;.,(/|?]{1,40}?)(?=[ "
        r"\t]{0,2}(?:[\n;.,(/|?]| - | and | but | ok\b| verified|$))"
    ),
)
_FOLLOWS: Final = re.compile(
    r"\??[ \t\n]{0,4}(?:a|ans|answer|respuesta)(?: is| was)?[ \t]{0,2}[:=.\-][ "
    r"\t]{0,2}(?P<value>(?:(?:mr|mrs|ms|dr|st)\. )?[^\n;.,(/|]{1,40})"
)
_BIOMETRIC: Final = re.compile(
    r"(?<![a-z0-9])(?:vp[_\-:]|fpt?[_\-:]|voice ?print[\-:_]|finger ?print[\-:_]|face ?id[\-:_]"
    r"|face[\-:_]|iris[\-:_]|retina[\-:_]|palm[\-:_]|bio(?:metric)?[\-:_])[ "
    r"]{0,1}(?=[0-9a-z\-_]{0,24}\d)[0-9a-z\-_+/=]{5,200}"
)
_TEMPLATE: Final = re.compile(
    r"(?<![a-z])(?:finger ?prints?|voice ?prints?|face ?prints?|face ?id|facial (?:recognition"
    r"|geometry|scan)|retinal?|iris|palm|biometrics?|huella)(?: (?:scan|template|hash|code|id|token"
    r"|enrollment|vector|embedding|record|key|sample|match|number|no|ref|print|data|vein|geometry"
    r"|dactilar))*"
    r"(?:[\s:#=(]|is|was|stored as|saved as|on file|ref|no){0,6}(?P<value>\[[\d.,\s\-e]{6,2000}\]"
    r"|(?=[\w\-+/=:]{0,24}\d)[\w\-+/=:]{6,400})"
)


def credentials(text: str, folded: str) -> Iterator[Span]:
    """Spans of passwords, PINs and keys, of questions with answers, and of biometric templates."""
    yield from _passwords(text, folded)
    yield from _answers(folded)
    for m in _BIOMETRIC.finditer(folded):
        yield span(m.start(), m.end(), Label.BIOMETRIC, "biometric-template")
    for m in _TEMPLATE.finditer(folded):
        yield span(m.start("value"), m.end("value"), Label.BIOMETRIC, "biometric-named")


def _passwords(text: str, folded: str) -> Iterator[Span]:
    for m in _NAMED.finditer(folded):
        quoted = text[m.end() - 1] in _QUOTES
        value = _VALUE.match(text, m.end() - quoted)
        if value is None:
            continue
        said = value.group()
        inner = said.strip(_QUOTES) if quoted else said.lstrip(_QUOTES).rstrip(_TRAILING)
        start = value.start() + said.find(inner)
        linked, wrapped = m.group("link").strip() != "", m.group("wrapped") is not None
        if inner and (quoted or ((linked or not wrapped) and _could_be(inner, linked=linked and not wrapped))):
            yield span(start, start + len(inner), Label.PASSWORD, "password-named")
    for m in _PAIR.finditer(text):
        if _mixed(m.group("value")) and not _ADDRESS.fullmatch(m.group("value").rstrip(".")):
            yield span(*m.span("value"), Label.PASSWORD, "password-pair")
    for m in _STRONG.finditer(text):
        if _mixed(m.group()) and "://" not in m.group() and not _ADDRESS.fullmatch(m.group().rstrip(".")):
            yield span(*m.span(), Label.PASSWORD, "password-shape")
    for m in _KEY.finditer(text):
        yield span(*m.span(), Label.PASSWORD, "access-key")


def _could_be(value: str, *, linked: bool) -> bool:
    plain = value.lower().strip(".,;:!?'\"()")
    if not plain or plain in _NOT_A_VALUE:
        return False
    if linked:
        return len(plain) > 2  # noqa: PLR2004 - "is ok" is prose
    return any(c.isdigit() for c in value) and len(plain) > 3 or _mixed(value)  # noqa: PLR2004, RUF021


def _mixed(value: str) -> bool:
    kinds = (
        any(c.islower() for c in value),
        any(c.isupper() for c in value),
        any(c.isdigit() for c in value),
        any(not c.isalnum() for c in value.rstrip(".,;:")),
    )
    return sum(kinds) >= 3 and kinds[2] and len(value) >= 5  # noqa: PLR2004


def _answers(folded: str) -> Iterator[Span]:
    for m in _ANSWER.finditer(folded):
        value = m.group("value").strip(" \"'")
        if value and value not in _NOT_A_VALUE:
            follow = _FOLLOWS.match(folded, m.end())
            yield span(
                m.start(), follow.end() if follow else m.end("value"), Label.SECURITY_ANSWER, "security-question"
            )
