"""What is said to the caller and read back: composed from `script.toml`, in the language of the call."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from requests_app.models import User
from requests_app.phone.answers import Call
from requests_app.regimes import places

FILE = Path(__file__).with_name("script.toml")
PARTS = ("begin", "what", "state", "who", "contact", "proof", "read")
DAYS = ("acknowledge", "answer", "opt_out")


@dataclass(frozen=True)
class Line:
    part: str
    text: str


@dataclass(frozen=True)
class Said:
    """One item of the read-back. `value` is that of its tick: it names the sentence that was confirmed."""

    item: str
    sentence: str

    @property
    def value(self) -> str:
        return f"{self.item}:{hashlib.sha256(self.sentence.encode()).hexdigest()[:16]}"


@cache
def written() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def version() -> str:
    """Which wording was read out; kept with each case."""
    return str(written()["version"])


def name_of(user: User) -> str:
    """How an operator introduces themselves."""
    return user.first_name or user.username


def lines(call: Call, *, operator: str) -> list[Line]:
    """The lines for this call as far as it has come, in the order of the form."""
    facts = _facts(call)
    with translation.override(call.language):
        values = {
            "company": settings.UMBS_COMPANY["name"],
            "operator": operator,
            **{name: date_format(call.due[name]) if name in call.due else "…" for name in DAYS},
        }
    return [
        Line(part, line[call.language].format(**values))
        for part in PARTS
        for line in written()["lines"]
        if line["part"] == part and all(facts[name] & {*wanted} for name, wanted in line["when"].items())
    ]


def to_verify(language: str, *, confirms: bool = False) -> list[str]:
    """What is said while somebody proves who they are, or `confirms` an opt-in; never that anything is on file."""
    return [str(line[language]) for line in written()["confirm" if confirms else "verify"]]


def to_ask_about(who: str, language: str) -> list[str]:
    """What is said to the person alone about whoever asks in their name."""
    return [str(line[language]).format(who=who) for line in written()["permission"]]


def _facts(call: Call) -> dict[str, set[str]]:
    return {
        "channel": {call.channel},
        "manner": {call.text("manner") or "plain"},
        "asker": {call.asker},
        "rights": {right.value for right in call.rights},
        "proof": {call.proof} if call.due else set(),
        "known": {"yes" if call.text("known") else "no"},
    }


def read_back(call: Call) -> list[Said]:
    """The sentences to say, one for each item that the caller confirms."""
    with translation.override(call.language):
        return [Said(item, sentence) for item, sentence in _sentences(call)]


def _sentences(call: Call) -> Iterator[tuple[str, str]]:
    words = {name: text[call.language] for name, text in written()["read_back"].items()}
    name = call.full_name
    yield "name", words["name"].format(name=name, spelled=_spelled(name)) if name else words["nameless"]
    yield "contact", _contact(call, words)
    asked = [written()["rights"][right.value][call.language] for right in call.rights]
    yield "request", words["request"].format(requests=_listed(asked, words["and"])) if asked else words["missing"]
    place = str(dict(places.STATES).get(call.text("residence"), ""))
    if call.text("residence") == places.ELSEWHERE:
        yield "state", words["outside"]
    else:
        yield "state", words["state"].format(state=place) if place else words["missing"]
    days = " ".join(words[kind].format(day=date_format(call.due[kind])) for kind in DAYS if kind in call.due)
    yield "dates", days or words["missing"]


def _spelled(name: str) -> str:
    return ", ".join("-".join(part.upper()) for part in name.split())


def _contact(call: Call, words: dict[str, str]) -> str:
    email, phone = call.text("email"), call.text("phone")
    postal = ", ".join(part.strip(" ,") for part in call.text("postal_address").splitlines() if part.strip(" ,"))
    if phone and (call.text("prefers") == "phone" or not (email or postal)):
        return words["phone_only"].format(contact=phone)
    to = postal if postal and (call.text("prefers") == "post" or not email) else email
    return words["contact"].format(contact=to) if to else words["missing"]


def _listed(parts: list[str], last: str) -> str:
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
